package wizard

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"apono/client"
)

// learnTerms asks the service, by a dry run, what it wants to know. A dry run
// that fails for its own reasons stops nobody: then a justification is asked
// for, to be on the safe side, and the service has the last word.
func (d *draft) learnTerms(ctx context.Context) error {
	progress := d.streams.Progress("Checking what this request needs", quick)
	defer progress.Stop()
	body := d.body()
	body.Justification, body.DurationInSec = nil, nil
	result, err := d.catalogue.client.DryRunRequest(ctx, body)
	if err != nil {
		var refused *client.Error
		if ctx.Err() != nil || errors.As(err, &refused) && refused.Status == 401 {
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
	var said struct {
		MaxDuration float64 `json:"max_duration"`
	}
	if json.Unmarshal(details, &said) != nil {
		return 0
	}
	return time.Duration(said.MaxDuration * float64(time.Second)).Truncate(time.Second)
}

// checkDuration says what is wrong with a duration under the terms.
func (t terms) checkDuration(d time.Duration) error {
	if t.longest > 0 && d > t.longest {
		return errors.New("the longest allowed is " + hours(t.longest) + " hours")
	}
	return nil
}

// missing are the flags for what the terms want and the answers lack.
func (d *draft) missing() *MissingError {
	e := &MissingError{NoTerminal: !d.canAsk()}
	if d.terms.duration && d.answers.Duration == 0 {
		e.Flags = append(e.Flags, "--duration")
		if limit := d.terms.limit(); limit != "" {
			e.Hint = "The duration is " + limit + " hours"
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

// fieldAnswer is the answer to one of the account's own questions.
func (d *draft) fieldAnswer(field client.CustomField) string {
	for _, given := range d.answers.CustomFields {
		if given.Key == field.ID || given.Key == field.Label {
			return given.Value
		}
	}
	return ""
}
