package wizard

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"apono/client"
	"apono/render"
)

// Follow polls requests until each is active, refused, or waiting for a person, and
// prints what to do next. It returns their last known state, possibly together with
// a *RefusedError, *TimeoutError, *StoppedError or *FollowError. Ctrl-C does not
// affect the requests.
func (f *Flow) Follow(ctx context.Context, ids []string, options RequestOptions) ([]client.Request, error) {
	w := &watch{flow: f, ids: ids, once: options.NoWait, words: map[string]client.Status{}}
	timeout := options.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	err := w.run(ctx, timeout)
	found := w.found()
	f.reportWithin(ctx, found, options, err == nil)
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
	once     bool                     // each request is only read once
	requests []*client.Request        // in the order of ids; nil until first seen
	words    map[string]client.Status // the last status printed, without a terminal
}

func (w *watch) run(ctx context.Context, timeout time.Duration) error {
	w.requests = make([]*client.Request, len(w.ids))
	progress := w.flow.Streams.Progress("Following "+strings.Join(w.ids, ", "), 0)
	defer progress.Stop()
	return change{open: w.open, look: func(ctx context.Context, followed time.Duration) (bool, error) {
		err := w.poll(ctx, followed)
		w.show(progress)
		return w.settled() || w.once && w.seen(), err
	}}.await(ctx, timeout)
}

// seen reports whether every request has been read once.
func (w *watch) seen() bool { return !slices.Contains(w.requests, nil) }

// poll reads every request that is still open, in parallel. It returns an error that
// does not pass, if there is one, or else one that does.
func (w *watch) poll(ctx context.Context, followed time.Duration) error {
	group, ctx := errgroup.WithContext(ctx)
	passing := make([]error, len(w.ids))
	for i, id := range w.ids {
		if w.requests[i] != nil && settled(w.requests[i]) {
			continue
		}
		group.Go(func() error {
			r, err := w.flow.Client.Request(ctx, id)
			switch {
			case err == nil:
				w.requests[i] = r
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
// else on a line for each change but the last, which report prints.
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
		if word := r.Status.Status; !s.CanRedraw() && w.words[r.ID] != word && !settled(r) {
			w.words[r.ID] = word
			s.Printf("%s\n", render.Text(part))
		}
		parts = append(parts, part)
	}
	progress.Update(render.Text(strings.Join(parts, " · ")))
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
		f.Streams.Advise("In the sandbox", render.CommandLine{Shell: shell()}.Join("sandbox", "pass-mfa", id))
		return
	}
	page := strings.TrimRight(f.PortalURL, "/") + "/account/step-up?status=pending-mfa&request=" + url.QueryEscape(id)
	f.Streams.Advise("In the portal", render.Command(page))
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
