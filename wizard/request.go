package wizard

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// Flow runs the guided flows. Its fields are what they need from the rest of the program.
type Flow struct {
	Client  *client.Client
	Streams *render.Streams
	// Prompter asks questions; nil without a terminal.
	Prompter prompt.Prompter
	// Profile is added to the commands that are printed; empty if it is the
	// default.
	Profile string
	// PortalURL is the address of the service's web portal.
	PortalURL string
	// Sandbox is true if the service is the embedded one. There, this program
	// can also approve requests and complete MFA.
	Sandbox bool
	// OpenURL opens a page in the user's browser; nil if there is no browser.
	OpenURL func(ctx context.Context, url string) error
	// HandOver is called before another program takes over the terminal. The
	// function it returns is called when that program has ended. May be nil.
	HandOver func() (back func())
	// Catalog keeps what can be requested between commands; nil for nothing.
	Catalog *catalog.Store
	// StartFill starts fetching the whole catalog in the background; nil if that is not
	// possible.
	StartFill func()
	// Shell is the user's shell, for aliases; empty means the usual one.
	Shell render.Shell
	// Ring tells a user who does something else that a followed request has changed; nil
	// if nobody is to be told.
	Ring func(text string)
	// Reason says in words why the service cannot be reached; nil leaves that out.
	Reason func(err error) string
	// NoReplay leaves out the command that makes the same request again.
	NoReplay bool
	// Now returns the current time; nil means time.Now.
	Now func() time.Time

	// ahead looks things up, while the user reads the first questions too; nil before it
	// is needed, and after a request.
	ahead *catalog.Source
	// aheadFor is the same for each grantee, by ID.
	aheadFor map[string]*catalog.Source
	// askAlways makes lookups ask the service for every list.
	askAlways bool
	// page is what is above the first question; nil for nothing.
	page *frontPage
}

// RequestOptions controls how Request asks and how long it follows the request.
type RequestOptions struct {
	// Every asks every question, even optional ones.
	Every bool
	// NoWait returns as soon as the request is submitted.
	NoWait bool
	// DataOnly prints no summary, because the caller prints the requests as data.
	DataOnly bool

	goesOn bool // to using the access, so no advice is needed
	guided bool // the user was asked which request to make again
	// Timeout is how long to follow the request; 0 means DefaultTimeout.
	Timeout time.Duration
	// Wait follows the request until it is active or has ended, however long people take.
	Wait bool

	enrollment    *enrollment
	keepsWatching bool // while the request waits for people, if the user wants to
}

// DefaultTimeout is how long a request is followed by default.
const DefaultTimeout = time.Minute

// Outcome is the result of a submission.
type Outcome struct {
	Answers  Answers
	IDs      []string         // of all requests
	Requests []client.Request // in their last known state; without those never seen
	// Guided is true if the user was asked anything.
	Guided bool
	// GoesOn is true if the user expects to go straight on to using the access.
	GoesOn bool
}

// Request asks for what is missing from the answers, submits the request, prints how
// to repeat it, and follows it. If requests were created but were refused, are
// undecided or are no longer followed, it returns an error together with the outcome.
// If nothing was sent, the error is an *UnsentError.
func (f *Flow) Request(ctx context.Context, answers Answers, options RequestOptions) (*Outcome, error) {
	if answers.durationErr != nil {
		return nil, f.durationError(ctx, answers)
	}
	if err := f.confirmHours(ctx, answers); err != nil {
		return nil, unsent(answers, err)
	}
	out := &Outcome{}
	options.enrollment = f.checkEnrollment(ctx)
	submitted, err := f.submitCached(ctx, answers, options, out)
	if err != nil {
		return nil, unsent(answers, err)
	}
	if submitted == nil {
		submitted, err = f.ask(ctx, answers, options, out)
	}
	if err != nil {
		return nil, err
	}
	f.announce(submitted)
	if !answers.coverAll(out.Answers) && !f.NoReplay {
		f.announceReplay(out.Answers)
	}
	out.GoesOn = out.Guided && out.Answers.Grantee == "" && !options.NoWait && !options.DataOnly
	options.goesOn = out.GoesOn
	options.keepsWatching = out.GoesOn && !options.Wait && options.Timeout == 0
	out.IDs = submitted.RequestIDs
	out.Requests, err = f.Follow(ctx, submitted.RequestIDs, options)
	return out, err
}

// ask asks for what is missing and submits the request. If that needs something that is
// gone, which a list that was not up to date still offered, it asks for that again, once.
func (f *Flow) ask(ctx context.Context, answers Answers, options RequestOptions, out *Outcome) (*client.Submitted, error) {
	for again := false; ; again = true {
		d, err := f.complete(ctx, answers, options.Every)
		if d == nil {
			return nil, unsent(answers, err)
		}
		out.Guided = out.Guided || d.asked > 0
		if err != nil {
			return nil, unsent(d.answers, err)
		}
		if !again {
			f.warnNotEnrolled(ctx, options.enrollment)
		}
		submitted, left, err := f.submitFresh(ctx, d, again)
		if left != nil {
			answers = *left
			continue
		}
		if err != nil {
			return nil, unsent(d.answers, err)
		}
		f.endLookups() // what is still being looked up after the last question
		f.remember(ctx, answers, d)
		f.rememberRequested(ctx, d)
		out.Answers = d.answers
		return submitted, nil
	}
}

// unsent adds the answers to the error of a request that was not sent.
func unsent(answers Answers, err error) error {
	var lost *SubmitError
	if errors.As(err, &lost) {
		return err // it may have been sent
	}
	return &UnsentError{Answers: answers, Err: err}
}

// complete asks for what is missing. Without a terminal it fails with a
// *MissingError that names everything.
func (f *Flow) complete(ctx context.Context, answers Answers, every bool) (*draft, error) {
	return f.walk(ctx, answers, every, (*draft).steps)
}

// selection is like complete, but asks only what to request, not for how long or why.
func (f *Flow) selection(ctx context.Context, answers Answers) (*draft, error) {
	return f.walk(ctx, answers, false, (*draft).selectionSteps)
}

// walk checks the given answers and takes the steps that ask for the others. The draft
// is nil if the answers are invalid.
func (f *Flow) walk(ctx context.Context, answers Answers, every bool, steps func(*draft) []step) (*draft, error) {
	if err := answers.Conflict(); err != nil {
		return nil, err
	}
	if f.Prompter == nil {
		if missing := missingFlags(answers); missing != nil {
			return nil, missing
		}
	}
	d := &draft{own: f.lookups(ctx), source: f.lookups(ctx), api: f.Client, streams: f.Streams, prompter: f.Prompter, given: answers, answers: answers, every: every, now: f.Clock}
	d.lookupsFor = func(grantee string) (*catalog.Source, *client.Client) { return f.lookupsFor(ctx, grantee) }
	if d.canAsk() {
		d.recent = f.recentIDs(ctx)
	}
	d.answers.CustomFields = slices.Clone(answers.CustomFields)
	if answers.start != nil {
		d.startWith(answers.start)
	}
	if d.canAsk() || len(answers.CustomFields) > 0 || d.needsTerms() {
		session(d.own)
	}
	if answers.Integration != "" && answers.Grantee == "" {
		integrations := catalog.Begin(d.source, kind.Integrations(), kind.Scope{})
		if !d.canAsk() {
			integrations.Refresh()
		}
	}
	return d, d.walk(ctx, steps)
}

// durationError returns the error for an invalid --duration. It includes the longest
// duration allowed, if the other flags say what is requested.
func (f *Flow) durationError(ctx context.Context, answers Answers) error {
	e := &UsageError{Message: answers.durationErr.Error(), Hint: "U" + errNoDuration.Error()[1:]}
	if missingFlags(answers) != nil {
		return e
	}
	quiet := *f
	quiet.Prompter = nil
	if d, err := quiet.selection(ctx, answers); err == nil && d.learnTerms(ctx) == nil && d.terms.longest > 0 {
		e.Hint += "; at most " + render.Duration(d.terms.longest)
	}
	return e
}

// missingFlags returns an error that names the flags that every request needs and a does
// not have. Only when these are given does the service say what else it requires.
func missingFlags(a Answers) error {
	if a.Bundle != "" {
		return nil
	}
	e := &MissingError{Hint: "Or use --bundle to request a bundle", NoTerminal: true}
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

// announce prints that the request was submitted, and why if it was split.
func (f *Flow) announce(submitted *client.Submitted) {
	s := f.Streams
	s.Done("Sent %s", strings.Join(submitted.RequestIDs, ", "))
	if m := submitted.Message; m != nil && *m != "" && len(submitted.RequestIDs) > 1 {
		s.Say(render.Text("  " + render.Clean(*m)))
	}
}

// announceReplay prints how to repeat a request, and how to save that. The command
// stands alone in its line, which only the terminal breaks, so that it can be
// copied.
func (f *Flow) announceReplay(answers Answers) {
	s, colors := f.Streams, f.Streams.PaletteErr()
	command := answers.Replay(f.Profile, shell())
	own := f.Shell
	if own == "" {
		own = shell()
	}
	if strings.Contains(command, "'") {
		s.Printf("\n%s\n%s\n", colors.Faint("  To make the same request again:"), command)
		words := render.CommandLine{Profile: f.Profile}.Args(append([]string{"requests", "create"}, answers.Args()...)...)
		s.Printf("%s\n%s\n\n", colors.Faint("  To save it, with a name in place of NAME:"), own.Alias("NAME", append([]string{"apono"}, words...)...))
		return
	}
	s.Printf("\n%s\n%s\n\n", colors.Faint("  To make the same request again (save it: "+own.AliasExample()+"):"), command)
}

// Clock returns the current time.
func (f *Flow) Clock() time.Time {
	if f.Now != nil {
		return f.Now()
	}
	return time.Now()
}

// CommandLine returns the command line that runs this program with words as its
// arguments, quoted for the user's shell, with the profile if they chose one.
func (f *Flow) CommandLine(words ...string) render.Command {
	return render.CommandLine{Shell: shell(), Profile: f.Profile}.Join(words...)
}
