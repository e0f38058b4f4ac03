package catalog

import (
	"time"

	"apono/client/sandbox/permission"
)

// Template is a request that the demo account's admins have prepared.
type Template struct {
	ID, Name string
	Created  time.Time
	Units    []Unit // of one resource type, with the same permissions on each resource
}

// addTemplates adds the templates. They refer to resources as bundles do.
func (c *Catalog) addTemplates() {
	c.addTemplate("Look into an order",
		unitName{ShopTableType, "shop/orders", permission.ReadOnly},
		unitName{ShopTableType, "shop/items", permission.ReadOnly},
		unitName{ShopTableType, "shop/payments", permission.ReadOnly})
	c.addTemplate("Fix the checkout's staging data",
		unitName{"aws-account-s3-bucket", "acme-checkout-uploads-staging", permission.ReadWrite})
}

func (c *Catalog) addTemplate(name string, units ...unitName) {
	c.Templates = append(c.Templates, &Template{
		ID: StableID("template", name), Name: name, Created: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), Units: c.unitsNamed(units),
	})
}
