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

// pause is how long to wait before the next look at a request that has been
// followed for so long: quick at first, since most are granted at once, and
// then easing off.
func pause(followed time.Duration) time.Duration {
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

// unseen is how long a request that was just made may be unknown to the
// service's reading side.
const unseen = 10 * time.Second

// Follow watches requests until each is active, refused, or waits for a person,
// and says what comes next. It returns them as they stood last, together with a
// *RefusedError, a *TimeoutError, a *StoppedError or a *LostSightError where it
// applies. Ctrl-C
// leaves the requests alone.
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

// watch is the requests of one submission while they are followed.
type watch struct {
	flow     *Flow
	ids      []string
	requests []*client.Request        // in the order of ids; nil until first seen
	words    map[string]client.Status // the status that was last told, where lines are told
}

func (w *watch) run(ctx context.Context, timeout time.Duration, once bool) error {
	w.requests = make([]*client.Request, len(w.ids))
	progress := w.flow.Streams.Progress("Following "+strings.Join(w.ids, ", "), 0)
	defer progress.Stop()
	started := time.Now()
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for looking := ctx; ; looking = limited { // the first look is not cut short
		err := w.look(looking, time.Since(started) < unseen)
		if err == nil {
			w.tell(progress)
			if w.settled() || once && w.seen() {
				return nil
			}
			err = wait.Sleep(limited, pause(time.Since(started)))
		}
		switch {
		case ctx.Err() != nil:
			return &StoppedError{IDs: w.ids}
		case limited.Err() != nil:
			return &TimeoutError{IDs: w.open(), After: timeout}
		case err != nil:
			return &LostSightError{IDs: w.ids, Err: err}
		}
	}
}

// seen says whether the service has told of every request.
func (w *watch) seen() bool { return !slices.Contains(w.requests, nil) }

// look reads every request that is still open, side by side. A request that is
// too new to be known, or a service that is briefly away, is no reason to stop.
func (w *watch) look(ctx context.Context, fresh bool) error {
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

// settled says whether nothing more happens to a request without a person.
func settled(r *client.Request) bool {
	return r.IsActive() || r.HasEnded() || r.WaitsForMFA() || r.WaitsForPeople()
}

func (w *watch) settled() bool { return len(w.open()) == 0 }

// open are the requests that are not settled yet.
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

// tell shows how the requests stand: on one line that moves where there is a
// terminal, else as a line for each change.
func (w *watch) tell(progress *render.Progress) {
	s := w.flow.Streams
	colors := s.PaletteErr()
	var parts []string
	for i, r := range w.requests {
		if r == nil {
			parts = append(parts, render.Clean(w.ids[i]))
			continue
		}
		part := render.Clean(r.ID) + " " + string(StatusText(colors, r))
		if word := r.Status.Status; !s.CanMove() && w.words[r.ID] != word {
			w.words[r.ID] = word
			s.Printf("%s\n", render.Text(part))
		}
		parts = append(parts, part)
	}
	progress.Update(render.Text(strings.Join(parts, " · ")))
}

// reportAll says how each request stands and what happens next.
func (f *Flow) reportAll(requests []client.Request) {
	for i := range requests {
		f.report(&requests[i])
	}
}

func (f *Flow) report(r *client.Request) {
	s, colors := f.Streams, f.Streams.PaletteErr()
	word := StatusText(colors, r)
	comeBack := colors.Command(f.Command("requests describe " + r.ID))
	switch {
	case r.IsActive():
		s.Printf("%s %s is %s%s\n", colors.Good("✓"), r.ID, word, f.until(r))
	case r.WaitsForMFA():
		s.Printf("%s %s is %s: pass MFA, then it goes on by itself\n  %s\n  Come back with: %s\n", colors.Waiting("!"), r.ID, word, f.passMFA(r.ID), comeBack)
	case r.WaitsForPeople():
		s.Printf("%s %s is %s: it waits for %s\n  They have been told, and it goes on by itself. Come back with: %s\n", colors.Waiting("!"), r.ID, word, approvers(r.Challenge), comeBack)
		if f.Sandbox {
			s.Printf("  In the sandbox you can be the approver: %s\n", colors.Command(approval(r)))
		}
	case r.HasEnded():
		s.Printf("%s %s is %s%s\n", colors.Bad("✗"), r.ID, word, because(r))
	default:
		s.Printf("%s %s is %s. Come back with: %s\n", colors.Waiting("!"), r.ID, word, comeBack)
	}
}

func (f *Flow) until(r *client.Request) string {
	if r.RevocationTime == nil {
		return ""
	}
	end := r.RevocationTime.Time()
	return fmt.Sprintf(" until %s (%s)", render.Moment(end, f.Clock()), render.Left(end, f.Clock()))
}

// approval is the sandbox's command that approves a request.
func approval(r *client.Request) string {
	command := "apono sandbox approve " + r.ID
	if r.RequireApproverReason != nil && *r.RequireApproverReason {
		command += ` --reason "…"`
	}
	return command
}

// passMFA is where the requester passes MFA: a page of the portal, or in the
// sandbox a command.
func (f *Flow) passMFA(id string) string {
	if f.Sandbox {
		return "In the sandbox: apono sandbox pass-mfa " + id
	}
	return "In the portal: " + strings.TrimRight(f.PortalURL, "/") + "/account/step-up?status=pending-mfa&request=" + id
}

// approvers names who a request still waits for.
func approvers(c *client.Challenge) string {
	joint := " or "
	if strings.EqualFold(c.LogicalRelation, "AllOf") {
		joint = " and "
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
	return strings.Join(names, joint)
}

func because(r *client.Request) string {
	if d := r.Status.Description; d != nil && *d != "" {
		return ": " + *d
	}
	if r.Status.Status.Is(client.StatusFailed) {
		return ": ask your admin what went wrong"
	}
	return ""
}
