package sandbox

import "apono/client"

// addDatabases adds the databases, the embedded shop among them.
func (c *catalogue) addDatabases() {
	shop := c.addIntegration(shopType, "SQLite", "shop", flowOpen, shopConnector())
	database := c.addType(shop, shopDatabaseType, "Database", levels()...)
	c.addResource(database, "shop", "shop")
	tables := c.addType(shop, shopTableType, "Table", levels()...)
	for _, name := range []string{"customers", "orders", "items", "payments"} {
		c.addResource(tables, "shop/"+name, "shop."+name)
	}

	replica := c.addIntegration("postgresql", "PostgreSQL", "analytics-replica", flowReadOnly, launcherConnector())
	c.addResource(c.addType(replica, "postgresql-replica-database", "Database", named(ReadOnly)...), "analytics", "analytics")

	billing := c.addIntegration("mysql", "MySQL", "billing-production", flowApproval, mysqlConnector())
	schemas := c.addType(billing, "mysql-database", "Database", levels()...)
	for _, name := range []string{"billing", "invoices", "ledger", "tax"} {
		c.addResource(schemas, name, "billing-production/"+name)
	}

	cluster := c.addIntegration("mongodb-atlas", "MongoDB Atlas", "orders-cluster", flowJustified, mongoConnector())
	collections := c.addType(cluster, "mongodb-atlas-database", "Database", named("read", "readWrite", "dbAdmin")...)
	for _, name := range []string{"orders-staging", "returns-staging", "shipments-staging"} {
		c.addResource(collections, name, "orders-cluster/"+name)
	}
	for _, name := range []string{"orders-production", "returns-production", "shipments-production"} {
		// Production has another flow than staging: asked for together, they
		// become two requests.
		c.addResource(collections, name, "orders-cluster/"+name).flow = c.flows[flowProduction]
	}
}

const (
	shopType         = "sqlite"
	shopDatabaseType = "sqlite-database"
	shopTableType    = "sqlite-table"
)

// addBundles adds the bundles. They name what they contain by type and path,
// so that a misspelt line is found by the test that counts their units.
func (c *catalogue) addBundles() {
	c.addBundle("Checkout on call", flowOnCall,
		pick{"aws-account-s3-bucket", "acme-checkout-access-logs-staging", ReadOnly},
		pick{"aws-account-s3-bucket", "acme-checkout-uploads-staging", ReadWrite},
		pick{"aws-account-rds-instance", "checkout-playground", ReadWrite},
		pick{"aws-account-lambda-function", "orders-webhook", "INVOKE"},
		pick{"aws-account-lambda-function", "orders-webhook", "VIEW_LOGS"},
		pick{"aws-account-dynamodb-table", "carts", "dynamodb:Query"},
		pick{"aws-account-dynamodb-table", "carts", "dynamodb:UpdateItem"},
		pick{"kubernetes-namespace", "checkout", "edit"},
		pick{"kubernetes-namespace", "payments", "view"},
		pick{"mongodb-atlas-database", "orders-staging", "readWrite"},
		pick{shopTableType, "shop/orders", ReadWrite},
		pick{shopTableType, "shop/payments", ReadWrite})
	c.addBundle("Data analyst starter kit", flowOpen,
		pick{shopDatabaseType, "shop", ReadOnly},
		pick{"postgresql-replica-database", "analytics", ReadOnly},
		pick{"aws-account-s3-bucket", "acme-data-lake-curated", ReadOnly})
	c.addBundle("Shop support", flowOpen,
		pick{shopTableType, "shop/customers", ReadOnly},
		pick{shopTableType, "shop/orders", ReadOnly})
	c.addBundle("Read the analytics replica", flowReadOnly,
		pick{"postgresql-replica-database", "analytics", ReadOnly})
	c.addBundle("Month-end closing (billing)", flowApproval,
		pick{"mysql-database", "billing", ReadWrite},
		pick{"mysql-database", "invoices", ReadWrite},
		pick{"mysql-database", "ledger", ReadOnly},
		pick{"aws-account-s3-bucket", "acme-payments-invoices-staging", ReadOnly})
}

// pick names one unit of a bundle.
type pick struct{ kind, path, permission string }

func (c *catalogue) addBundle(name, flowID string, picks ...pick) {
	b := &bundle{
		Bundle: client.Bundle{ID: stableID("bundle", name), Name: name, Labels: map[string]string{"source": "sandbox"}},
		flow:   c.flows[flowID],
	}
	for _, p := range picks {
		for _, r := range c.types[p.kind].resources {
			if u, ok := c.unit(r.ID + unitSeparator + p.permission); ok && r.Path == p.path {
				b.units = append(b.units, u)
			}
		}
	}
	c.bundles = append(c.bundles, b)
}
