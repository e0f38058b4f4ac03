package wizard

import (
	"context"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
)

// Trial is what would become of a request.
type Trial struct {
	Request client.NewRequest // what would be sent
	What    []string          // what it asks for, in words
	Missing []string          // flags that the service wants and that are not given
	Remarks []string          // what else stands in its way
	Longest time.Duration     // the longest duration; 0 where the service does not say
	Run     *client.DryRun    // the service's own words
}

// Accepted says whether the service would take the request.
func (t *Trial) Accepted() bool { return len(t.Missing) == 0 && len(t.Remarks) == 0 }

// Try finds out what would become of a request, and changes nothing. In a
// terminal it asks for what has to be known before.
func (f *Flow) Try(ctx context.Context, answers Answers) (*Trial, error) {
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
	t := &Trial{Request: d.body().Filled(), What: d.words(), Remarks: d.terms.remarks, Longest: d.terms.longest, Run: run}
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

// words says what a draft asks for.
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
