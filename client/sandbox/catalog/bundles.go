package catalog

import "apono/client"

// addBundles adds the bundles. They refer to resources by type and path; a test
// counts the units of each bundle and so finds a misspelled line.
func (c *Catalog) addBundles() {
	c.addBundle("Checkout on call", flowOnCall,
		unitName{"aws-account-s3-bucket", "acme-checkout-access-logs-staging", ReadOnly},
		unitName{"aws-account-s3-bucket", "acme-checkout-uploads-staging", ReadWrite},
		unitName{"aws-account-rds-instance", "checkout-playground", ReadWrite},
		unitName{"aws-account-lambda-function", "orders-webhook", "INVOKE"},
		unitName{"aws-account-lambda-function", "orders-webhook", "VIEW_LOGS"},
		unitName{"aws-account-dynamodb-table", "carts", "dynamodb:Query"},
		unitName{"aws-account-dynamodb-table", "carts", "dynamodb:UpdateItem"},
		unitName{"kubernetes-namespace", "checkout", "edit"},
		unitName{"kubernetes-namespace", "payments", "view"},
		unitName{"mongodb-atlas-database", "orders-staging", "readWrite"},
		unitName{ShopTableType, "shop/orders", ReadWrite},
		unitName{ShopTableType, "shop/payments", ReadWrite})
	c.addBundle("Data analyst starter kit", flowShop,
		unitName{ShopDatabaseType, "shop", ReadOnly},
		unitName{"postgresql-replica-database", "analytics", ReadOnly},
		unitName{"aws-account-s3-bucket", "acme-data-lake-curated", ReadOnly})
	c.addBundle("Shop support", flowShop,
		unitName{ShopTableType, "shop/customers", ReadOnly},
		unitName{ShopTableType, "shop/orders", ReadOnly})
	c.addBundle("Read the analytics replica", flowAnalytics,
		unitName{"postgresql-replica-database", "analytics", ReadOnly})
	c.addBundle("Month-end closing (billing)", flowApproval,
		unitName{"mysql-database", "billing", ReadWrite},
		unitName{"mysql-database", "invoices", ReadWrite},
		unitName{"mysql-database", "ledger", ReadOnly},
		unitName{"aws-account-s3-bucket", "acme-payments-invoices-staging", ReadOnly})
}

// unitName names one unit of a bundle.
type unitName struct{ typeID, path, permission string }

func (c *Catalog) addBundle(name, flowID string, units ...unitName) {
	b := &Bundle{
		Bundle: client.Bundle{ID: StableID("bundle", name), Name: name, Labels: map[string]string{"source": "sandbox"}},
		Flow:   c.flows[flowID],
	}
	for _, named := range units {
		for _, r := range c.types[named.typeID].Resources {
			if r.Path != named.path {
				continue
			}
			if u, ok := c.Unit(r.ID + unitSeparator + named.permission); ok {
				b.Units = append(b.Units, u)
			}
		}
	}
	c.Bundles = append(c.Bundles, b)
}
