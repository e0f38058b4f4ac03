package wizard

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// AskAgain asks which of the past requests to make again. Enter repeats one exactly, and
// the right arrow opens it, so that it can be changed first. changes are answers that take
// the place of those of the request. The list has only one request if past is not nil.
func (f *Flow) AskAgain(ctx context.Context, past *client.Request, changes Answers, options RequestOptions) (*Outcome, error) {
	list, err := f.choices(ctx, past)
	if err != nil {
		return nil, err
	}
	question := f.historyList(list)
	options.guided = true
	for {
		mark := f.Mark()
		f.discard() // a key that was held down must not repeat a request
		chosen, err := f.Prompter.Select(ctx, question)
		opened := errors.Is(err, prompt.ErrOpen)
		if err != nil && !opened {
			return nil, err
		}
		r, outcome := list[chosen].latest, (*Outcome)(nil)
		if opened {
			outcome, err = f.Change(ctx, r, changes, options)
		} else {
			outcome, err = f.Again(ctx, r, changes, options)
		}
		var refused *AgainError
		isRefused := errors.As(err, &refused)
		if outcome != nil || !isRefused && !errors.Is(err, prompt.ErrBack) {
			return outcome, err
		}
		f.Rewind(mark)
		if isRefused {
			f.Streams.Warn("%s", refused.Error())
		}
		question.Initial = []int{chosen}
	}
}

// choices returns what AskAgain offers.
func (f *Flow) choices(ctx context.Context, past *client.Request) ([]pastRequest, error) {
	if past != nil {
		return []pastRequest{{latest: past, times: 1}}, nil
	}
	progress := f.Streams.Progress("Loading requests", progressDelay)
	found, err := f.pastRequests(ctx).Wait(ctx)
	progress.Stop()
	if err != nil {
		return nil, err
	}
	list := history(found)
	if len(list) == 0 {
		return nil, &EmptyError{"There is no request to make again"}
	}
	return list, nil
}

// Again makes a past request again, and follows it. Only the justification and the custom
// fields can differ: with another duration it is a new request for the same. It is sent at
// most once.
func (f *Flow) Again(ctx context.Context, past *client.Request, changes Answers, options RequestOptions) (*Outcome, error) {
	if changes.durationErr != nil || changes.Duration > 0 && changes.Duration != pastDuration(past) {
		return f.againAnew(ctx, past, changes, options)
	}
	d := &draft{source: f.lookups(ctx), api: f.Client, streams: f.Streams, prompter: f.Prompter, given: changes, answers: changes}
	if err := f.checkAgain(ctx, past); err != nil {
		return nil, err
	}
	again, err := d.againBody(ctx, past)
	if err != nil {
		return nil, err
	}
	submitted, err := f.sendOnce(ctx, f.repetition(past, again))
	if err != nil {
		return nil, err
	}
	f.endLookups()
	f.announce(submitted)
	out := &Outcome{IDs: submitted.RequestIDs, Guided: options.guided || d.asked > 0}
	out.GoesOn = out.Guided && !options.NoWait && !options.DataOnly
	options.goesOn = out.GoesOn
	out.Requests, err = f.Follow(ctx, submitted.RequestIDs, options)
	return out, err
}

// AgainError reports that the service would not accept a past request as it was.
type AgainError struct {
	ID      string
	Reasons []string // as the service gives them
}

func (e *AgainError) Error() string {
	return render.Clean(e.ID) + " cannot be repeated as it was: " + render.Clean(strings.Join(e.Reasons, "; "))
}

// checkAgain returns an *AgainError if a dry run finds that a past request would not be
// accepted. A dry run that fails does not block it: the service decides.
func (f *Flow) checkAgain(ctx context.Context, past *client.Request) error {
	progress := f.Streams.Progress("Checking the request", progressDelay)
	defer progress.Stop()
	run, err := f.Client.DryRunAgain(ctx, past.ID)
	if err != nil {
		if ctx.Err() != nil || client.IsUnauthorized(err) {
			return err
		}
		return nil
	}
	refused := &AgainError{ID: past.ID}
	for _, e := range run.Errors {
		switch {
		case e.Field == client.DryRunJustification: // it is sent
		case e.Message != nil && *e.Message != "":
			refused.Reasons = append(refused.Reasons, *e.Message)
		default:
			refused.Reasons = append(refused.Reasons, strings.TrimSpace(e.Code+" "+e.Field))
		}
	}
	if len(refused.Reasons) > 0 {
		return refused
	}
	return nil
}

// againBody returns the body that repeats a request. It asks for a justification if there
// is none, because the service needs one.
func (d *draft) againBody(ctx context.Context, past *client.Request) (client.Again, error) {
	if d.answers.Justification == "" {
		d.answers.Justification = trimmed(past.Justification)
	}
	if d.answers.Justification == "" {
		if !d.canAsk() {
			return client.Again{}, &MissingError{Flags: []string{"--justification"}, NoTerminal: true}
		}
		d.terms.justification = true
		if err := d.takeJustification(ctx); err != nil {
			return client.Again{}, err
		}
	}
	again := client.Again{Justification: d.answers.Justification}
	if len(d.given.CustomFields) == 0 {
		return again, nil
	}
	account, err := d.api.UserSession(ctx)
	if err != nil {
		return again, err
	}
	if err := d.useFields(account.Settings.CustomFields); err != nil {
		return again, err
	}
	again.CustomFields = map[string]string{}
	maps.Copy(again.CustomFields, past.CustomFields)
	for _, field := range d.answers.CustomFields {
		again.CustomFields[field.Key] = field.Value
	}
	return again, nil
}

// repetition returns the submission that repeats a request.
func (f *Flow) repetition(past *client.Request, again client.Again) sending {
	return sending{
		create: func(ctx context.Context) (*client.Submitted, error) {
			return f.Client.RequestAgain(ctx, past.ID, again)
		},
		known: []string{past.ID},
		body: func(ctx context.Context) (client.NewRequest, error) {
			found, err := f.Client.RequestUnits(ctx, past.ID)
			if err != nil {
				return client.NewRequest{}, err
			}
			body := client.NewRequest{
				AccessUnitIDs: kind.AccessUnits().IDs(unitsOf(found, past.ID)),
				Justification: &again.Justification, DurationInSec: past.DurationInSec, CustomFields: again.CustomFields,
			}
			if body.CustomFields == nil {
				body.CustomFields = past.CustomFields
			}
			if past.Bundle != nil {
				body.BundleIDs = []string{past.Bundle.ID}
			}
			return body, nil
		},
	}
}

// againAnew makes a new request for what a past one was for, with some other answers.
func (f *Flow) againAnew(ctx context.Context, past *client.Request, changes Answers, options RequestOptions) (*Outcome, error) {
	if changes.durationErr != nil {
		return nil, f.durationError(ctx, changes)
	}
	answers, err := f.pastAnswers(ctx, past)
	if err != nil {
		return nil, err
	}
	return f.Request(ctx, answers.changed(changes), options)
}

// Change asks every question of a past request again, each with the answer that it had, and
// makes a new request. changes are answers that are not asked for.
func (f *Flow) Change(ctx context.Context, past *client.Request, changes Answers, options RequestOptions) (*Outcome, error) {
	units, err := f.pastUnits(ctx, past)
	if err != nil {
		return nil, err
	}
	answers, err := f.onlyAnswers(ctx, past, units)
	if err != nil {
		return nil, err
	}
	changes.start = startOf(answers, past.Bundle, units)
	options.Every = true
	return f.Request(ctx, changes, options)
}

// AgainFrom makes a new request for what an access was requested with. If every is true, it
// asks every question, each with the answer that it had.
func (f *Flow) AgainFrom(ctx context.Context, session *client.AccessSession, every bool, changes Answers, options RequestOptions) (*Outcome, error) {
	selection, err := f.Client.SessionSelection(ctx, session.ID)
	if err != nil {
		return nil, err
	}
	answers := selectionAnswers(ctx, f.Client, selection)
	if !every {
		return f.Request(ctx, answers.changed(changes), options)
	}
	changes.start = &start{answers: answers, resources: selection.Resources, permissions: selection.Permissions}
	options.Every = true
	return f.Request(ctx, changes, options)
}

// pastUnits returns the access units of a request.
func (f *Flow) pastUnits(ctx context.Context, past *client.Request) ([]client.AccessUnit, error) {
	progress := f.Streams.Progress("Loading the request", progressDelay)
	defer progress.Stop()
	found, err := f.Client.RequestUnits(ctx, past.ID)
	if err != nil {
		return nil, err
	}
	units := unitsOf(found, past.ID)
	if len(units) == 0 {
		return nil, &AgainError{ID: past.ID, Reasons: []string{"what it asked for no longer exists"}}
	}
	return units, nil
}

// pastAnswers returns the answers that repeat a request.
func (f *Flow) pastAnswers(ctx context.Context, past *client.Request) (Answers, error) {
	units, err := f.pastUnits(ctx, past)
	if err != nil {
		return Answers{}, err
	}
	return f.onlyAnswers(ctx, past, units)
}

// onlyAnswers returns the answers that repeat a request. It fails if that takes several
// requests.
func (f *Flow) onlyAnswers(ctx context.Context, past *client.Request, units []client.AccessUnit) (Answers, error) {
	progress := f.Streams.Progress("Loading the request", progressDelay)
	defer progress.Stop()
	sets := f.answersOf(ctx, past, units)
	if len(sets) != 1 {
		return Answers{}, &UsageError{
			Message: render.Clean(past.ID) + " has resources of several kinds, so it can be repeated, but not changed",
			Hint:    "Request each kind with a command of its own; this prints them:", Run: render.QuoteArguments("requests", "describe", past.ID),
		}
	}
	return sets[0], nil
}

// changed returns answers with some others in their place.
func (a Answers) changed(by Answers) Answers {
	if by.Duration > 0 {
		a.Duration = by.Duration
	}
	a.durationErr = by.durationErr
	if by.Justification != "" {
		a.Justification = by.Justification
	}
	if len(by.CustomFields) > 0 {
		kept := slices.DeleteFunc(slices.Clone(a.CustomFields), func(f CustomField) bool {
			return slices.ContainsFunc(by.CustomFields, func(other CustomField) bool { return strings.EqualFold(other.Key, f.Key) })
		})
		a.CustomFields = append(kept, by.CustomFields...)
	}
	return a
}
