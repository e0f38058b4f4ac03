package wizard

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"apono/client"
)

// resolved is a submitted request: its answers, and the IDs they resolved to.
type resolved struct {
	Answers Answers           `json:"answers"`
	Request client.NewRequest `json:"request"`
}

// recallLimit is how long a resolved request is reused before names are looked up again.
const recallLimit = 30 * 24 * time.Hour

// recalled returns the stored request for the answers. It returns nil if there is none,
// or if the answers leave something to ask.
func (f *Flow) recalled(ctx context.Context, answers Answers) *resolved {
	if answers.Conflict() != nil || missingFlags(answers) != nil || answers.Justification == "" || answers.Duration == 0 {
		return nil
	}
	var stored resolved
	text, age, ok := f.Catalog.Entry(ctx, selectionKey(answers))
	if !ok || age > recallLimit || json.Unmarshal([]byte(text), &stored) != nil {
		return nil
	}
	stored.Answers.Duration, stored.Answers.Justification = answers.Duration, answers.Justification
	d := draft{answers: stored.Answers}
	stored.Request.DurationInSec, stored.Request.Justification = d.seconds(), d.justification()
	return &stored
}

// remember stores what the answers of a draft resolved to, under those answers and under
// the given ones. It leaves out justification and duration, because they are private and
// differ from request to request. So do custom fields: a request that has them is not
// stored at all.
func (f *Flow) remember(ctx context.Context, given Answers, d *draft) {
	if f.Catalog == nil || missingFlags(d.answers) != nil || len(d.answers.CustomFields) > 0 {
		return
	}
	entry := resolved{Answers: d.answers, Request: d.body()}
	entry.Answers.Justification, entry.Answers.Duration = "", 0
	entry.Request.Justification, entry.Request.DurationInSec = nil, nil
	text, err := json.Marshal(entry)
	if err != nil {
		return
	}
	f.Catalog.PutEntry(ctx, selectionKey(d.answers), string(text))
	if key := selectionKey(given); missingFlags(given) == nil && key != selectionKey(d.answers) {
		f.Catalog.PutEntry(ctx, key, string(text))
	}
}

// selectionKey returns the key of what is requested, spelled as it was given.
func selectionKey(a Answers) string {
	a.Justification, a.Duration = "", 0
	return "request\x00" + strings.Join(a.Args(), "\x00")
}

// recentIDs returns the IDs of what was requested lately on this machine.
func (f *Flow) recentIDs(ctx context.Context) map[string]bool {
	recent := map[string]bool{}
	for _, r := range f.Catalog.Requested(ctx) {
		item := r.Item()
		recent[item.ID] = true
		recent[item.Scope.Integration.ID], recent[item.Scope.ResourceType.ID] = true, true
	}
	delete(recent, "")
	return recent
}

// rememberRequested stores what a draft requests, so that lists and searches show it
// first.
func (f *Flow) rememberRequested(ctx context.Context, d *draft) {
	if d.grantee.ID == "" {
		f.Catalog.AddRequested(ctx, d.requested())
	}
}
