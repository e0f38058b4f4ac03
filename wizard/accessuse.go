package wizard

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// AccessUse is what an access allows, which its session does not say: the requests
// that granted it do.
type AccessUse struct {
	Permissions []string
	Resources   []string  // names
	End         time.Time // zero if it has no end
}

// String returns the permissions, and the resource or how many there are.
func (u AccessUse) String() string {
	if len(u.Permissions) == 0 {
		return ""
	}
	return strings.Join(u.Permissions, ", ") + " on " + countNames(u.Resources)
}

func countNames(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return render.Count(len(names), "resource")
}

// add adds an access unit of a request that ends at end.
func (u *AccessUse) add(unit client.AccessUnit, end time.Time) {
	if !slices.Contains(u.Permissions, unit.Permission.Name) {
		u.Permissions = append(u.Permissions, unit.Permission.Name)
	}
	if name := kind.Resources().Label(unit.Resource); !slices.Contains(u.Resources, name) {
		u.Resources = append(u.Resources, name)
	}
	if end.After(u.End) {
		u.End = end
	}
}

// AccessUses returns what each access allows, by session ID. It makes a call for
// every active request, in parallel. If something cannot be fetched, it leaves that out
// and returns the rest together with the error.
func (f *Flow) AccessUses(ctx context.Context) (map[string]AccessUse, error) {
	api := f.Client
	requests, err := api.Requests(ctx, client.RequestQuery{Statuses: []client.Status{client.StatusActive, client.StatusGranted}})
	if err != nil || len(requests) == 0 {
		return nil, err
	}
	ids := each(requests, func(r client.Request) string { return r.ID })
	units, err := api.RequestUnits(ctx, ids...)
	if err != nil {
		return nil, err
	}
	uses := map[string]AccessUse{}
	var mu sync.Mutex
	var group errgroup.Group
	for _, r := range requests {
		group.Go(func() error {
			sessions, err := api.AccessSessions(ctx, client.SessionQuery{RequestIDs: []string{r.ID}})
			mu.Lock()
			defer mu.Unlock()
			for _, s := range sessions {
				uses[s.ID] = withUnits(uses[s.ID], s, r, units)
			}
			return err
		})
	}
	err = group.Wait()
	return uses, err
}

// withUnits adds what a request granted in the integration of a session.
func withUnits(use AccessUse, s client.AccessSession, r client.Request, units []client.RequestUnits) AccessUse {
	end := time.Time{}
	if r.RevocationTime != nil {
		end = r.RevocationTime.Time()
	}
	for _, u := range units {
		if u.ID != r.ID {
			continue
		}
		for _, unit := range u.AccessUnits {
			if unit.Resource.Integration.ID == s.Integration.ID {
				use.add(unit, end)
			}
		}
	}
	return use
}

// showUses makes a list of sessions show what each allows and how long is left, as soon
// as that is known. The function it returns ends that.
func (f *Flow) showUses(ctx context.Context, list *prompt.List, sessions []client.AccessSession) (stop func()) {
	ctx, stop = context.WithCancel(ctx)
	updated := make(chan struct{}, 1)
	found := make(chan map[string]AccessUse, 1)
	go func() {
		uses, _ := f.AccessUses(ctx) // the list is complete without them
		found <- uses
		updated <- struct{}{}
	}()
	var uses map[string]AccessUse
	list.Updated = updated
	list.Update = func(index int, option *prompt.Option) {
		select {
		case uses = <-found:
		default:
		}
		use, ok := uses[sessions[index].ID]
		if !ok {
			return
		}
		if text := use.String(); text != "" {
			option.Columns = []string{text}
		}
		if !use.End.IsZero() {
			option.Right, option.Urgent = render.TimeLeft(use.End, f.Clock()), EndsSoon(use.End, f.Clock())
		}
	}
	return stop
}
