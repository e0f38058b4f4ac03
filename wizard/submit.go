package wizard

import (
	"context"
	"errors"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// submitCached submits a request whose names an earlier command already resolved. It
// returns nil if the cache has no entry, or if the service rejects it: then the names
// must be resolved again.
func (f *Flow) submitCached(ctx context.Context, answers Answers, options RequestOptions, out *Outcome) (*client.Submitted, error) {
	if options.Every {
		return nil, nil
	}
	known := f.recalled(ctx, answers)
	if known == nil {
		return nil, nil
	}
	f.warnNotEnrolled(ctx, options.enrollment)
	submitted, err := f.send(ctx, known.Request)
	if refused(err) {
		f.Catalog.ForgetEntry(ctx, selectionKey(answers))
		return nil, nil
	}
	out.Answers = known.Answers
	return submitted, err
}

// submitFresh submits the request of a draft. If something in it is gone, it returns the
// answers that are left, unless they were looked up again before.
func (f *Flow) submitFresh(ctx context.Context, d *draft, again bool) (*client.Submitted, *Answers, error) {
	if again {
		submitted, err := f.submit(ctx, d)
		return submitted, nil, err
	}
	if left, gone, err := f.afresh(ctx, d, false); gone || err != nil {
		return nil, &left, err
	}
	submitted, err := f.submit(ctx, d)
	if !refused(err) {
		return submitted, nil, err
	}
	left, gone, lookErr := f.afresh(ctx, d, true)
	if !gone || lookErr != nil {
		return nil, nil, err
	}
	return nil, &left, nil
}

// submit submits the request. If the service rejects it and no dry run was made yet,
// a dry run finds out what is missing.
func (f *Flow) submit(ctx context.Context, d *draft) (*client.Submitted, error) {
	submitted, err := f.send(ctx, d.body())
	if client.IsInvalid(err) && !d.terms.known {
		if explained := f.explain(ctx, d); explained != nil {
			return nil, explained
		}
	}
	return submitted, err
}

// sending is a submission, and what is needed to find it if the answer is lost.
type sending struct {
	create func(context.Context) (*client.Submitted, error)
	// body returns what is asked for.
	body func(context.Context) (client.NewRequest, error)
	// known are requests that existed before.
	known []string
}

// send sends a new request once, as sendOnce does.
func (f *Flow) send(ctx context.Context, body client.NewRequest) (*client.Submitted, error) {
	return f.sendOnce(ctx, sending{
		create: func(ctx context.Context) (*client.Submitted, error) { return f.Client.CreateRequest(ctx, body) },
		body:   func(context.Context) (client.NewRequest, error) { return body, nil },
	})
}

// sendOnce sends a request once. A *SubmitError means that it may or may not have been
// created.
func (f *Flow) sendOnce(ctx context.Context, s sending) (*client.Submitted, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // nothing was sent
	}
	progress := f.Streams.Progress("Submitting the request", progressDelay)
	defer progress.Stop()
	sent := time.Now()
	submitted, err := s.create(ctx)
	var e *client.Error
	switch {
	case err == nil:
		f.rememberSent(ctx, submitted.RequestIDs)
		return submitted, nil
	case !errors.As(err, &e) && ctx.Err() != nil:
		return nil, &SubmitError{Err: prompt.ErrCanceled}
	case e == nil || !e.MayHaveSucceeded():
		return nil, err
	}
	progress.Update("Checking whether the request was created")
	found := f.findSent(ctx, s, sent)
	if len(found.made) == 0 {
		return nil, &SubmitError{Err: err, Likely: found.likely}
	}
	f.Streams.Warn("The answer was lost, but the service has the request")
	f.rememberSent(ctx, found.made)
	return &client.Submitted{RequestIDs: found.made}, nil
}

// explain finds out with a dry run what a rejected request lacks; nil if the dry run
// does not say.
func (f *Flow) explain(ctx context.Context, d *draft) error {
	if d.learnTerms(ctx) != nil || !d.terms.known {
		return nil
	}
	if session, err := d.api.UserSession(ctx); err == nil {
		d.fields = session.Settings.CustomFields
	}
	if missing := d.missing(); missing != nil {
		return missing
	}
	if err := d.terms.checkDuration(d.answers.Duration); err != nil {
		return tooLong(d.answers.Duration, d.terms.longest)
	}
	return nil
}

func tooLong(d, longest time.Duration) error {
	return &UsageError{Message: "--duration " + render.Duration(d) + " is too long", Hint: "At most " + render.Duration(longest)}
}
