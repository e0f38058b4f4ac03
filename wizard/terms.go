package wizard

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"apono/client"
	"apono/render"
)

// learnTerms uses a dry run to find out what the service requires. A dry run that fails
// does not block the request: the user is then asked for a justification, in case it is
// required, and the service decides.
func (d *draft) learnTerms(ctx context.Context) error {
	progress := d.streams.Progress("Checking what this request needs", progressDelay)
	defer progress.Stop()
	body := d.body()
	body.Justification, body.DurationInSec = nil, nil
	result, err := d.api.DryRunRequest(ctx, body)
	if err != nil {
		if ctx.Err() != nil || client.IsUnauthorized(err) {
			return err
		}
		d.terms = terms{justification: true}
		return nil
	}
	d.terms = termsOf(result)
	return nil
}

func termsOf(run *client.DryRun) terms {
	t := terms{known: true}
	if run.MaxDurationInSec != nil {
		t.longest = time.Duration(*run.MaxDurationInSec) * time.Second
	}
	for _, e := range run.Errors {
		switch {
		case e.Code == client.DryRunFieldMissing && e.Field == client.DryRunJustification:
			t.justification = true
		case e.Field == client.DryRunDuration:
			t.duration = true
			if longest := maxDuration(e.Details); longest > 0 {
				t.longest = longest
			}
		case e.Message != nil && *e.Message != "":
			t.remarks = append(t.remarks, *e.Message)
		}
	}
	return t
}

func maxDuration(details client.Object) time.Duration {
	var parsed struct {
		MaxDuration float64 `json:"max_duration"`
	}
	if json.Unmarshal(details, &parsed) != nil {
		return 0
	}
	return time.Duration(parsed.MaxDuration * float64(time.Second)).Truncate(time.Second)
}

// checkDuration returns an error if a duration is longer than the terms allow.
func (t terms) checkDuration(d time.Duration) error {
	if t.longest > 0 && d > t.longest {
		return errors.New(render.Duration(d) + " is too long: at most " + render.Duration(t.longest))
	}
	return nil
}

// missing returns an error that names the flags of required answers that are missing;
// nil if none are.
func (d *draft) missing() *MissingError {
	e := &MissingError{NoTerminal: !d.canAsk()}
	if d.terms.duration && d.answers.Duration == 0 {
		e.Flags = append(e.Flags, "--duration")
		if limit := d.terms.limit(); limit != "" {
			e.Hint = "The duration must be " + limit
		}
	}
	if d.terms.justification && d.answers.Justification == "" {
		e.Flags = append(e.Flags, "--justification")
	}
	for _, field := range d.fields {
		if field.Required && d.fieldAnswer(field) == "" {
			e.Flags = append(e.Flags, "--custom-field "+field.ID+"=…")
		}
	}
	if len(e.Flags) == 0 {
		return nil
	}
	return e
}

// fieldAnswer returns the answer to one of the account's custom fields; empty if there
// is none.
func (d *draft) fieldAnswer(field client.CustomField) string {
	answers := d.answers.CustomFields
	if !d.matched {
		answers = splitFields(answers, d.fields)
	}
	for _, given := range answers {
		if strings.EqualFold(given.Key, field.ID) || strings.EqualFold(given.Key, field.Label) {
			return given.Value
		}
	}
	return ""
}
