package catalog

import (
	"apono/client/sandbox/connect"
	"apono/client/sandbox/permission"
)

// addDatabases adds the databases, the embedded shop among them.
func (c *Catalog) addDatabases() {
	shop := c.addIntegration(ShopType, "SQLite", "shop", flowShop, connect.Shop())
	database := c.addType(shop, ShopDatabaseType, "Database", accessLevels()...)
	c.addResource(database, "shop", "shop")
	tables := c.addType(shop, ShopTableType, "Table", accessLevels()...)
	for _, name := range []string{"customers", "orders", "items", "payments"} {
		c.addResource(tables, "shop/"+name, "shop."+name)
	}

	replica := c.addIntegration("postgresql", "PostgreSQL", "analytics-replica", flowAnalytics, connect.Launchers())
	c.addResource(c.addType(replica, "postgresql-replica-database", "Database", permissions(permission.ReadOnly)...), "analytics", "analytics")

	billing := c.addIntegration("mysql", "MySQL", "billing-production", flowApproval, connect.MySQL())
	schemas := c.addType(billing, "mysql-database", "Database", accessLevels()...)
	for _, name := range []string{"billing", "invoices", "ledger", "tax"} {
		c.addResource(schemas, name, "billing-production/"+name)
	}

	cluster := c.addIntegration("mongodb-atlas", "MongoDB Atlas", "orders-cluster", flowPlayground, connect.MongoDB())
	collections := c.addType(cluster, "mongodb-atlas-database", "Database", permissions("read", "readWrite", "dbAdmin")...)
	for _, name := range []string{"orders-staging", "returns-staging", "shipments-staging"} {
		c.addResource(collections, name, "orders-cluster/"+name)
	}
	for _, name := range []string{"orders-production", "returns-production", "shipments-production"} {
		// Production and staging have different flows: a request for both is
		// split into two.
		c.addResource(collections, name, "orders-cluster/"+name).Flow = c.flows[flowOrdersProduction]
	}
}

// The types of the embedded shop database and of its resources.
const (
	ShopType         = "sqlite"
	ShopDatabaseType = "sqlite-database"
	ShopTableType    = "sqlite-table"
)
