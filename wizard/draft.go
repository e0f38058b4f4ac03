package wizard

import (
	"context"
	"fmt"
	"slices"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// draft is a request in progress: the answers so far, and what they refer to in the
// service.
type draft struct {
	own      *catalog.Source // what can be requested for the user, the session, and the grantees
	source   *catalog.Source // what can be requested for the grantee
	api      *client.Client
	streams  *render.Streams
	prompter prompt.Prompter // nil without a terminal
	now      func() time.Time

	given   Answers // from flags: not asked again
	answers Answers
	asked   int             // how many questions the user was asked
	every   bool            // ask every question, even optional ones
	stale   bool            // a list that was not up to date was used
	recent  map[string]bool // the IDs of what was requested lately

	// lookupsFor returns the source and the client for a grantee.
	lookupsFor func(grantee string) (*catalog.Source, *client.Client)
	grantee    client.Grantee // whom the request is for; zero for the user

	bundleChosen   bool // a bundle, rather than resources of an integration
	integration    client.Integration
	resourceType   client.ResourceType
	resources      []client.Resource
	permissions    []client.Permission
	bundle         client.Bundle
	units          []client.AccessUnit // everything in the bundle
	part           []client.AccessUnit // what is taken of it; nil means all
	terms          terms
	fields         []client.CustomField
	matched        bool   // the given custom fields are those of the account
	partOf         string // the ID of a bundle of which part is the start; empty for none
	templateChosen bool   // what a template selects counts as given
	templates      []client.Template
	startFields    []CustomField // that the questions start with
}

// scope returns what has been chosen so far. It narrows down the next choice.
func (d *draft) scope() kind.Scope {
	var in kind.Scope
	if d.bundleChosen {
		in.Bundle, in.Flags.Bundle = d.bundle, d.answers.Bundle
		return in
	}
	in.Integration, in.ResourceType = d.integration, d.resourceType
	in.Flags.Integration, in.Flags.ResourceType = d.answers.Integration, d.answers.ResourceType
	return in
}

// canAsk reports whether there is a terminal to ask in.
func (d *draft) canAsk() bool { return d.prompter != nil }

// progressDelay is how long a call may take before a progress line appears.
const progressDelay = 200 * time.Millisecond

// session starts fetching the user's session, which includes their account's settings.
func session(source *catalog.Source) *catalog.Result[*client.UserSession] {
	return catalog.Fetch(source, func(ctx context.Context, api *client.Client) (*client.UserSession, error) {
		return api.UserSession(ctx)
	}, "session")
}

// count records that the user is asked to choose from list, so that Esc can go back to
// it. A list that needs no prompt is not counted.
func (d *draft) count(list prompt.List) {
	if list.NeedsPrompt() {
		d.asked++
	}
}

// body returns the request in the form the service takes.
func (d *draft) body() client.NewRequest {
	var r client.NewRequest
	if d.bundleChosen {
		r.BundleIDs = []string{d.bundle.ID}
		r.AccessUnitIDs = kind.AccessUnits().IDs(d.part)
	} else {
		r.IntegrationIDs = []string{d.integration.ID}
		r.ResourceTypeIDs = []string{d.resourceType.ID}
		r.Resources = client.ByID(kind.Resources().IDs(d.resources)...)
		r.PermissionIDs = kind.Permissions().IDs(d.permissions)
	}
	r.Justification, r.DurationInSec = d.justification(), d.seconds()
	r.GranteeID = d.granteeID()
	for _, field := range d.answers.CustomFields {
		if r.CustomFields == nil {
			r.CustomFields = map[string]string{}
		}
		r.CustomFields[field.Key] = field.Value
	}
	return r
}

// justification returns the answer for the request's body; nil if there is none.
func (d *draft) justification() *string {
	if d.answers.Justification == "" {
		return nil
	}
	return &d.answers.Justification
}

// seconds returns the duration for the request's body; nil if there is none.
func (d *draft) seconds() *int32 {
	if d.answers.Duration == 0 {
		return nil
	}
	seconds := int32(d.answers.Duration / time.Second)
	return &seconds
}

// terms are what the service requires of a request.
type terms struct {
	known         bool // a dry run succeeded
	justification bool // is required
	duration      bool // is required
	longest       time.Duration
	remarks       []string // other problems with the request
}

// limit returns the longest duration in words, for hints; empty if unknown.
func (t terms) limit() string {
	if t.longest == 0 {
		return ""
	}
	return fmt.Sprintf("at most %s", render.Duration(t.longest))
}

// requested returns what a draft requests.
func (d *draft) requested() []catalog.Requested {
	if d.bundleChosen {
		return catalog.Pack(kind.Bundles(), kind.Scope{}, d.bundle)
	}
	in := kind.Scope{Integration: d.integration, ResourceType: d.resourceType}
	return slices.Concat(catalog.Pack(kind.Resources(), in, d.resources...), catalog.Pack(kind.Permissions(), in, d.permissions...))
}
