package catalog

import (
	"time"

	"apono/client"
)

// Flow is one access flow of the demo account: what a request must contain, how
// long access lasts and who approves it.
type Flow struct {
	ID, Name              string
	RequiresJustification bool
	RequiresDuration      bool
	MaxDuration           time.Duration
	DefaultDuration       time.Duration // granted if the request has no duration
	// Approvers are the people and groups of whom one must approve, without a
	// status; empty means that requests are approved automatically.
	Approvers              []client.Approver
	RequiresApproverReason bool
	RequiresMFA            bool
	MaxExtensions          int32 // how often an active request can be extended
	// External reports whether access is granted on the real PostgreSQL server. A
	// request never contains external access and other access.
	External bool
}

// NeedsApproval reports whether a person must approve.
func (f *Flow) NeedsApproval() bool { return len(f.Approvers) > 0 }

// The IDs of flows, as they are stored with each request.
const (
	flowPlayground       = "playground-auto"
	flowShop             = "shop-auto"
	flowAnalytics        = "analytics-read"
	flowApproval         = "production-databases"
	flowMFA              = "organization-mfa"
	flowOrdersProduction = "orders-production"
	flowOnCall           = "on-call"
	flowServer           = "sandbox-server"
)

// newFlows returns the demo account's access flows by ID.
func newFlows(approver client.User) map[string]*Flow {
	owners := []client.Approver{
		{Name: approver.Name, Type: "User", Metadata: map[string]string{"email": string(approver.Email)}},
		{Name: "Database owners", Type: "Group", Metadata: map[string]string{}},
	}
	flows := map[string]*Flow{}
	for _, f := range []Flow{
		{ID: flowPlayground, Name: "Playground, approved automatically", RequiresJustification: true, RequiresDuration: true,
			MaxDuration: 8 * time.Hour, DefaultDuration: time.Hour, MaxExtensions: 2},
		{ID: flowShop, Name: "Demo shop", MaxDuration: 12 * time.Hour, DefaultDuration: time.Hour, MaxExtensions: 3},
		{ID: flowAnalytics, Name: "Analytics, read only", RequiresJustification: true, MaxDuration: 24 * time.Hour, DefaultDuration: 2 * time.Hour},
		{ID: flowApproval, Name: "Production databases", RequiresJustification: true, RequiresDuration: true,
			MaxDuration: 4 * time.Hour, DefaultDuration: time.Hour, Approvers: owners},
		{ID: flowOrdersProduction, Name: "Orders in production", RequiresJustification: true, RequiresDuration: true,
			MaxDuration: 2 * time.Hour, DefaultDuration: time.Hour, Approvers: owners, RequiresApproverReason: true},
		{ID: flowMFA, Name: "Organization, with MFA", RequiresJustification: true, RequiresDuration: true,
			MaxDuration: 2 * time.Hour, DefaultDuration: time.Hour, RequiresMFA: true},
		{ID: flowOnCall, Name: "On call", RequiresJustification: true, MaxDuration: 12 * time.Hour, DefaultDuration: 4 * time.Hour, MaxExtensions: 1},
		{ID: flowServer, Name: "Sandbox server", MaxDuration: 12 * time.Hour, DefaultDuration: time.Hour, External: true},
	} {
		flows[f.ID] = &f
	}
	return flows
}

// Flow returns the flow with this ID. For an unknown ID, it returns a flow that
// needs approval: a stored request must not be granted automatically because its
// flow no longer exists.
func (c *Catalog) Flow(id string) *Flow {
	if f, ok := c.flows[id]; ok {
		return f
	}
	return c.flows[flowApproval]
}
