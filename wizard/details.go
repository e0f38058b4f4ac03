package wizard

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"apono/client"
	"apono/render"
)

// shell is the one that commands are written for on this machine.
func shell() render.Shell { return render.ShellFor(runtime.GOOS) }

// needsTerms says whether the service has to be asked what it wants: not where
// justification and duration are there already, since then the request itself
// tells.
func (d *draft) needsTerms() bool {
	return d.given.Justification == "" || d.given.Duration == 0
}

func (d *draft) takeTerms(ctx context.Context) error {
	if err := d.learnTerms(ctx); err != nil {
		return err
	}
	for _, remark := range d.terms.remarks {
		d.streams.Printf("%s %s\n", d.streams.PaletteErr().Waiting("!"), render.Clean(remark))
	}
	if d.answers.Duration > 0 && d.given.Duration > 0 {
		if err := d.terms.checkDuration(d.answers.Duration); err != nil {
			return tooLong(d.answers.Duration, d.terms.longest)
		}
	}
	if d.canAsk() {
		return nil
	}
	session, err := d.catalogue.session().wait(ctx)
	if err == nil {
		d.fields = session.Settings.CustomFields
	}
	if !d.terms.known {
		return nil // the dry run failed: the service has the last word
	}
	if missing := d.missing(); missing != nil {
		return missing
	}
	return nil
}

// guided says whether optional questions are put too: a person is being led
// through the request, rather than repeating one.
func (d *draft) guided() bool { return d.canAsk() && (d.asked > 0 || d.every) }

func (d *draft) takeDuration(ctx context.Context) error {
	if d.given.Duration > 0 || !d.canAsk() {
		return nil
	}
	if !d.terms.duration && !d.every {
		d.answers.Duration = 0 // it was for something that was asked for before Esc
		return nil
	}
	hint := "such as 0.75 or 45m"
	if limit := d.terms.limit(); limit != "" {
		hint = limit + ", " + hint
	}
	start := ""
	if d.answers.Duration > 0 {
		start = render.Duration(d.answers.Duration)
	}
	d.asked++
	typed, err := d.prompter.Input(ctx, Text{Title: "Enter duration in hours", Hint: hint, Start: start, Check: d.checkTypedDuration})
	if err != nil {
		return err
	}
	d.answers.Duration = 0
	if strings.TrimSpace(typed) != "" {
		d.answers.Duration, err = ParseDuration(typed)
	}
	return err
}

func (d *draft) checkTypedDuration(typed string) error {
	if strings.TrimSpace(typed) == "" && !d.terms.duration {
		return nil
	}
	duration, err := ParseDuration(typed)
	if err != nil {
		if limit := d.terms.limit(); limit != "" {
			return fmt.Errorf("%w, %s hours", err, limit)
		}
		return err
	}
	return d.terms.checkDuration(duration)
}

func (d *draft) takeJustification(ctx context.Context) error {
	if d.given.Justification != "" || !d.terms.justification && !d.guided() || !d.canAsk() {
		return nil
	}
	question := Text{Title: "Enter Justification", Start: d.answers.Justification}
	if d.terms.justification {
		question.Check = requireText
	} else {
		question.Hint = "optional"
	}
	d.asked++
	typed, err := d.prompter.Input(ctx, question)
	if err != nil {
		return err
	}
	return setJustification(&d.answers, typed)
}

func requireText(typed string) error {
	if strings.TrimSpace(typed) == "" {
		return errors.New("this one is required")
	}
	return nil
}

// takeFields learns the account's own questions. Where they cannot be read the
// request goes on without them, and the service has the last word.
func (d *draft) takeFields(ctx context.Context) error {
	if !d.canAsk() && len(d.given.CustomFields) == 0 {
		return nil
	}
	session, err := fetched(ctx, d, "your account's questions", d.catalogue.session())
	if err != nil {
		if ctx.Err() != nil || client.IsUnauthorized(err) {
			return err
		}
		d.streams.Printf("%s Your account's own questions could not be read, so they are not asked\n", d.streams.PaletteErr().Waiting("!"))
		return nil
	}
	d.fields = session.Settings.CustomFields
	return d.matchFields()
}

// matchFields turns what was given for the account's own questions into what
// the service wants: a field's ID, and the key of a list's choice. Both may be
// given by what is shown of them.
func (d *draft) matchFields() error {
	for i, given := range d.answers.CustomFields {
		field, err := match("custom field", given.Key, "", d.fields, func(f client.CustomField) []string { return []string{f.ID, f.Label} })
		if err != nil {
			return err
		}
		value := given.Value
		if field.Type == client.CustomFieldSelect && len(field.Values) > 0 {
			choice, err := match("choice of "+field.Label, value, "", field.Values, func(v client.CustomFieldValue) []string { return []string{v.Key, v.Value} })
			if err != nil {
				return err
			}
			value = choice.Key
		}
		d.answers.CustomFields[i] = CustomField{field.ID, value}
	}
	return nil
}

func (d *draft) takeField(ctx context.Context, field client.CustomField) error {
	given := draft{answers: d.given}
	if given.fieldAnswer(field) != "" || !d.canAsk() || !field.Required && !d.guided() {
		return nil
	}
	start := d.fieldAnswer(field)
	if start == "" && field.Default != nil {
		start = *field.Default
	}
	var value string
	var err error
	if field.Type == client.CustomFieldSelect && len(field.Values) > 0 {
		value, err = d.selectField(ctx, field, start)
	} else {
		value, err = d.enterField(ctx, field, start)
	}
	if err != nil {
		return err
	}
	d.answers.setCustomFieldValue(field.ID, value)
	return nil
}

func (d *draft) selectField(ctx context.Context, field client.CustomField, start string) (string, error) {
	values := field.Values
	if !field.Required {
		values = append(values[:len(values):len(values)], client.CustomFieldValue{Value: "(none)"})
	}
	chosen, err := selectOne(ctx, d, "Select "+field.Label, values, func(v client.CustomFieldValue) Option { return Option{v.Value, v.Key} }, start, func(v client.CustomFieldValue) string { return v.Key }, nil)
	if err != nil {
		return "", err
	}
	return values[chosen].Key, nil
}

func (d *draft) enterField(ctx context.Context, field client.CustomField, start string) (string, error) {
	question := Text{Title: "Enter " + field.Label, Hint: render.Clean(field.Placeholder), Start: start}
	if field.Required {
		question.Check = requireText
	} else {
		question.Hint = strings.TrimSuffix("optional, "+question.Hint, ", ")
	}
	d.asked++
	typed, err := d.prompter.Input(ctx, question)
	return strings.TrimSpace(typed), err
}
