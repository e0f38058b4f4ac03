package wizard

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// accessUse is what an access allows, which its session does not say: the requests
// that granted it do.
type accessUse struct {
	permissions []string
	resources   []string  // names
	end         time.Time // zero if it has no end
}

// String returns the permissions, and the resource or how many there are.
func (u accessUse) String() string {
	if len(u.permissions) == 0 {
		return ""
	}
	return strings.Join(u.permissions, ", ") + " on " + countNames(u.resources)
}

func countNames(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return render.Count(len(names), "resource")
}

// add adds an access unit of a request that ends at end.
func (u *accessUse) add(unit client.AccessUnit, end time.Time) {
	if !slices.Contains(u.permissions, unit.Permission.Name) {
		u.permissions = append(u.permissions, unit.Permission.Name)
	}
	if name := kind.Resources().Label(unit.Resource); !slices.Contains(u.resources, name) {
		u.resources = append(u.resources, name)
	}
	if end.After(u.end) {
		u.end = end
	}
}

// accessUses returns what each access allows, by session ID. It makes a call for
// every active request, in parallel, and leaves out what cannot be fetched.
func accessUses(ctx context.Context, api *client.Client) map[string]accessUse {
	requests, err := api.Requests(ctx, client.RequestQuery{Statuses: []client.Status{client.StatusActive, client.StatusGranted}})
	if err != nil || len(requests) == 0 {
		return nil
	}
	ids := each(requests, func(r client.Request) string { return r.ID })
	units, err := api.RequestUnits(ctx, ids...)
	if err != nil {
		return nil
	}
	uses := map[string]accessUse{}
	var mu sync.Mutex
	var group sync.WaitGroup
	for _, r := range requests {
		group.Go(func() {
			sessions, err := api.AccessSessions(ctx, client.SessionQuery{RequestIDs: []string{r.ID}})
			mu.Lock()
			defer mu.Unlock()
			for _, s := range sessions {
				if err == nil {
					uses[s.ID] = withUnits(uses[s.ID], s, r, units)
				}
			}
		})
	}
	group.Wait()
	return uses
}

// withUnits adds what a request granted in the integration of a session.
func withUnits(use accessUse, s client.AccessSession, r client.Request, units []client.RequestUnits) accessUse {
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

// soon is how long before its end an access is marked.
const soon = 10 * time.Minute

// showUses makes a list of sessions show what each allows and how long is left, as soon
// as that is known. The function it returns ends that.
func (f *Flow) showUses(ctx context.Context, list *prompt.List, sessions []client.AccessSession) (stop func()) {
	ctx, stop = context.WithCancel(ctx)
	updated := make(chan struct{}, 1)
	found := make(chan map[string]accessUse, 1)
	go func() {
		found <- accessUses(ctx, f.Client)
		updated <- struct{}{}
	}()
	var uses map[string]accessUse
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
		if !use.end.IsZero() {
			left := use.end.Sub(f.Clock())
			option.Right, option.Urgent = render.TimeLeft(use.end, f.Clock()), left < soon
		}
	}
	return stop
}
