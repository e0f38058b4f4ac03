package wizard

import (
	"context"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
)

// DryRun is what would happen to a request.
type DryRun struct {
	Request client.NewRequest // the body that would be sent
	What    []string          // what it requests, in words
	Missing []string          // flags that the service requires and that are not given
	Remarks []string          // other problems with the request
	Longest time.Duration     // the longest duration; 0 if the service does not say
	Run     *client.DryRun    // the service's answer
}

// Accepted reports whether the service would accept the request.
func (t *DryRun) Accepted() bool { return len(t.Missing) == 0 && len(t.Remarks) == 0 }

// DryRun finds out what would happen to a request, and changes nothing. In a
// terminal it asks for the answers that the service needs for that.
func (f *Flow) DryRun(ctx context.Context, answers Answers) (*DryRun, error) {
	d, err := f.selection(ctx, answers)
	if err != nil {
		return nil, err
	}
	run, err := f.Client.DryRunRequest(ctx, d.body())
	if err != nil {
		return nil, err
	}
	d.terms = termsOf(run)
	if session, err := d.prefetcher.client.UserSession(ctx); err == nil {
		d.fields = session.Settings.CustomFields
	}
	t := &DryRun{Request: d.body().Filled(), What: d.words(), Remarks: d.terms.remarks, Longest: d.terms.longest, Run: run}
	if missing := d.missing(); missing != nil {
		t.Missing = missing.Flags
	}
	if d.answers.Duration > 0 {
		if err := d.terms.checkDuration(d.answers.Duration); err != nil {
			t.Remarks = append(t.Remarks, err.Error())
		}
	}
	return t, nil
}

// words describes what a draft requests.
func (d *draft) words() []string {
	if d.bundleChosen {
		what := []string{"bundle " + d.bundle.Name}
		for _, u := range d.units {
			for _, id := range d.answers.AccessUnits {
				if u.ID == id {
					what = append(what, kind.AccessUnits().Label(u))
				}
			}
		}
		return what
	}
	what := []string{d.integration.Title() + ", " + d.resourceType.Name}
	for _, r := range d.resources {
		for _, p := range d.permissions {
			what = append(what, kind.Resources().Label(r)+" ("+p.Name+")")
		}
	}
	if d.answers.Duration > 0 {
		what = append(what, "for "+render.Duration(d.answers.Duration))
	}
	return what
}
