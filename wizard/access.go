package wizard

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/client/wait"
	"apono/render"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// AccessQuery selects accesses. The zero value selects all.
type AccessQuery struct {
	Integration string   // ID, type/name or name
	Bundle      string   // ID or name
	RequestIDs  []string // only what these requests granted; empty means any
}

// NoAccessError reports that there is no access to use.
type NoAccessError struct {
	Request string        // the request that gave none; empty if there is none at all
	Status  client.Status // that request's status; may be empty
}

func (e *NoAccessError) Error() string {
	if e.Request != "" {
		if e.Status != "" {
			return e.Request + " is " + render.Clean(e.Status.Title()) + ", so it has no access that can be opened"
		}
		return e.Request + " has no access that can be opened"
	}
	return "you have no access yet"
}

// Accesses returns the accesses that q selects; never nil.
func (f *Flow) Accesses(ctx context.Context, q AccessQuery) ([]client.AccessSession, error) {
	query := client.SessionQuery{RequestIDs: q.RequestIDs}
	if q.Integration != "" {
		found, err := kind.Integrations().Find(ctx, f.Client, kind.Scope{}, q.Integration)
		if err != nil {
			return nil, err
		}
		query.IntegrationIDs = []string{found.ID}
	}
	if q.Bundle != "" {
		found, err := kind.Bundles().Find(ctx, f.Client, kind.Scope{}, q.Bundle)
		if err != nil {
			return nil, err
		}
		query.BundleIDs = []string{found.ID}
	}
	return f.Client.AccessSessions(ctx, query)
}

// FindAccess returns the access with the given name: its ID, a name that no other
// access has, or the ID of the request that granted it. It fails with a
// *kind.MatchError or *NoAccessError. If a request granted several accesses, it asks
// which one, or fails without a terminal.
func (f *Flow) FindAccess(ctx context.Context, name string) (*client.AccessSession, error) {
	progress := f.Streams.Progress("Loading your access", progressDelay)
	defer progress.Stop()
	all, err := f.Client.AccessSessions(ctx, client.SessionQuery{})
	if err != nil {
		return nil, err
	}
	id := func(s client.AccessSession) string { return s.ID }
	names := func(s client.AccessSession) []string { return []string{s.ID, s.Name, accessTitle(s)} }
	found, matchErr := kind.Match("access", name, "access list", all, id, names)
	if matchErr == nil {
		return &found, nil
	}
	granted, err := f.Client.AccessSessions(ctx, client.SessionQuery{RequestIDs: []string{name}})
	switch {
	case err != nil && !client.IsNotFound(err) && !client.IsInvalid(err):
		return nil, err
	case err != nil || len(granted) == 0:
		if r, err := f.Client.Request(ctx, name); err == nil {
			return nil, &NoAccessError{Request: r.ID, Status: r.Status.Status}
		}
		return nil, matchErr
	case len(granted) == 1:
		return &granted[0], nil
	case f.Prompter != nil:
		progress.Stop()
		return f.selectAccess(ctx, granted)
	}
	return nil, &kind.MatchError{Kind: "access", Value: name, Ambiguous: true, Candidates: each(granted, func(s client.AccessSession) string { return s.ID }), List: render.QuoteArguments("access", "list", "-r", name)}
}

func accessTitle(s client.AccessSession) string { return s.Integration.Type + "/" + s.Name }

func (f *Flow) selectAccess(ctx context.Context, sessions []client.AccessSession) (*client.AccessSession, error) {
	sessions, list := accessList(sessions)
	defer f.showUses(ctx, &list, sessions)()
	f.discard()
	chosen, err := f.Prompter.Select(ctx, list)
	if err != nil {
		return nil, err
	}
	return &sessions[chosen], nil
}

// accessList returns the sessions in the order in which they are shown, and the list
// to select one from.
func accessList(sessions []client.AccessSession) ([]client.AccessSession, prompt.List) {
	sessions = slices.Clone(sessions)
	slices.SortStableFunc(sessions, func(a, b client.AccessSession) int { return strings.Compare(accessTitle(a), accessTitle(b)) })
	same := map[string]int{}
	for _, s := range sessions {
		same[accessTitle(s)]++
	}
	list := prompt.List{Title: "Select access", Details: func(index int) []string {
		s := sessions[index]
		return []string{"ID: " + s.ID, "Name: " + s.Name, "Integration: " + s.Integration.Title(), "Type: " + s.Type.Name, "Ways to use it: " + strings.Join(s.ConnectionMethods, ", ")}
	}}
	for _, s := range sessions {
		label := accessTitle(s)
		if same[label] > 1 {
			label += " (" + s.ID + ")"
		}
		list.Options = append(list.Options, prompt.Option{Label: label, Keywords: s.ID + " " + s.Integration.Name})
	}
	return sessions, list
}

// sessionDelay bounds how long a granted access may take to appear in the list.
const sessionDelay = 5 * time.Second

// Use asks which access to use and how, and uses it. It returns the exit code of the
// program that it ran, or 0 if it ran none.
func (f *Flow) Use(ctx context.Context, q AccessQuery) (int, error) {
	progress := f.Streams.Progress("Loading your access", progressDelay)
	sessions, err := f.waitForAccesses(ctx, q)
	progress.Stop()
	if err != nil {
		return 0, err
	}
	sessions, list := accessList(sessions)
	defer f.showUses(ctx, &list, sessions)()
	for {
		mark := f.Mark()
		f.discard()
		chosen, err := f.Prompter.Select(ctx, list)
		if err != nil {
			return 0, err
		}
		code, err := f.UseAccess(ctx, &sessions[chosen])
		if errors.Is(err, prompt.ErrBack) && list.NeedsPrompt() {
			f.Rewind(mark)
			continue
		}
		return code, err
	}
}

// waitForAccesses lists accesses. If q names requests, it waits up to sessionDelay
// for their first access to appear.
func (f *Flow) waitForAccesses(ctx context.Context, q AccessQuery) ([]client.AccessSession, error) {
	for deadline := time.Now().Add(sessionDelay); ; {
		sessions, err := f.Accesses(ctx, q)
		if err != nil || len(sessions) > 0 {
			return sessions, err
		}
		if len(q.RequestIDs) == 0 || time.Now().After(deadline) {
			return nil, &NoAccessError{Request: strings.Join(q.RequestIDs, ", ")}
		}
		if err := wait.Sleep(ctx, pollInterval(0)); err != nil {
			return nil, err
		}
	}
}

// accessMethod is one way to use an access.
type accessMethod struct {
	title string
	means string // what it does, in a few words
	use   func(*Flow, context.Context, *client.AccessSession) (int, error)
}

// accessMethods returns the ways to use an access on this machine.
func (f *Flow) accessMethods(s *client.AccessSession) []accessMethod {
	var list []accessMethod
	if slices.Contains(s.ConnectionMethods, client.MethodCLI) {
		list = append(list, accessMethod{"Connect", connectMeans(s), (*Flow).Connect})
	}
	if installed := installedLaunchers(s.Launchers); len(installed) > 0 {
		list = append(list, accessMethod{"Connect with app", "opens it in an app on this machine", func(f *Flow, ctx context.Context, s *client.AccessSession) (int, error) {
			return f.selectApp(ctx, s, installed)
		}})
	}
	if slices.Contains(s.ConnectionMethods, client.MethodLink) {
		list = append(list, accessMethod{"Open link", "opens it in your browser", (*Flow).OpenLink})
	}
	if slices.Contains(s.ConnectionMethods, client.MethodInstructions) || len(list) == 0 {
		list = append(list, accessMethod{"Instructions", instructionsMean(s), (*Flow).Instructions})
	}
	return list
}

// connectMeans says what connecting to an access does.
func connectMeans(s *client.AccessSession) string {
	if s.Credentials != nil {
		return "opens a prompt in this terminal with a one-time secret"
	}
	return "runs its command in this terminal"
}

// instructionsMean says what the instructions of an access contain.
func instructionsMean(s *client.AccessSession) string {
	if s.Credentials != nil && s.Credentials.AreNew() {
		return "prints how to connect, with a secret that is shown only once"
	}
	return "prints how to connect"
}

// UseAccess asks how to use an access, and uses it. It returns the exit code of the
// program that it ran, or 0 if it ran none.
func (f *Flow) UseAccess(ctx context.Context, s *client.AccessSession) (int, error) {
	methods := f.accessMethods(s)
	list := prompt.List{Title: "Select how to use access"}
	for _, m := range methods {
		list.Options = append(list.Options, prompt.Option{Label: m.title, Columns: []string{m.means}})
	}
	for {
		mark := f.Mark()
		f.discard()
		chosen, err := f.Prompter.Select(ctx, list)
		if err != nil {
			return 0, err
		}
		code, err := methods[chosen].use(f, ctx, s)
		if errors.Is(err, prompt.ErrBack) && list.NeedsPrompt() {
			f.Rewind(mark)
			list.Initial = []int{chosen}
			continue
		}
		return code, err
	}
}

// discard drops the keys typed ahead. It is called before a question whose answer
// spends something: a connection, a secret that is shown once, a reset.
func (f *Flow) discard() {
	if d, ok := f.Prompter.(prompt.Discarder); ok {
		d.Discard()
	}
}

// Details fetches the details for opening an access, which uses up its one-time
// secret. If the secret has already been used, Details first prints that and offers
// to reset it.
func (f *Flow) Details(ctx context.Context, s *client.AccessSession) (*client.AccessDetails, error) {
	if err := f.offerReset(ctx, s); err != nil {
		return nil, err
	}
	return f.fetchDetails(ctx, s)
}

func (f *Flow) fetchDetails(ctx context.Context, s *client.AccessSession) (*client.AccessDetails, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // nothing was sent
	}
	progress := f.Streams.Progress("Fetching the access details", progressDelay)
	defer progress.Stop()
	details, err := f.Client.AccessDetails(ctx, s.ID)
	if err != nil {
		return nil, f.lostView(ctx, s, err)
	}
	return details, nil
}

func (f *Flow) offerReset(ctx context.Context, s *client.AccessSession) error {
	reason := maskedReason(s)
	if reason == "" {
		return nil
	}
	f.Streams.Warn("%s", reason)
	if s.Credentials == nil || !s.Credentials.CanReset {
		return nil
	}
	if f.Prompter == nil {
		f.Streams.Advise("Reset them with", f.CommandLine("access", "reset-credentials", s.ID))
		return nil
	}
	f.discard()
	yes, err := f.Prompter.Confirm(ctx, "Reset the credentials?", true)
	if err != nil || !yes {
		return err
	}
	fresh, err := f.ResetCredentials(ctx, s, DefaultTimeout)
	if err == nil {
		*s = *fresh
	}
	return err
}

// maskedReason returns why the service masks an access's secret; empty if it does not.
func maskedReason(s *client.AccessSession) string {
	switch {
	case s.ConsumedBy != nil && *s.ConsumedBy != "" && *s.ConsumedBy != client.Consumer:
		return "The one-time credentials have been used by another client (" + render.Clean(*s.ConsumedBy) + "), so they are masked"
	case s.Credentials != nil && !s.Credentials.AreNew():
		return "The one-time credentials have been used, so they are masked"
	}
	return ""
}

// ResetCredentials resets an access's secret, waits for the new one, and returns the
// access as it is then. If the reset was accepted and its end cannot be seen, it fails
// with a *TimeoutError, *FollowError or *StoppedError; if the answer was lost and it
// cannot find out what was done, with an *UnclearError.
func (f *Flow) ResetCredentials(ctx context.Context, before *client.AccessSession, timeout time.Duration) (*client.AccessSession, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // nothing was sent
	}
	id := before.ID
	progress := f.Streams.Progress("Resetting credentials for "+id, 0)
	defer progress.Stop()
	lost := f.Client.ResetCredentials(ctx, id)
	if lost != nil {
		if err := lostReset(ctx, before, lost); err != nil {
			return nil, err
		}
		timeout = min(timeout, lostTimeout)
	}
	var fresh *client.AccessSession
	err := change{awaited: AwaitedReset, open: func() []string { return []string{id} }, look: func(ctx context.Context, _ time.Duration) (bool, error) {
		s, err := f.Client.AccessSession(ctx, id)
		fresh = s
		return err == nil && (s.Credentials == nil || s.Credentials.AreNew()), err
	}}.await(ctx, timeout)
	switch {
	case err != nil && lost != nil:
		return nil, unclearReset(id, lost)
	case err != nil:
		return nil, err
	}
	progress.Stop()
	f.Streams.Done("Credentials for %s have been reset", id)
	return fresh, nil
}
