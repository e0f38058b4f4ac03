package wizard

import (
	"context"
	"errors"
	"runtime"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// shell is the shell that printed commands are quoted for on this machine.
func shell() render.Shell { return render.ShellFor(runtime.GOOS) }

// needsTerms reports whether a dry run must find out what the service requires. It is
// skipped if justification and duration are given: little else can be missing, and the
// service then rejects the request.
func (d *draft) needsTerms() bool {
	return d.given.Justification == "" || d.given.Duration == 0
}

func (d *draft) takeTerms(ctx context.Context) error {
	if err := d.learnTerms(ctx); err != nil {
		return err
	}
	for _, remark := range d.terms.remarks {
		d.streams.Warn("%s", render.Clean(remark))
	}
	if d.answers.Duration > 0 && d.given.Duration > 0 {
		if err := d.terms.checkDuration(d.answers.Duration); err != nil {
			return tooLong(d.answers.Duration, d.terms.longest)
		}
	}
	if d.canAsk() {
		return nil
	}
	account, err := session(d.own).Wait(ctx)
	if err == nil {
		d.fields = account.Settings.CustomFields
	}
	if !d.terms.known {
		return nil // the dry run failed: the service decides
	}
	if missing := d.missing(); missing != nil {
		return missing
	}
	return nil
}

// guided reports whether to ask optional questions too: the user is answering
// prompts, rather than repeating a request with flags.
func (d *draft) guided() bool { return d.canAsk() && (d.asked > 0 || d.every) }

func (d *draft) takeDuration(ctx context.Context) error {
	if d.given.Duration > 0 || !d.canAsk() {
		return nil
	}
	if !d.terms.duration && !d.every {
		d.answers.Duration = 0 // it was for a choice that Esc undid
		return nil
	}
	start := ""
	if d.answers.Duration > 0 {
		start = render.Duration(d.answers.Duration)
	}
	d.asked++
	return d.askDuration(ctx, start)
}

func (d *draft) takeJustification(ctx context.Context) error {
	if d.given.Justification != "" || !d.terms.justification && !d.guided() || !d.canAsk() {
		return nil
	}
	question := prompt.Text{Title: "Enter Justification", Initial: d.answers.Justification, Editor: true, History: d.justifications}
	if d.terms.justification {
		question.Check = requireText
	} else {
		question.Hint = "optional"
	}
	d.asked++
	mark := d.mark()
	typed, err := d.prompter.Input(ctx, question)
	if err != nil {
		return err
	}
	if err := setJustification(&d.answers, typed); err != nil {
		return err
	}
	return d.improveJustification(ctx, question, mark)
}

// justifications returns the justifications of the user's latest requests, each once,
// latest first. It returns none if the service does not answer.
func (d *draft) justifications(ctx context.Context) []string {
	const most = 20
	var list []string
	requests, err := d.api.LatestRequests(ctx)
	if err != nil {
		return nil
	}
	for _, r := range requests {
		if r.Justification != nil && *r.Justification != "" && len(list) < most {
			list = append(list, *r.Justification)
		}
	}
	return unique(list)
}

func requireText(typed string) error {
	if strings.TrimSpace(typed) == "" {
		return errors.New("an answer is required")
	}
	return nil
}

// takeFields fetches the account's custom fields. If they cannot be fetched, the
// request goes on without them, and the service decides.
func (d *draft) takeFields(ctx context.Context) error {
	if !d.canAsk() && len(d.given.CustomFields) == 0 {
		return nil
	}
	account, err := loading(d, "your account's custom fields", func() (*client.UserSession, error) { return session(d.own).Wait(ctx) })
	if err != nil {
		if ctx.Err() != nil || client.IsUnauthorized(err) {
			return err
		}
		d.streams.Warn("Your account's custom fields could not be loaded, so they are skipped")
		return nil
	}
	return d.useFields(account.Settings.CustomFields)
}

// useFields takes the account's custom fields, and what the given answers mean in them.
func (d *draft) useFields(fields []client.CustomField) (err error) {
	d.fields = fields
	if d.matched {
		return nil // Esc came back here
	}
	if d.given.CustomFields, err = d.matchFields(); err != nil {
		return err
	}
	d.answers.CustomFields, d.matched = d.startingFields(), true
	return nil
}

// matchFields turns the given custom fields into what the service accepts: the field's
// ID and, for a list, the key of the choice. Users may type the labels of both.
func (d *draft) matchFields() ([]CustomField, error) {
	given := splitFields(d.given.CustomFields, d.fields)
	for i, answer := range given {
		field, err := kind.Match("custom field", answer.Key, "", d.fields, fieldID, func(f client.CustomField) []string { return []string{f.ID, f.Label} })
		if err != nil {
			return nil, err
		}
		value := answer.Value
		if field.Type == client.CustomFieldSelect && len(field.Values) > 0 {
			choice, err := kind.Match("choice of "+field.Label, value, "", field.Values, choiceKey, func(v client.CustomFieldValue) []string { return []string{v.Key, v.Value} })
			if err != nil {
				return nil, err
			}
			value = choice.Key
		}
		given[i] = wholeField(field.ID, value)
	}
	return given, nil
}

func fieldID(f client.CustomField) string        { return f.ID }
func choiceKey(v client.CustomFieldValue) string { return v.Key }

func (d *draft) takeField(ctx context.Context, field client.CustomField) error {
	given := draft{answers: d.given, matched: d.matched}
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
	list := prompt.List{Title: "Select " + field.Label}
	for i, v := range values {
		list.Options = append(list.Options, prompt.Option{Label: v.Value, Keywords: v.Key})
		if start != "" && v.Key == start {
			list.Initial = []int{i}
		}
	}
	d.count(list)
	chosen, err := d.prompter.Select(ctx, list)
	if err != nil {
		return "", err
	}
	return values[chosen].Key, nil
}

func (d *draft) enterField(ctx context.Context, field client.CustomField, start string) (string, error) {
	question := prompt.Text{Title: "Enter " + field.Label, Hint: render.Clean(field.Placeholder), Initial: start}
	if field.Required {
		question.Check = requireText
	} else {
		question.Hint = strings.TrimSuffix("optional, "+question.Hint, ", ")
	}
	d.asked++
	typed, err := d.prompter.Input(ctx, question)
	return strings.TrimSpace(typed), err
}
