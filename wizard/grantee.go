package wizard

import (
	"context"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// granteeLimit is how long the question whom access is for may be late. After that it is
// not asked: most access is for the user.
const granteeLimit = 3 * time.Second

// matchesGrantee reports whether a flag names a grantee.
func (d *draft) matchesGrantee() bool { return d.given.Grantee != "" }

// asksGrantee reports whether to ask whom the access is for: the user is guided through
// what to request, rather than naming it.
func (d *draft) asksGrantee() bool {
	return !d.matchesGrantee() && d.canAsk() && (d.every || !d.given.selects())
}

// selects reports whether any answer says what is requested.
func (a *Answers) selects() bool {
	return a.Bundle != "" || a.Integration != "" || a.ResourceType != "" || len(a.Resources) > 0 || len(a.Permissions) > 0
}

// matchGrantee takes the grantee that a flag names.
func (d *draft) matchGrantee(ctx context.Context) error {
	account := session(d.own)
	d.source = d.own
	chosen, value, err := takeOne(ctx, d, kind.Grantees(), d.given.Grantee, "", nil)
	if err != nil {
		return err
	}
	user, err := account.Wait(ctx)
	if err != nil {
		return err
	}
	d.requestFor(chosen, value, user.User)
	return nil
}

// requestFor makes the draft one for a grantee, who may be the user. value stands for the
// grantee after the flag.
func (d *draft) requestFor(g client.Grantee, value string, user client.User) {
	if g.ID == "" || g.Is(user) {
		g, value = client.Grantee{}, ""
	}
	d.grantee, d.answers.Grantee = g, value
	d.source, d.api = d.lookupsFor(g.ID)
}

// askGrantee asks whom the access is for, if the service lists anybody besides the user.
func (d *draft) askGrantee(ctx context.Context) error {
	user, all := d.possibleGrantees(ctx)
	others := slices.DeleteFunc(slices.Clone(all), func(g client.Grantee) bool { return g.Is(user) })
	if len(others) == 0 {
		d.requestFor(client.Grantee{}, "", user)
		return ctx.Err()
	}
	k := kind.Grantees()
	slices.SortStableFunc(others, func(a, b client.Grantee) int { return strings.Compare(k.Label(a), k.Label(b)) })
	list := prompt.List{
		Title: k.Prompt(kind.Scope{}), Options: []prompt.Option{{Label: "Yourself", Columns: []string{string(user.Email)}, Keywords: user.Name}},
		Details: func(index int) []string {
			if index == 0 {
				return []string{"Name: " + user.Name, "ID: " + user.ID}
			}
			return k.Details(others[index-1])
		},
	}
	for i, g := range others {
		option := k.Option(g)
		option.Columns = []string{g.SourceID, g.Type}
		list.Options = append(list.Options, option)
		if g.ID == d.grantee.ID {
			list.Initial = []int{i + 1}
		}
	}
	d.count(list)
	chosen, err := d.prompter.Select(ctx, list)
	if err != nil {
		return err
	}
	if chosen == 0 {
		d.requestFor(client.Grantee{}, "", user)
		return nil
	}
	g := others[chosen-1]
	d.requestFor(g, k.FlagValues(all)(g), user)
	return nil
}

// possibleGrantees returns the user and everyone whom access can be requested for; nobody
// if the service does not say in time.
func (d *draft) possibleGrantees(ctx context.Context) (client.User, []client.Grantee) {
	limited, cancel := context.WithTimeout(ctx, granteeLimit)
	defer cancel()
	list := catalog.Begin(d.own, kind.Grantees(), kind.Scope{})
	items, err := loading(d, "grantees", func() (catalog.Items[client.Grantee], error) { return list.Known(limited) })
	if err != nil {
		return client.User{}, nil
	}
	account, err := session(d.own).Wait(limited)
	if err != nil {
		return client.User{}, nil
	}
	return account.User, slices.Collect(items.All())
}

// lookupsFor returns where to look up what can be requested for a grantee, and the client
// that does. The empty ID is the user.
func (f *Flow) lookupsFor(ctx context.Context, grantee string) (*catalog.Source, *client.Client) {
	if grantee == "" {
		return f.lookups(ctx), f.Client
	}
	if f.aheadFor[grantee] == nil {
		if f.aheadFor == nil {
			f.aheadFor = map[string]*catalog.Source{}
		}
		f.aheadFor[grantee] = f.newLookups(ctx, f.Client.For(grantee))
	}
	return f.aheadFor[grantee], f.Client.For(grantee)
}

// granteeID returns the grantee for the request's body; nil for the user.
func (d *draft) granteeID() *string {
	if d.grantee.ID == "" {
		return nil
	}
	return &d.grantee.ID
}

// granteeOf returns the ID of the grantee in a request's body; empty for the user.
func granteeOf(body client.NewRequest) string {
	if body.GranteeID == nil {
		return ""
	}
	return *body.GranteeID
}

// forGrantee returns the flow that looks things up for whom a request is, and what stands
// for them after the flag; the flow itself, and nothing, if that is the requester.
func (f *Flow) forGrantee(ctx context.Context, r *client.Request) (flow *Flow, value string) {
	g, other := r.ForOther()
	if !other {
		return f, ""
	}
	theirs := *f
	theirs.Client, theirs.ahead, theirs.aheadFor = f.Client.For(g.ID), nil, nil
	return &theirs, clearName(ctx, f.Client, kind.Grantees(), g)
}

// granteeText returns whom a request is for; empty if that is the requester.
func granteeText(r *client.Request) string {
	g, other := r.ForOther()
	if !other {
		return ""
	}
	name := kind.Grantees().Label(g)
	if g.SourceID == "" || g.SourceID == name {
		return name
	}
	return name + ", " + g.SourceID
}

// GranteeName returns the name of whom a request is for, whoever requested it; empty if the
// service does not say.
func GranteeName(r *client.Request) string {
	if r.Grantee.Value == nil {
		return ""
	}
	return kind.Grantees().Label(*r.Grantee.Value)
}

// adviseGrantee says who can use an access that is somebody else's. It returns false if it
// is the user's own.
func (f *Flow) adviseGrantee(r *client.Request) bool {
	g, other := r.ForOther()
	if !other {
		return false
	}
	f.Streams.Say(render.Text("  " + render.Clean(kind.Grantees().Label(g)) + " can use it now"))
	return true
}
