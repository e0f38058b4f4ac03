package wizard

import (
	"context"
	"fmt"
	"slices"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// draft is a request that is being put together: the answers so far, and what
// they stand for in the service.
type draft struct {
	catalogue *catalogue
	streams   *render.Streams
	prompter  prompt.Prompter // nil where nobody can be asked

	given   Answers // by flags: these are not asked again
	answers Answers
	asked   int  // how many questions were really put
	every   bool // put every question, optional ones too

	bundleChosen bool // rather than an integration
	integration  client.Integration
	resourceType client.ResourceType
	resources    []client.Resource
	permissions  []client.Permission
	bundle       client.Bundle
	units        []client.AccessUnit // all that the bundle holds
	terms        terms
	fields       []client.CustomField
}

// canAsk says whether there is somebody to ask.
func (d *draft) canAsk() bool { return d.prompter != nil }

// quick is how long a look-up may take before the person is told of it.
const quick = 200 * time.Millisecond

// fetched waits for a look-up, with a line on the terminal when it takes long.
func fetched[T any](ctx context.Context, d *draft, what string, l *lookup[T]) (T, error) {
	progress := d.streams.Progress("Loading "+what, quick)
	defer progress.Stop()
	return l.wait(ctx)
}

// selectOne puts a question about items and returns the index of the answer.
// current is the answer that was given before, if any; ahead fetches what comes
// after an item, and may be nil.
func selectOne[T any](ctx context.Context, d *draft, title string, items []T, option func(T) prompt.Option, current string, value func(T) string, ahead func(T)) (int, error) {
	list := prompt.List{Title: title}
	if ahead != nil {
		list.Prefetch = func(index int) { ahead(items[index]) }
	}
	for i, item := range items {
		list.Options = append(list.Options, option(item))
		if current != "" && value(item) == current {
			list.Initial = []int{i}
		}
	}
	d.count(list)
	return d.prompter.Select(ctx, list)
}

// selectMany is selectOne for any number of items.
func selectMany[T any](ctx context.Context, d *draft, title string, items []T, option func(T) prompt.Option, current []string, value func(T) string, most int) ([]int, error) {
	list := prompt.List{Title: title, Max: most}
	before := map[string]bool{}
	for _, v := range current {
		before[v] = true
	}
	for i, item := range items {
		list.Options = append(list.Options, option(item))
		if len(before) > 0 && before[value(item)] {
			list.Initial = append(list.Initial, i)
		}
	}
	d.count(list)
	return d.prompter.MultiSelect(ctx, list)
}

// count records whether the user is asked about list, so that Esc can go back to
// it.
func (d *draft) count(list prompt.List) {
	if list.NeedsPrompt() {
		d.asked++
	}
}

// body is the request as it goes to the service.
func (d *draft) body() client.NewRequest {
	var r client.NewRequest
	if d.bundleChosen {
		r.BundleIDs = []string{d.bundle.ID}
		r.AccessUnitIDs = slices.Clone(d.answers.AccessUnits)
	} else {
		r.IntegrationIDs = []string{d.integration.ID}
		r.ResourceTypeIDs = []string{d.resourceType.ID}
		r.Resources = client.ByID(ids(d.resources, func(x client.Resource) string { return x.ID })...)
		r.PermissionIDs = ids(d.permissions, func(x client.Permission) string { return x.ID })
	}
	r.Justification, r.DurationInSec = d.justification(), d.seconds()
	for _, field := range d.answers.CustomFields {
		if r.CustomFields == nil {
			r.CustomFields = map[string]string{}
		}
		r.CustomFields[field.Key] = field.Value
	}
	return r
}

// justification is the answer as the service takes it; nil where there is none.
func (d *draft) justification() *string {
	if d.answers.Justification == "" {
		return nil
	}
	return &d.answers.Justification
}

// seconds is the duration as the service takes it; nil where there is none.
func (d *draft) seconds() *int32 {
	if d.answers.Duration == 0 {
		return nil
	}
	seconds := int32(d.answers.Duration / time.Second)
	return &seconds
}

func ids[T any](items []T, id func(T) string) []string {
	list := make([]string, len(items))
	for i, item := range items {
		list[i] = id(item)
	}
	return list
}

// flagName returns the first of an item's names that can stand after a flag:
// one that no other item has, and that shows on a terminal as it is. The last
// is the ID, which always can.
func flagName[T any](item T, items []T, names func(T) []string) string {
	own := names(item)
	for n, name := range own[:len(own)-1] {
		if name == "" || !render.IsClean(name) {
			continue
		}
		same := 0
		for _, other := range items {
			if names(other)[n] == name {
				same++
			}
		}
		if same == 1 {
			return name
		}
	}
	return own[len(own)-1]
}

// idFirst turns names as flagName wants them into names as match wants them.
func idFirst(names []string) []string {
	last := len(names) - 1
	return append([]string{names[last]}, names[:last]...)
}

// terms are what the service asks of a request before it takes it.
type terms struct {
	known         bool // a dry run has told
	justification bool // is required
	duration      bool // is required
	longest       time.Duration
	remarks       []string // anything else that stands in the way
}

// limit says how long an access can be, for hints; empty where nothing is said.
func (t terms) limit() string {
	if t.longest == 0 {
		return ""
	}
	return fmt.Sprintf("at most %s", hours(t.longest))
}

// hours writes a duration as the prompt asks for it.
func hours(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%d", d/time.Hour)
	}
	return render.Duration(d)
}
