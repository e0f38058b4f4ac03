package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// Goal is what following a request waits for. The zero value is a request that only a
// person can change.
type Goal string

// The goals of waiting for requests.
const (
	GoalActive  Goal = "active"  // the access can be used
	GoalDecided Goal = "decided" // nobody has to answer any more
	GoalEnded   Goal = "ended"   // the access is over, or was refused
)

// Goals returns the names of all goals.
func Goals() []string { return []string{string(GoalActive), string(GoalDecided), string(GoalEnded)} }

// reached reports whether waiting for a request is over, well or not.
func (g Goal) reached(r *client.Request) bool {
	switch g {
	case GoalActive:
		return r.IsActive() || r.HasEnded()
	case GoalDecided:
		return r.IsActive() || r.HasEnded() || r.Status.Status.Is(client.StatusGranting)
	case GoalEnded:
		return r.HasEnded() && !r.Status.Status.Open()
	}
	return settled(r)
}

// fails reports whether a request can no longer reach the goal, or was refused.
func (g Goal) fails(r *client.Request) bool {
	if g == GoalDecided || g == GoalEnded {
		return r.Status.Status.Refused()
	}
	return r.HasEnded()
}

func (g Goal) awaited() Awaited {
	if g == "" {
		return ""
	}
	return AwaitedPeople
}

// WaitOptions controls how Wait waits.
type WaitOptions struct {
	// Goal is what to wait for.
	Goal Goal
	// Timeout is how long to wait; NoLimit is as long as it takes.
	Timeout time.Duration
	// DataOnly prints no summary, because the caller prints the requests as data.
	DataOnly bool
}

// Wait follows requests, which the caller has just read, until each has reached the goal.
// It prints where they stand and returns them as Follow does. If some were refused and
// others did not get there in time, the error is both a *RefusedError and a *TimeoutError.
func (f *Flow) Wait(ctx context.Context, requests []client.Request, options WaitOptions) ([]client.Request, error) {
	w := newWatch(f, each(requests, func(r client.Request) string { return r.ID }))
	w.goal = options.Goal
	for i := range requests {
		w.requests[i] = &requests[i]
	}
	var err error
	if !w.reached() {
		err = w.run(ctx, options.Timeout)
	}
	return w.end(ctx, err, RequestOptions{DataOnly: options.DataOnly})
}

// waitsForPerson reports whether somebody must act before a request goes on.
func waitsForPerson(r *client.Request) bool { return r.WaitsForApproval() || r.WaitsForMFA() }

func (w *watch) waitsForPeople() bool {
	return slices.ContainsFunc(w.snapshot(), func(r *client.Request) bool { return r != nil && waitsForPerson(r) })
}

// keepWatching follows requests that wait for people until these have answered or the user
// leaves. Where nothing can be redrawn, it asks first.
func (w *watch) keepWatching(ctx context.Context) error {
	w.goal = GoalActive
	if _, ok := w.flow.Prompter.(prompt.Watcher); ok {
		return w.run(ctx, NoLimit)
	}
	for _, r := range w.found() {
		w.flow.Streams.Say(Headline(w.flow.Streams.PaletteErr(), &r, w.flow.Clock()))
		w.printed[r.ID] = &r
	}
	chosen, err := w.flow.Prompter.Select(ctx, prompt.List{Title: "Keep watching?", Options: []prompt.Option{
		{Label: "Keep watching", Columns: []string{"until it is decided; Ctrl-C leaves"}},
		{Label: "Leave", Columns: []string{"the request goes on"}},
	}})
	switch {
	case errors.Is(err, prompt.ErrBack), err == nil && chosen == 1:
		return &LeftError{IDs: w.open()}
	case err != nil:
		return &StoppedError{IDs: w.open(), Awaited: AwaitedPeople}
	}
	return w.run(ctx, NoLimit)
}

// runLive follows requests in text that is redrawn, until they have reached the goal or
// the user leaves.
func (w *watch) runLive(ctx context.Context, timeout time.Duration, watcher prompt.Watcher) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	var err error
	go func() {
		defer close(done)
		err = w.await(ctx, timeout, func() {})
	}()
	w.flow.discard()
	left, watchErr := watcher.Watch(ctx, prompt.Live{Lines: w.liveLines, State: w.liveState, Done: done, LeaveVerb: w.leaveVerb()})
	cancel()
	<-done
	var stopped *StoppedError
	switch {
	case left && errors.As(err, &stopped):
		return &LeftError{IDs: stopped.IDs}
	case watchErr != nil && !errors.Is(watchErr, prompt.ErrCanceled) && !errors.Is(watchErr, context.Canceled):
		return watchErr
	}
	return err
}

func (w *watch) leaveVerb() string {
	if len(w.ids) > 1 {
		return "leaves, the requests go on"
	}
	return "leaves, the request goes on"
}

// liveState says how many of the approvers must approve.
func (w *watch) liveState() string {
	state := ""
	for _, r := range w.snapshot() {
		if r == nil || !r.WaitsForApproval() || len(r.Challenge.Approvers) < 2 {
			continue
		}
		this := "one of them must approve"
		if r.Challenge.NeedsAll() {
			this = "all of them must approve"
		}
		if state != "" && state != this {
			return "" // it differs; each request says so
		}
		state = this
	}
	return state
}

// liveLines returns a block for each request.
func (w *watch) liveLines(width int) []render.Text {
	colors := w.flow.Streams.PaletteErr()
	var lines []render.Text
	for i, r := range w.snapshot() {
		switch {
		case r == nil:
			lines = append(lines, (colors.Spinner(time.Now()) + " " + render.Text(render.Clean(w.ids[i]))).Cut(width))
		case w.goal.reached(r):
			lines = append(lines, Headline(colors, r, w.flow.Clock()).Cut(width))
		default:
			lines = append(lines, w.liveBlock(colors, r, width)...)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch waiting := w.flow.Streams.WaitingText(); {
	case waiting != "":
		lines = append(lines, (colors.Waiting("!") + render.Text(" "+waiting)).Cut(width))
	case w.trouble != nil:
		lines = append(lines, (colors.Waiting("!") + troubleText(w.flow, w.trouble)).Cut(width))
	}
	return lines
}

// troubleText says that the service does not answer, and why, after a symbol.
func troubleText(f *Flow, err error) render.Text {
	if f.Reason == nil {
		return " No answer from the service, still trying"
	}
	return render.Text(" Still trying: " + render.Clean(f.Reason(err)))
}

// liveBlock returns the lines of a request that is still followed.
func (w *watch) liveBlock(colors render.Palette, r *client.Request, width int) []render.Text {
	head := colors.Spinner(time.Now()) + " " + render.Text(render.Clean(r.ID)) + " is " + StatusText(colors, r)
	switch {
	case r.IsActive():
		head += oneLine(statusEnd(r, w.flow.Clock()))
	default:
		head += render.Text(" for " + render.Elapsed(w.flow.since(r)))
	}
	lines := []render.Text{head.Cut(width)}
	if r.WaitsForApproval() {
		for _, line := range approverLines(colors, r.Challenge, w.flow.Clock()) {
			lines = append(lines, ("  " + line).Cut(width))
		}
	}
	if r.WaitsForMFA() {
		lines = append(lines, ("  " + colors.Waiting("!") + " You must complete MFA").Cut(width))
		lines = append(lines, "  "+colors.Command(string(w.flow.mfaStep(r.ID))))
	}
	return lines
}

// since returns how long ago a request was made, by the service's clock.
func (f *Flow) since(r *client.Request) time.Duration {
	return f.Client.Now().Sub(r.CreationTime.Time())
}

// approverLines returns a line for each approver: what they answered, and their tier if
// there are several.
func approverLines(colors render.Palette, c *client.Challenge, now time.Time) []render.Text {
	names, words := 0, 0
	tiers := map[int32]bool{}
	for _, a := range c.Approvers {
		names, words = max(names, render.Width(render.Clean(a.Name))), max(words, render.Width(answerText(a)))
		if a.Tier.Value != nil {
			tiers[*a.Tier.Value] = true
		}
	}
	var lines []render.Text
	for _, a := range c.Approvers {
		name, answer := render.Clean(a.Name), answerText(a)
		line := answerSymbol(colors, a) + render.Text(" "+name+strings.Repeat(" ", names-render.Width(name))+"  "+answer)
		if len(tiers) > 1 && a.Tier.Value != nil {
			line += render.Text(strings.Repeat(" ", words-render.Width(answer))) + colors.Faint("  "+tierText(a, now))
		}
		lines = append(lines, line)
	}
	return lines
}

// answerText returns what an approver has answered.
func answerText(a client.Approver) string {
	if a.IsPending() {
		return "no answer yet"
	}
	return strings.ToLower(render.Clean(a.Status))
}

func answerSymbol(colors render.Palette, a client.Approver) render.Text {
	switch {
	case a.IsPending():
		return colors.Waiting("○")
	case client.Status(a.Status).Is(client.StatusRejected):
		return colors.Bad("✗")
	}
	return colors.Good("✓")
}

func tierText(a client.Approver, now time.Time) string {
	text := fmt.Sprintf("tier %d", *a.Tier.Value)
	if at := a.TierEscalatedAt.Value; at != nil {
		text += ", escalated " + render.Ago(at.Time(), now)
	}
	return text
}

// news returns what has happened to a request that somebody waits for; empty if nothing
// has that they need to know.
func news(before, now *client.Request) string {
	list := answers(before, now)
	title := now.StatusTitle()
	if before.StatusTitle() != title && (settled(now) || !now.Status.Status.Open()) {
		list = append(list, render.Clean(now.ID)+" is "+render.Clean(title))
	}
	return strings.Join(list, ", ")
}

// answers returns what approvers have answered since a request was read before.
func answers(before, now *client.Request) []string {
	if now.Challenge == nil || before.Challenge == nil {
		return nil
	}
	var list []string
	for i, a := range now.Challenge.Approvers {
		if a.IsPending() || i >= len(before.Challenge.Approvers) || before.Challenge.Approvers[i].Status == a.Status {
			continue
		}
		list = append(list, render.Clean(now.ID)+" was "+answerText(a)+" by "+render.Clean(a.Name))
	}
	return list
}

// ring tells the user what has happened, if there is something.
func (f *Flow) ring(text string) {
	if f.Ring != nil && text != "" {
		f.Ring(text)
	}
}
