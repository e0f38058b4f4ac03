package catalog

import (
	"apono/client"
	"apono/client/sandbox/permission"
)

// addBundles adds the bundles. They refer to resources by type and path. A
// misspelled line adds no unit; a test checks how many units each bundle has.
func (c *Catalog) addBundles() {
	c.addBundle("Checkout on call", flowOnCall,
		unitName{"aws-account-s3-bucket", "acme-checkout-access-logs-staging", permission.ReadOnly},
		unitName{"aws-account-s3-bucket", "acme-checkout-uploads-staging", permission.ReadWrite},
		unitName{"aws-account-rds-instance", "checkout-playground", permission.ReadWrite},
		unitName{"aws-account-lambda-function", "orders-webhook", "INVOKE"},
		unitName{"aws-account-lambda-function", "orders-webhook", "VIEW_LOGS"},
		unitName{"aws-account-dynamodb-table", "carts", "dynamodb:Query"},
		unitName{"aws-account-dynamodb-table", "carts", "dynamodb:UpdateItem"},
		unitName{"kubernetes-namespace", "checkout", "edit"},
		unitName{"kubernetes-namespace", "payments", "view"},
		unitName{"mongodb-atlas-database", "orders-staging", "readWrite"},
		unitName{ShopTableType, "shop/orders", permission.ReadWrite},
		unitName{ShopTableType, "shop/payments", permission.ReadWrite})
	c.addBundle("Data analyst starter kit", flowShop,
		unitName{ShopDatabaseType, "shop", permission.ReadOnly},
		unitName{"postgresql-replica-database", "analytics", permission.ReadOnly},
		unitName{"aws-account-s3-bucket", "acme-data-lake-curated", permission.ReadOnly})
	c.addBundle("Shop support", flowShop,
		unitName{ShopTableType, "shop/customers", permission.ReadOnly},
		unitName{ShopTableType, "shop/orders", permission.ReadOnly})
	c.addBundle("Read the analytics replica", flowAnalytics,
		unitName{"postgresql-replica-database", "analytics", permission.ReadOnly})
	c.addBundle("Month-end closing (billing)", flowApproval,
		unitName{"mysql-database", "billing", permission.ReadWrite},
		unitName{"mysql-database", "invoices", permission.ReadWrite},
		unitName{"mysql-database", "ledger", permission.ReadOnly},
		unitName{"aws-account-s3-bucket", "acme-payments-invoices-staging", permission.ReadOnly})
}

// unitName names one unit of a bundle.
type unitName struct{ typeID, path, permission string }

func (c *Catalog) addBundle(name, flowID string, units ...unitName) {
	b := &Bundle{
		Bundle: client.Bundle{ID: StableID("bundle", name), Name: name, Labels: map[string]string{"source": "sandbox"}},
		Flow:   c.flows[flowID],
	}
	b.Units = c.unitsNamed(units)
	c.Bundles = append(c.Bundles, b)
}

// unitsNamed returns the units that exist.
func (c *Catalog) unitsNamed(names []unitName) []Unit {
	var units []Unit
	for _, named := range names {
		for _, r := range c.types[named.typeID].Resources {
			if string(r.Path) != named.path {
				continue
			}
			if u, ok := c.Unit(r.ID + unitSeparator + named.permission); ok {
				units = append(units, u)
			}
		}
	}
	return units
}
