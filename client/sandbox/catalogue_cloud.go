package sandbox

import (
	"fmt"
	"slices"

	"apono/client"
)

// addCloud adds the cloud accounts, clusters and applications.
func (c *catalogue) addCloud() {
	c.addPlayground()

	cluster := c.addIntegration("kubernetes", "Kubernetes", "staging-eks", flowJustified, kubernetesConnector())
	namespaces := c.addType(cluster, "kubernetes-namespace", "Namespace", named("view", "edit", "admin", "cluster-admin")...)
	for _, name := range []string{"checkout", "payments", "orders", "search", "inventory", "observability", "ingress-nginx", "default"} {
		c.addResource(namespaces, name, "staging-eks/"+name)
	}

	organization := c.addIntegration("gcp-organization", "Google Cloud", "acme.example", flowMFA, instructionsConnector())
	projects := c.addType(organization, "gcp-project", "Project", named("roles/viewer", "roles/editor", "roles/bigquery.dataViewer", "roles/storage.objectAdmin")...)
	for _, name := range []string{"acme-data-lake", "acme-ml-training", "acme-web-prod", "acme-web-staging", "acme-security-logs"} {
		c.addResource(projects, name, "projects/"+name)
	}

	legacy := c.addIntegration("azure-subscription", "Azure", "legacy-crm", flowJustified, instructionsConnector())
	legacy.broken = "The connector could not reach the subscription legacy-crm: its credentials in Azure expired. Ask your Apono admin to renew them, then request again"
	groups := c.addType(legacy, "azure-resource-group", "Resource group", named("Reader", "Contributor")...)
	for _, name := range []string{"crm-web", "crm-sql", "crm-files"} {
		c.addResource(groups, name, "/subscriptions/1f6d7c1e/resourceGroups/"+name)
	}

	// Nothing can be asked for in an archive: an integration without types.
	c.addIntegration("github", "GitHub", "acme-archive", flowJustified, instructionsConnector())
}

// addPlayground adds the AWS account, which has something of everything: many
// resources, several permissions at once, odd names, and a type with nothing in it.
func (c *catalogue) addPlayground() {
	aws := c.addIntegration("aws-account", "AWS Account", "Playground", flowJustified, awsConnector())
	const account, region = "407812946013", "eu-west-1"
	arn := func(service, name string) string {
		return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, region, account, name)
	}

	buckets := c.addType(aws, "aws-account-s3-bucket", "S3 Bucket", levels()...)
	for _, name := range bucketNames() {
		c.addResource(buckets, name, "arn:aws:s3:::"+name)
	}
	instances := c.addType(aws, "aws-account-rds-instance", "RDS Instance", levels()...)
	for _, name := range []string{"checkout-playground", "payments-playground", "search-playground", "warehouse-playground"} {
		c.addResource(instances, name, arn("rds", "db:"+name))
	}
	roles := c.addType(aws, "aws-account-iam-role", "IAM Role", named("ASSUME")...)
	for _, name := range []string{"PlaygroundDeveloper", "PlaygroundDataAnalyst", "PlaygroundDeployer", "PlaygroundBillingViewer", "PlaygroundBreakGlass"} {
		c.addResource(roles, name, "arn:aws:iam::"+account+":role/"+name)
	}
	functions := c.addType(aws, "aws-account-lambda-function", "Lambda Function", named("INVOKE", "UPDATE_CODE", "VIEW_LOGS")...)
	for _, name := range []string{"image-resizer", "invoice-renderer", "orders-webhook", "nightly-export", "slack-notifier", "thumbnail-cleaner"} {
		c.addResource(functions, name, arn("lambda", "function:"+name))
	}
	tables := c.addType(aws, "aws-account-dynamodb-table", "DynamoDB Table", actions("dynamodb", "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan")...)
	tables.AllowMultiplePermissions = true
	for _, name := range []string{"carts", "feature-flags", "idempotency-keys", "rate-limits", "sessions"} {
		c.addResource(tables, name, arn("dynamodb", "table/"+name))
	}
	secrets := c.addType(aws, "aws-account-secret", "Secret", named("READ_VALUE", "ROTATE")...)
	for _, name := range []string{"playground/checkout/stripe-key", "playground/payments/signing-key", "playground/search/api-token"} {
		c.addResource(secrets, name, arn("secretsmanager", "secret:"+name))
	}
	parameters := c.addType(aws, "aws-account-ssm-parameter", "SSM Parameter", named(ReadOnly, ReadWrite)...)
	for _, name := range parameterNames() {
		c.addResource(parameters, name, arn("ssm", "parameter"+name))
	}
	c.addType(aws, "aws-account-redshift-cluster", "Redshift Cluster", levels()...)
}

// actions returns permissions with an ID that says more than their name.
func actions(service string, names ...string) []client.Permission {
	permissions := named(names...)
	for i := range permissions {
		permissions[i].ID = service + ":" + names[i]
	}
	return permissions
}

// parameterNames are names as people really give them. Some have to be quoted
// with care wherever they become part of a command.
func parameterNames() []string {
	return []string{
		"/prod/app/database-url", "/prod/app/log-level", "/prod/app/o'brien", "/prod/app/$(hostname)", "/prod/app/`whoami`",
		`/prod/app/"quoted"`, `/prod/app/back\slash`, "/prod/app/a,b", "/prod/app/two words", "/prod/app/価格表", "/prod/app/größe",
		"/prod/app/100%!", "/staging/app/database-url", "/staging/app/log-level",
	}
}

// bucketNames returns a few hundred names of the kinds that a real account has.
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
				if (i+2*j+k)%15 != 0 { // no real account is complete
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
