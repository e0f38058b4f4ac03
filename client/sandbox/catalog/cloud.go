package catalog

import (
	"fmt"
	"slices"

	"apono/client"
	"apono/client/sandbox/connect"
	"apono/client/sandbox/permission"
)

// addCloud adds the cloud accounts, clusters and applications.
func (c *Catalog) addCloud() {
	c.addPlayground()

	cluster := c.addIntegration("kubernetes", "Kubernetes", "staging-eks", flowPlayground, connect.Kubernetes())
	namespaces := c.addType(cluster, "kubernetes-namespace", "Namespace", permissions("view", "edit", "admin", "cluster-admin")...)
	for _, name := range []string{"checkout", "payments", "orders", "search", "inventory", "observability", "ingress-nginx", "default"} {
		c.addResource(namespaces, name, "staging-eks/"+name)
	}

	organization := c.addIntegration("gcp-organization", "Google Cloud", "acme.example", flowMFA, connect.SingleSignOn())
	projects := c.addType(organization, "gcp-project", "Project", permissions("roles/viewer", "roles/editor", "roles/bigquery.dataViewer", "roles/storage.objectAdmin")...)
	for _, name := range []string{"acme-data-lake", "acme-ml-training", "acme-web-prod", "acme-web-staging", "acme-security-logs"} {
		c.addResource(projects, name, "projects/"+name)
	}

	legacy := c.addIntegration("azure-subscription", "Azure", "legacy-crm", flowPlayground, connect.SingleSignOn())
	legacy.Broken = "The connector could not reach the subscription legacy-crm: its credentials in Azure expired. Ask your Apono admin to renew them, then request again"
	groups := c.addType(legacy, "azure-resource-group", "Resource group", permissions("Reader", "Contributor")...)
	for _, name := range []string{"crm-web", "crm-sql", "crm-files"} {
		c.addResource(groups, name, "/subscriptions/1f6d7c1e/resourceGroups/"+name)
	}

	// An integration without resource types: nothing can be requested.
	c.addIntegration("github", "GitHub", "acme-archive", flowPlayground, connect.SingleSignOn())
}

// addPlayground adds the AWS account, which has many resources, a type that
// takes several permissions, unusual names and a type without resources.
func (c *Catalog) addPlayground() {
	aws := c.addIntegration("aws-account", "AWS Account", "Playground", flowPlayground, connect.AWS())
	const account, region = "407812946013", "eu-west-1"
	arn := func(service, name string) string {
		return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, region, account, name)
	}

	buckets := c.addType(aws, "aws-account-s3-bucket", "S3 Bucket", accessLevels()...)
	for _, name := range bucketNames() {
		c.addResource(buckets, name, "arn:aws:s3:::"+name)
	}
	instances := c.addType(aws, "aws-account-rds-instance", "RDS Instance", accessLevels()...)
	for _, name := range []string{"checkout-playground", "payments-playground", "search-playground", "warehouse-playground"} {
		c.addResource(instances, name, arn("rds", "db:"+name))
	}
	roles := c.addType(aws, "aws-account-iam-role", "IAM Role", permissions("ASSUME")...)
	for _, name := range []string{"PlaygroundDeveloper", "PlaygroundDataAnalyst", "PlaygroundDeployer", "PlaygroundBillingViewer", "PlaygroundBreakGlass"} {
		c.addResource(roles, name, "arn:aws:iam::"+account+":role/"+name)
	}
	functions := c.addType(aws, "aws-account-lambda-function", "Lambda Function", permissions("INVOKE", "UPDATE_CODE", "VIEW_LOGS")...)
	for _, name := range []string{"image-resizer", "invoice-renderer", "orders-webhook", "nightly-export", "slack-notifier", "thumbnail-cleaner"} {
		c.addResource(functions, name, arn("lambda", "function:"+name))
	}
	tables := c.addType(aws, "aws-account-dynamodb-table", "DynamoDB Table", actions("dynamodb", "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan")...)
	tables.AllowMultiplePermissions = true
	for _, name := range []string{"carts", "feature-flags", "idempotency-keys", "rate-limits", "sessions"} {
		c.addResource(tables, name, arn("dynamodb", "table/"+name))
	}
	secrets := c.addType(aws, "aws-account-secret", "Secret", permissions("READ_VALUE", "ROTATE")...)
	for _, name := range []string{"playground/checkout/stripe-key", "playground/payments/signing-key", "playground/search/api-token"} {
		c.addResource(secrets, name, arn("secretsmanager", "secret:"+name))
	}
	parameters := c.addType(aws, "aws-account-ssm-parameter", "SSM Parameter", permissions(permission.ReadOnly, permission.ReadWrite)...)
	for _, name := range parameterNames() {
		c.addResource(parameters, name, arn("ssm", "parameter"+name))
	}
	c.addType(aws, "aws-account-redshift-cluster", "Redshift Cluster", accessLevels()...)
}

// actions returns permissions whose ID is the service and the name.
func actions(service string, names ...string) []client.Permission {
	list := permissions(names...)
	for i := range list {
		list[i].ID = service + ":" + names[i]
	}
	return list
}

// parameterNames returns names of SSM parameters. Some need careful quoting in a
// shell command.
func parameterNames() []string {
	return []string{
		"/prod/app/database-url", "/prod/app/log-level", "/prod/app/o'brien", "/prod/app/$(hostname)", "/prod/app/`whoami`",
		`/prod/app/"quoted"`, `/prod/app/back\slash`, "/prod/app/a,b", "/prod/app/two words", "/prod/app/価格表", "/prod/app/größe",
		"/prod/app/100%!", "/staging/app/database-url", "/staging/app/log-level",
	}
}

// bucketNames returns a few hundred names like those in a real account.
func bucketNames() []string {
	var names []string
	for i := range 24 {
		names = append(names, fmt.Sprintf("playground-env-terraform-%02d-state", i+1))
	}
	purposes := []string{"uploads", "exports", "backups", "access-logs", "thumbnails", "invoices", "reports", "artifacts", "events-raw"}
	teams := []string{"checkout", "payments", "orders", "search", "inventory", "accounts", "marketing", "support", "recommendations", "shipping", "fraud", "mobile"}
	for i, team := range teams {
		for j, purpose := range purposes {
			for k, stage := range []string{"dev", "staging", "sandbox"} {
				if (i+2*j+k)%15 != 0 { // real accounts have gaps
					names = append(names, fmt.Sprintf("acme-%s-%s-%s", team, purpose, stage))
				}
			}
		}
	}
	names = append(names,
		"acme-cdn-logs-eu-west-1", "acme-cloudtrail-407812946013", "acme-config-407812946013-eu-west-1", "acme-data-lake-landing",
		"acme-data-lake-curated", "acme-emr-bootstrap", "acme-public-website", "acme-vpc-flow-logs", "aws-athena-query-results-eu-west-1-407812946013",
		"cdk-hnb659fds-assets-407812946013-eu-west-1", "cf-templates-1q2w3e4r5t6y-eu-west-1", "elasticbeanstalk-eu-west-1-407812946013",
		"playground-scratch", "sagemaker-studio-407812946013", "serverless-deployments-playground")
	slices.Sort(names)
	return names
}
