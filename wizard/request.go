package wizard

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// Flow is everything that the guided flows need from outside.
type Flow struct {
	Client  *client.Client
	Streams *render.Streams
	// Prompter asks; nil where nobody can be asked.
	Prompter prompt.Prompter
	// Profile goes into commands that are printed; empty where the person did
	// not choose one by hand.
	Profile string
	// PortalURL is the service's web portal, for what can only be done there.
	PortalURL string
	// Sandbox says that the service is the embedded one, where this program can
	// play the approver and the portal too.
	Sandbox bool
	// OpenURL opens a page in the person's browser; nil where that cannot be.
	OpenURL func(ctx context.Context, url string) error
	// HandOver is called before another program gets the terminal, and what it
	// returns afterwards; nil where nothing has to be done.
	HandOver func() (back func())
	// Recall keeps what names stood for; nil keeps nothing.
	Recall *Recall
	// Now tells the time; nil means time.Now.
	Now func() time.Time

	// ahead is what is fetched while the person reads the first questions; nil
	// before the menu.
	ahead *catalogue
}

// RequestOptions are how a request is made, apart from its answers.
type RequestOptions struct {
	// Every puts every question, optional ones too.
	Every bool
	// NoWait leaves the request once it is sent.
	NoWait bool
	// Timeout is how long a request is followed; 0 means DefaultTimeout.
	Timeout time.Duration
}

// DefaultTimeout is how long a request is followed.
const DefaultTimeout = time.Minute

// Outcome is what became of a submission.
type Outcome struct {
	Answers  Answers
	Requests []client.Request // as they stood last; never nil
	// Guided says that a person was asked something on the way.
	Guided bool
}

// Request makes a request: it asks for what is missing from the answers, sends
// it, prints how to repeat it, and follows it. An error may come together with
// an outcome, when requests were made but are refused, undecided or left. If
// nothing was sent, the error is an *UnsentError.
func (f *Flow) Request(ctx context.Context, answers Answers, options RequestOptions) (*Outcome, error) {
	if answers.unreadable != nil {
		return nil, f.unreadable(ctx, answers)
	}
	out := &Outcome{}
	submitted, err := f.repeat(ctx, answers, options, out)
	if err != nil {
		return nil, unsent(answers, err)
	}
	if submitted == nil {
		submitted, err = f.ask(ctx, answers, options, out)
	}
	if err != nil {
		return nil, err
	}
	f.announce(submitted, out.Answers)
	out.Requests, err = f.Follow(ctx, submitted.RequestIDs, options)
	return out, err
}

// ask asks for what is missing, and sends the request.
func (f *Flow) ask(ctx context.Context, answers Answers, options RequestOptions, out *Outcome) (*client.Submitted, error) {
	d, err := f.complete(ctx, answers, options.Every)
	if d == nil {
		return nil, unsent(answers, err)
	}
	if err != nil {
		return nil, unsent(d.answers, err)
	}
	submitted, err := f.submit(ctx, d)
	if err != nil {
		return nil, unsent(d.answers, err)
	}
	f.remember(answers, d)
	out.Answers, out.Guided = d.answers, d.asked > 0
	return submitted, nil
}

// unsent adds the answers to the error of a request that was not sent.
func unsent(answers Answers, err error) error {
	var lost *SubmitError
	if errors.As(err, &lost) {
		return err // it may have been sent
	}
	return &UnsentError{Answers: answers, Err: err}
}

// repeat sends a request whose names were looked up by an earlier command. It
// returns nothing where there was none, or where the service does not take it
// any more: then the names are looked up afresh.
func (f *Flow) repeat(ctx context.Context, answers Answers, options RequestOptions, out *Outcome) (*client.Submitted, error) {
	if options.Every {
		return nil, nil
	}
	known := f.recalled(answers)
	if known == nil {
		return nil, nil
	}
	submitted, err := f.send(ctx, known.Request)
	var e *client.Error
	if errors.As(err, &e) && (refusedForAnswers(e.Status) || e.Status == 403 || e.Status == 404) {
		f.Recall.Forget(selectionKey(answers))
		return nil, nil
	}
	out.Answers = known.Answers
	return submitted, err
}

// complete asks for what is missing, or fails with all that is.
func (f *Flow) complete(ctx context.Context, answers Answers, every bool) (*draft, error) {
	return f.walk(ctx, answers, every, (*draft).steps)
}

// selection is complete for what is asked for only: not how long and why.
func (f *Flow) selection(ctx context.Context, answers Answers) (*draft, error) {
	return f.walk(ctx, answers, false, (*draft).selectionSteps)
}

func (f *Flow) walk(ctx context.Context, answers Answers, every bool, steps func(*draft) []step) (*draft, error) {
	if err := answers.exclusive(); err != nil {
		return nil, err
	}
	if f.Prompter == nil {
		if missing := missingFlags(answers); missing != nil {
			return nil, missing
		}
	}
	if err := answers.Conflict(); err != nil {
		return nil, err
	}
	catalogue := f.ahead
	if catalogue == nil {
		// The look-ups that nobody waits for any more end with the questions.
		lookups, cancel := context.WithCancel(ctx)
		defer cancel()
		catalogue = newCatalogue(lookups, f.Client)
	}
	d := &draft{catalogue: catalogue, streams: f.Streams, prompter: f.Prompter, given: answers, answers: answers, every: every}
	d.answers.CustomFields = slices.Clone(answers.CustomFields)
	if d.canAsk() || len(answers.CustomFields) > 0 || d.needsTerms() {
		d.catalogue.session()
	}
	if answers.Integration != "" {
		d.catalogue.integrations()
	}
	return d, d.walk(ctx, steps)
}

// unreadable says what is wrong with a duration that cannot be read, together
// with the longest that is allowed, where the other flags tell what it is for.
func (f *Flow) unreadable(ctx context.Context, answers Answers) error {
	e := &UsageError{Message: answers.unreadable.Error(), Hint: "Give hours, such as 0.75 or 8, or write 45m or 1h30m"}
	if missingFlags(answers) != nil {
		return e
	}
	quiet := *f
	quiet.Prompter = nil
	if d, err := quiet.selection(ctx, answers); err == nil && d.learnTerms(ctx) == nil && d.terms.longest > 0 {
		e.Hint += "; the longest allowed is " + render.Duration(d.terms.longest)
	}
	return e
}

// missingFlags are the flags that a request cannot do without. What else the
// service may require is only known once these are.
func missingFlags(a Answers) error {
	if a.Bundle != "" {
		return nil
	}
	e := &MissingError{Hint: "Or --bundle, to request a bundle", NoTerminal: true}
	if a.Integration == "" {
		e.Flags = append(e.Flags, "--integration")
	}
	if a.ResourceType == "" {
		e.Flags = append(e.Flags, "--resource-type")
	}
	if len(a.Resources) == 0 {
		e.Flags = append(e.Flags, "--resources")
	}
	if len(a.Permissions) == 0 {
		e.Flags = append(e.Flags, "--permissions")
	}
	if len(e.Flags) == 0 {
		return nil
	}
	if a.Integration != "" {
		e.Hint = ""
	}
	return e
}

// submit sends the request. Where the service refuses it and nobody has asked
// yet what it wants, a dry run finds out what to tell the person.
func (f *Flow) submit(ctx context.Context, d *draft) (*client.Submitted, error) {
	submitted, err := f.send(ctx, d.body())
	var e *client.Error
	if errors.As(err, &e) && refusedForAnswers(e.Status) && !d.terms.known {
		if explained := f.explain(ctx, d); explained != nil {
			return nil, explained
		}
	}
	return submitted, err
}

// send sends a request, once. A *SubmitError says that nobody knows whether it
// was made.
func (f *Flow) send(ctx context.Context, body client.NewRequest) (*client.Submitted, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // nothing has been sent
	}
	progress := f.Streams.Progress("Sending the request", quick)
	submitted, err := f.Client.CreateRequest(ctx, body)
	progress.Stop()
	var e *client.Error
	switch {
	case err == nil:
		return submitted, nil
	case !errors.As(err, &e) && ctx.Err() != nil:
		return nil, &SubmitError{prompt.ErrCanceled}
	case e != nil && (e.Status == 0 || e.Malformed && e.Status < 300 || e.Status >= 500):
		return nil, &SubmitError{err}
	}
	return nil, err
}

func refusedForAnswers(status int) bool {
	return status == 400 || status == 409 || status == 422
}

// explain finds out by a dry run what a refused request lacks; nil where that
// does not tell.
func (f *Flow) explain(ctx context.Context, d *draft) error {
	if d.learnTerms(ctx) != nil || !d.terms.known {
		return nil
	}
	if session, err := d.catalogue.client.UserSession(ctx); err == nil {
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
	return &UsageError{Message: "--duration " + render.Duration(d) + " is too long", Hint: "The longest allowed is " + render.Duration(longest)}
}

// announce says that the request is sent, and how to make it again.
func (f *Flow) announce(submitted *client.Submitted, answers Answers) {
	s, colors := f.Streams, f.Streams.PaletteErr()
	s.Printf("%s Sent: %s\n", colors.Good("✓"), strings.Join(submitted.RequestIDs, ", "))
	if submitted.Message != nil && *submitted.Message != "" {
		s.Printf("  %s\n", *submitted.Message)
	}
	shell := render.ShellFor(runtime.GOOS)
	s.Printf("\n%s Use this command to make the same request again:\n\n  %s\n\n", colors.Bold("NOTICE"), colors.Command(answers.Replay(f.Profile, shell)))
	s.Printf("  Save it as an alias of your shell (%s), or of apono, which works everywhere:\n\n  %s\n\n", colors.Faint(aliasExample(runtime.GOOS)), colors.Command(answers.SaveCommand(f.Profile, shell)))
}

// aliasExample shows how the shell keeps a command under a name.
func aliasExample(goos string) string {
	if goos == "windows" {
		return "function NAME { … }"
	}
	return "alias NAME='…'"
}

// Clock tells the time as the flow sees it.
func (f *Flow) Clock() time.Time {
	if f.Now != nil {
		return f.Now()
	}
	return time.Now()
}

// Command is one of this program's commands as a person types it, with the
// profile where they chose one.
func (f *Flow) Command(words string) string {
	if f.Profile != "" {
		words += " --profile " + f.Profile
	}
	return "apono " + words
}
