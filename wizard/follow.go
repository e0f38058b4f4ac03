package wizard

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// Follow polls requests until each is active, refused, or waiting for a person, and
// prints what to do next. With options.Wait, or if the user chooses to keep watching, it
// goes on until people have answered too. It returns their last known state, possibly
// together with a *RefusedError, *TimeoutError, *StoppedError, *LeftError or *FollowError.
// Ctrl-C does not affect the requests.
func (f *Flow) Follow(ctx context.Context, ids []string, options RequestOptions) ([]client.Request, error) {
	w := newWatch(f, ids)
	w.once = options.NoWait
	timeout := options.Timeout
	switch {
	case options.Wait:
		w.goal, timeout = GoalActive, NoLimit
	case timeout == 0:
		timeout = DefaultTimeout
	}
	err := w.run(ctx, timeout)
	if err == nil && options.keepsWatching && w.waitsForPeople() {
		err = w.keepWatching(ctx)
	}
	return w.end(ctx, err, options)
}

// end reports where the requests stand after following them ended with err, and returns
// them and what is wrong.
func (w *watch) end(ctx context.Context, err error, options RequestOptions) ([]client.Request, error) {
	found := w.found()
	w.flow.RememberRequests(ctx, found)
	var left *LeftError
	w.flow.reportWithin(ctx, found, options, err == nil || errors.As(err, &left))
	if options.NoWait {
		return found, err
	}
	var refused []client.Request
	for i := range found {
		if w.goal.fails(&found[i]) {
			refused = append(refused, found[i])
		}
	}
	if len(refused) > 0 {
		return found, errors.Join(&RefusedError{Requests: refused}, err)
	}
	if left != nil && options.keepsWatching {
		return found, nil
	}
	return found, err
}

// watch follows the requests of one submission, or those that the user names.
type watch struct {
	flow *Flow
	ids  []string
	goal Goal
	once bool // each request is only read once

	mu       sync.Mutex
	requests []*client.Request // in the order of ids; nil until first seen
	trouble  error             // why the last look failed; nil if it did not

	printed map[string]*client.Request // as they were last printed, without a terminal
}

func newWatch(f *Flow, ids []string) *watch {
	return &watch{flow: f, ids: ids, requests: make([]*client.Request, len(ids)), printed: map[string]*client.Request{}}
}

func (w *watch) run(ctx context.Context, timeout time.Duration) error {
	if watcher, ok := w.flow.Prompter.(prompt.Watcher); ok && w.goal != "" {
		return w.runLive(ctx, timeout, watcher)
	}
	progress := w.flow.Streams.Progress("Following "+strings.Join(w.ids, ", "), 0)
	defer progress.Stop()
	if w.goal != "" {
		w.show(progress) // what the caller has read
	}
	return w.await(ctx, timeout, func() { w.show(progress) })
}

// await polls until the requests have reached the goal, and calls show after each poll.
func (w *watch) await(ctx context.Context, timeout time.Duration, show func()) error {
	return change{awaited: w.goal.awaited(), open: w.open, look: func(ctx context.Context, followed time.Duration) (bool, error) {
		err := w.poll(ctx, followed)
		w.note(ctx, err)
		show()
		return w.reached() || w.once && w.seen(), err
	}}.await(ctx, timeout)
}

// note remembers whether the last look failed.
func (w *watch) note(ctx context.Context, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trouble = err; ctx.Err() != nil {
		w.trouble = nil
	}
}

// snapshot returns the requests as they are known now.
func (w *watch) snapshot() []*client.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests)
}

// seen reports whether every request has been read once.
func (w *watch) seen() bool { return !slices.Contains(w.snapshot(), nil) }

// poll reads every request that is still open, in parallel. It returns an error that
// does not pass, if there is one, or else one that does.
func (w *watch) poll(ctx context.Context, followed time.Duration) error {
	group, ctx := errgroup.WithContext(ctx)
	passing := make([]error, len(w.ids))
	for i, known := range w.snapshot() {
		if known != nil && w.goal.reached(known) {
			continue
		}
		group.Go(func() error {
			r, err := w.flow.Client.Request(ctx, w.ids[i])
			switch {
			case err == nil:
				w.update(i, r)
			case passes(err, followed):
				passing[i] = err
			default:
				return err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, err := range passing {
		if err != nil {
			return err
		}
	}
	return nil
}

// update stores a request that was read, and rings if that is news to somebody who waits.
func (w *watch) update(i int, r *client.Request) {
	w.mu.Lock()
	before := w.requests[i]
	w.requests[i] = r
	w.mu.Unlock()
	if w.goal != "" && before != nil {
		w.flow.ring(news(before, r))
	}
}

// settled reports whether only a person can change a request now.
func settled(r *client.Request) bool {
	return r.IsActive() || r.HasEnded() || r.WaitsForMFA() || r.WaitsForApproval()
}

func (w *watch) reached() bool { return len(w.open()) == 0 }

// open returns the IDs of the requests that have not reached the goal.
func (w *watch) open() []string {
	var ids []string
	for i, r := range w.snapshot() {
		if r == nil || !w.goal.reached(r) {
			ids = append(ids, w.ids[i])
		}
	}
	return ids
}

func (w *watch) found() []client.Request {
	list := []client.Request{}
	for _, r := range w.snapshot() {
		if r != nil {
			list = append(list, *r)
		}
	}
	return list
}

// show prints the status of the requests: on one line that is redrawn in a terminal,
// else on a line for each change but the last, which report prints.
func (w *watch) show(progress *render.Progress) {
	s := w.flow.Streams
	colors := s.PaletteErr()
	var parts []string
	for i, r := range w.snapshot() {
		if r == nil {
			parts = append(parts, render.Clean(w.ids[i]))
			continue
		}
		part := render.Clean(r.ID) + " " + string(StatusText(colors, r))
		if r.WaitsForApproval() && w.goal != "" {
			part += " by " + approvers(r.Challenge)
		}
		if !s.CanRedraw() {
			w.printChange(r, render.Text(part))
		}
		parts = append(parts, part)
	}
	progress.Update(render.Text(strings.Join(parts, " · ")))
}

// printChange prints a request on a line, unless it was printed before as it is now.
func (w *watch) printChange(r *client.Request, line render.Text) {
	before := w.printed[r.ID]
	if w.goal != "" && before != nil {
		for _, answer := range answers(before, r) {
			w.flow.Streams.Printf("%s\n", answer)
		}
	}
	if (before == nil || before.StatusTitle() != r.StatusTitle()) && !w.goal.reached(r) {
		w.flow.Streams.Printf("%s\n", line)
	}
	w.printed[r.ID] = r
}

// lateReport bounds how long a report may take after the time to follow has passed.
const lateReport = 2 * time.Second

// reportWithin is report, which takes little time unless all went well.
func (f *Flow) reportWithin(ctx context.Context, requests []client.Request, options RequestOptions, well bool) {
	if !well {
		limited, cancel := context.WithTimeout(ctx, lateReport)
		defer cancel()
		ctx = limited
	}
	f.report(ctx, requests, options, well)
}

// report prints each request's status, what it grants and, unless an error will say it,
// what to do next.
func (f *Flow) report(ctx context.Context, requests []client.Request, options RequestOptions, advise bool) {
	s := f.Streams
	for i := range requests {
		r := &requests[i]
		if i > 0 {
			s.Printf("\n")
		}
		s.Say(Headline(s.PaletteErr(), r, f.Clock()))
		fields := !options.DataOnly && (r.IsActive() || !s.OutTerminal)
		if fields {
			f.fields(ctx, r, nil, "")
		}
		if !advise || r.IsActive() && options.goesOn {
			continue
		}
		if fields && s.OutTerminal {
			s.Printf("\n")
		}
		if r.WaitsForApproval() {
			f.checkBack(r)
		}
		f.nextSteps(r)
		if !r.WaitsForApproval() {
			f.checkBack(r)
		}
	}
}

// approveCommand returns the command that approves a request in the sandbox.
func approveCommand(r *client.Request) render.Command {
	command := render.CommandLine{Shell: shell()}.Join("sandbox", "approve", r.ID)
	if r.RequireApproverReason != nil && *r.RequireApproverReason {
		command += ` --reason "…"`
	}
	return command
}

// adviseMFA says where the user completes MFA: on a page of the portal, or in the sandbox
// with a command.
func (f *Flow) adviseMFA(id string) {
	if f.Sandbox {
		f.Streams.Advise("In the sandbox", f.mfaStep(id))
		return
	}
	f.Streams.Advise("In the portal", f.mfaStep(id))
}

// mfaStep returns the page or the command that completes MFA.
func (f *Flow) mfaStep(id string) render.Command {
	if f.Sandbox {
		return render.CommandLine{Shell: shell()}.Join("sandbox", "pass-mfa", id)
	}
	return render.Command(strings.TrimRight(f.PortalURL, "/") + "/account/step-up?status=pending-mfa&request=" + url.QueryEscape(id))
}

// approvers names the approvers who have not answered yet.
func approvers(c *client.Challenge) string {
	conjunction := " or "
	if c.NeedsAll() {
		conjunction = " and "
	}
	var names []string
	for _, a := range c.Approvers {
		if a.IsPending() {
			names = append(names, render.Clean(a.Name))
		}
	}
	if len(names) == 0 {
		return "an approver"
	}
	return strings.Join(names, conjunction)
}

// reasonText returns why a request was refused, as the end of a sentence; empty if
// the reason is not known or the status says it all.
func reasonText(r *client.Request) string {
	title := r.StatusTitle()
	if d := r.Status.Description; d != nil && *d != "" {
		if rest, ok := strings.CutPrefix(*d, title); ok && strings.HasPrefix(rest, " ") {
			return rest // Rejected by …
		}
		return ": " + *d
	}
	if r.Status.Status.Is(client.StatusFailed) {
		return ": ask your admin for the reason"
	}
	return ""
}
