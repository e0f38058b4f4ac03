package wizard

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"apono/client"
	"apono/client/wait"
	"apono/render"
)

// pollInterval is how long to wait before the next poll of a request that has been
// followed for some time. It is short at first, because most requests are granted
// right away, and grows.
func pollInterval(followed time.Duration) time.Duration {
	switch {
	case followed < 10*time.Second:
		return 400 * time.Millisecond
	case followed < time.Minute:
		return time.Second
	case followed < 5*time.Minute:
		return 3 * time.Second
	}
	return 10 * time.Second
}

// readAfterWrite bounds how long a new request may be missing from reads: the
// service is eventually consistent.
const readAfterWrite = 10 * time.Second

// Follow polls requests until each is active, refused, or waiting for a person, and
// prints what to do next. It returns their last known state, possibly together with
// a *RefusedError, *TimeoutError, *StoppedError or *FollowError. Ctrl-C does not
// affect the requests.
func (f *Flow) Follow(ctx context.Context, ids []string, options RequestOptions) ([]client.Request, error) {
	w := &watch{flow: f, ids: ids, words: map[string]client.Status{}}
	timeout := options.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	err := w.run(ctx, timeout, options.NoWait)
	found := w.found()
	f.reportAll(found)
	if err != nil || options.NoWait {
		return found, err
	}
	var refused []client.Request
	for _, r := range found {
		if r.HasEnded() {
			refused = append(refused, r)
		}
	}
	if len(refused) > 0 {
		return found, &RefusedError{Requests: refused}
	}
	return found, nil
}

// watch follows the requests of one submission.
type watch struct {
	flow     *Flow
	ids      []string
	requests []*client.Request        // in the order of ids; nil until first seen
	words    map[string]client.Status // the last status printed, without a terminal
}

func (w *watch) run(ctx context.Context, timeout time.Duration, once bool) error {
	w.requests = make([]*client.Request, len(w.ids))
	progress := w.flow.Streams.Progress("Following "+strings.Join(w.ids, ", "), 0)
	defer progress.Stop()
	started := time.Now()
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for polling := ctx; ; polling = limited { // the first poll is not cut short
		err := w.poll(polling, time.Since(started) < readAfterWrite)
		if err == nil {
			w.show(progress)
			if w.settled() || once && w.seen() {
				return nil
			}
			err = wait.Sleep(limited, pollInterval(time.Since(started)))
		}
		switch {
		case ctx.Err() != nil:
			return &StoppedError{IDs: w.ids}
		case limited.Err() != nil:
			return &TimeoutError{IDs: w.open(), After: timeout}
		case err != nil:
			return &FollowError{IDs: w.ids, Err: err}
		}
	}
}

// seen reports whether every request has been read once.
func (w *watch) seen() bool { return !slices.Contains(w.requests, nil) }

// poll reads every request that is still open, in parallel. It ignores a request
// that is too new to be found and a service that is briefly unavailable.
func (w *watch) poll(ctx context.Context, fresh bool) error {
	group, ctx := errgroup.WithContext(ctx)
	for i, id := range w.ids {
		if w.requests[i] != nil && settled(w.requests[i]) {
			continue
		}
		group.Go(func() error {
			r, err := w.flow.Client.Request(ctx, id)
			if client.IsNotFound(err) && fresh || client.IsTemporary(err) {
				return nil
			}
			if err == nil {
				w.requests[i] = r
			}
			return err
		})
	}
	return group.Wait()
}

// settled reports whether only a person can change a request now.
func settled(r *client.Request) bool {
	return r.IsActive() || r.HasEnded() || r.WaitsForMFA() || r.WaitsForApproval()
}

func (w *watch) settled() bool { return len(w.open()) == 0 }

// open returns the IDs of the requests that are not settled.
func (w *watch) open() []string {
	var ids []string
	for i, r := range w.requests {
		if r == nil || !settled(r) {
			ids = append(ids, w.ids[i])
		}
	}
	return ids
}

func (w *watch) found() []client.Request {
	list := []client.Request{}
	for _, r := range w.requests {
		if r != nil {
			list = append(list, *r)
		}
	}
	return list
}

// show prints the status of the requests: on one line that is redrawn in a terminal,
// else on a line for each change.
func (w *watch) show(progress *render.Progress) {
	s := w.flow.Streams
	colors := s.PaletteErr()
	var parts []string
	for i, r := range w.requests {
		if r == nil {
			parts = append(parts, render.Clean(w.ids[i]))
			continue
		}
		part := render.Clean(r.ID) + " " + string(StatusText(colors, r))
		if word := r.Status.Status; !s.CanRedraw() && w.words[r.ID] != word {
			w.words[r.ID] = word
			s.Printf("%s\n", render.Text(part))
		}
		parts = append(parts, part)
	}
	progress.Update(render.Text(strings.Join(parts, " · ")))
}

// reportAll prints each request's status and what to do next.
func (f *Flow) reportAll(requests []client.Request) {
	for i := range requests {
		f.report(&requests[i])
	}
}

func (f *Flow) report(r *client.Request) {
	s, colors := f.Streams, f.Streams.PaletteErr()
	word := StatusText(colors, r)
	check := colors.Command(f.CommandLine("requests", "describe", r.ID))
	switch {
	case r.IsActive():
		s.Printf("%s %s is %s%s\n", colors.Good("✓"), r.ID, word, f.untilText(r))
	case r.WaitsForMFA():
		s.Printf("%s %s is %s: complete MFA to continue\n  %s\n  Then check back with: %s\n", colors.Waiting("!"), r.ID, word, f.mfaHint(r.ID), check)
	case r.WaitsForApproval():
		s.Printf("%s %s is %s by %s\n  Approvers have been notified. You can leave; check back with: %s\n", colors.Waiting("!"), r.ID, word, approvers(r.Challenge), check)
		if f.Sandbox {
			s.Printf("  In the sandbox, you can approve it yourself: %s\n", colors.Command(approveCommand(r)))
		}
	case r.HasEnded():
		s.Printf("%s %s is %s%s\n", colors.Bad("✗"), r.ID, word, reasonText(r))
	default:
		s.Printf("%s %s is %s. Check back with: %s\n", colors.Waiting("!"), r.ID, word, check)
	}
}

// untilText returns when access expires; empty if it does not.
func (f *Flow) untilText(r *client.Request) string {
	if r.RevocationTime == nil {
		return ""
	}
	end := r.RevocationTime.Time()
	return fmt.Sprintf(" until %s (%s)", render.Timestamp(end, f.Clock()), render.RelativeTime(end, f.Clock()))
}

// approveCommand returns the command that approves a request in the sandbox.
func approveCommand(r *client.Request) string {
	command := "apono sandbox approve " + r.ID
	if r.RequireApproverReason != nil && *r.RequireApproverReason {
		command += ` --reason "…"`
	}
	return command
}

// mfaHint says where the user completes MFA: on a page of the portal, or in the sandbox
// with a command.
func (f *Flow) mfaHint(id string) string {
	if f.Sandbox {
		return "In the sandbox: apono sandbox pass-mfa " + id
	}
	return "In the portal: " + strings.TrimRight(f.PortalURL, "/") + "/account/step-up?status=pending-mfa&request=" + id
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

// reasonText returns why a request was refused, after a colon; empty if the reason is
// not known.
func reasonText(r *client.Request) string {
	if d := r.Status.Description; d != nil && *d != "" {
		return ": " + *d
	}
	if r.Status.Status.Is(client.StatusFailed) {
		return ": ask your admin for the reason"
	}
	return ""
}
