package sandbox

import (
	"time"

	"apono/client"
)

// flow is one access flow of the demo account: what a request has to say, for
// how long access lasts, and who lets it through.
type flow struct {
	id, name           string
	needsJustification bool
	needsDuration      bool
	longest            time.Duration
	usual              time.Duration     // granted where no duration was asked for
	approvers          []client.Approver // any of them answers; none: approved by itself
	approverReason     bool              // approvers have to say why
	mfa                bool
	extensions         int32 // how often a running request can be extended
}

// waits says whether people have to approve.
func (f *flow) waits() bool { return len(f.approvers) > 0 }

// The identifiers of flows, as they are stored with a request.
const (
	flowJustified  = "playground-auto"
	flowOpen       = "shop-auto"
	flowReadOnly   = "analytics-read"
	flowApproval   = "production-databases"
	flowMFA        = "organization-mfa"
	flowProduction = "orders-production"
	flowOnCall     = "on-call"
	flowServer     = "sandbox-server"
)

// newFlows returns the demo account's access flows by their identifiers.
func newFlows() map[string]*flow {
	dana := approver()
	owners := []client.Approver{
		{Name: dana.Name, Type: "User", Status: challengePending, Metadata: map[string]string{"email": dana.Email}},
		{Name: "Database owners", Type: "Group", Status: challengePending, Metadata: map[string]string{}},
	}
	flows := map[string]*flow{}
	for _, f := range []flow{
		{id: flowJustified, name: "Playground, approved automatically", needsJustification: true, needsDuration: true, longest: 8 * time.Hour, usual: time.Hour, extensions: 2},
		{id: flowOpen, name: "Demo shop", longest: 12 * time.Hour, usual: time.Hour, extensions: 3},
		{id: flowReadOnly, name: "Analytics, read only", needsJustification: true, longest: 24 * time.Hour, usual: 2 * time.Hour},
		{id: flowApproval, name: "Production databases", needsJustification: true, needsDuration: true, longest: 4 * time.Hour, usual: time.Hour, approvers: owners},
		{id: flowProduction, name: "Orders in production", needsJustification: true, needsDuration: true, longest: 2 * time.Hour, usual: time.Hour, approvers: owners, approverReason: true},
		{id: flowMFA, name: "Organization, with MFA", needsJustification: true, needsDuration: true, longest: 2 * time.Hour, usual: time.Hour, mfa: true},
		{id: flowOnCall, name: "On call", needsJustification: true, longest: 12 * time.Hour, usual: 4 * time.Hour, extensions: 1},
		{id: flowServer, name: "Sandbox server", longest: 12 * time.Hour, usual: time.Hour},
	} {
		flows[f.id] = &f
	}
	return flows
}

// The states of one approver (schema ClientChallengeStatus).
const (
	challengePending  = "Pending"
	challengeApproved = "Approved"
	challengeRejected = "Rejected"
)
