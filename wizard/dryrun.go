package wizard

import (
	"context"
	"time"

	"apono/client"
	"apono/wizard/kind"
)

// DryRun is the result of checking a request without submitting it.
type DryRun struct {
	Request client.NewRequest // the body that would be sent
	What    []string          // what it requests, for people to read
	Missing []string          // required flags that are not given
	Remarks []string          // other problems with the request
	Longest time.Duration     // the longest duration; 0 if the service does not say
	Run     *client.DryRun    // the service's answer
}

// Accepted reports whether the service would accept the request.
func (r *DryRun) Accepted() bool { return len(r.Missing) == 0 && len(r.Remarks) == 0 }

// DryRun checks a request without submitting it. In a terminal it asks for the answers
// that the check needs.
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
	if session, err := d.api.UserSession(ctx); err == nil {
		if err := d.useFields(session.Settings.CustomFields); err != nil {
			return nil, err
		}
	}
	result := &DryRun{Request: d.body().Filled(), What: d.words(), Remarks: d.terms.remarks, Longest: d.terms.longest, Run: run}
	if missing := d.missing(); missing != nil {
		result.Missing = missing.Flags
	}
	if d.answers.Duration > 0 {
		if err := d.terms.checkDuration(d.answers.Duration); err != nil {
			result.Remarks = append(result.Remarks, err.Error())
		}
	}
	return result, nil
}

// words describes what a draft requests, one thing per line.
func (d *draft) words() []string {
	var what []string
	if d.grantee.ID != "" {
		what = append(what, "for "+kind.Grantees().Label(d.grantee))
	}
	if d.bundleChosen {
		what = append(what, "bundle "+d.bundle.Name)
		for _, u := range d.part {
			what = append(what, kind.AccessUnits().Label(u))
		}
		return what
	}
	what = append(what, d.integration.Title()+", "+d.resourceType.Name)
	for _, r := range d.resources {
		for _, p := range d.permissions {
			what = append(what, kind.Resources().Label(r)+" ("+p.Name+")")
		}
	}
	if d.answers.Duration > 0 {
		what = append(what, "for "+durationUntil(d.answers.Duration, d.now()))
	}
	return what
}
