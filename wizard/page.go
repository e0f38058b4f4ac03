package wizard

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"apono/client"
	"apono/wizard/catalog"
)

// Page is what concerns the user now.
type Page struct {
	Active   []client.Request `json:"active"`    // what they can use
	Waiting  []client.Request `json:"waiting"`   // what is not decided or granted yet
	ToReview []client.Request `json:"to_review"` // what waits for their decision

	uses map[string]AccessUse // what the active ones allow, by request ID
}

// Page returns what concerns the user now.
func (f *Flow) Page(ctx context.Context) (*Page, error) {
	p := &Page{Active: []client.Request{}, Waiting: []client.Request{}, ToReview: []client.Request{}, uses: map[string]AccessUse{}}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		own, err := f.Client.Requests(ctx, client.RequestQuery{Statuses: currentStatuses()})
		if err != nil {
			return err
		}
		for _, r := range own {
			switch {
			case r.IsActive():
				p.Active = append(p.Active, r)
			case !r.HasEnded():
				p.Waiting = append(p.Waiting, r)
			}
		}
		f.addUses(ctx, p)
		return nil
	})
	group.Go(func() error {
		tasks, err := f.Client.Requests(ctx, client.RequestQuery{Scope: client.ScopeMyTasks})
		if client.IsForbidden(err) {
			return nil // the user is no approver
		}
		p.ToReview = slices.DeleteFunc(tasks, func(r client.Request) bool { return !r.Status.Status.Open() || r.HasEnded() })
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	p.sort()
	return p, nil
}

// currentStatuses are the statuses of requests that are not over.
func currentStatuses() []client.Status {
	return []client.Status{
		client.StatusInitializing, client.StatusPending, client.StatusPendingMFA, client.StatusGranting,
		client.StatusActive, client.StatusGranted,
	}
}

// addUses adds what the active requests allow. Without an answer of the service, the page
// shows what the requests say themselves.
func (f *Flow) addUses(ctx context.Context, p *Page) {
	if len(p.Active) == 0 {
		return
	}
	units, err := f.Client.RequestUnits(ctx, each(p.Active, func(r client.Request) string { return r.ID })...)
	if err != nil {
		return
	}
	for _, r := range units {
		use := AccessUse{}
		for _, unit := range r.AccessUnits {
			use.add(unit, time.Time{})
		}
		p.uses[r.ID] = use
	}
}

// sort puts what ends first, and what has waited longest, first.
func (p *Page) sort() {
	slices.SortStableFunc(p.Active, func(a, b client.Request) int {
		switch {
		case a.RevocationTime == nil && b.RevocationTime == nil:
			return 0
		case a.RevocationTime == nil:
			return 1
		case b.RevocationTime == nil:
			return -1
		}
		return a.RevocationTime.Time().Compare(b.RevocationTime.Time())
	})
	for _, list := range [][]client.Request{p.Waiting, p.ToReview} {
		slices.SortStableFunc(list, func(a, b client.Request) int { return a.CreationTime.Time().Compare(b.CreationTime.Time()) })
	}
}

// IsEmpty reports whether nothing concerns the user now.
func (p *Page) IsEmpty() bool { return len(p.Active)+len(p.Waiting)+len(p.ToReview) == 0 }

// pagePart is a part of a page.
type pagePart string

const (
	partActive  pagePart = "active"
	partWaiting pagePart = "waiting"
	partReview  pagePart = "review"
)

// pageRow is a line of a page. Rows are stored, so that the next command can show them
// before the service answers.
type pageRow struct {
	Part   pagePart  `json:"part"`
	ID     string    `json:"id"`     // of the request
	Status string    `json:"status"` // its title
	From   string    `json:"from"`   // the bundle or the integrations
	What   string    `json:"what"`   // what it allows, or is for
	Who    string    `json:"who"`    // whom it waits for, or who asks
	MFA    bool      `json:"mfa"`    // it waits for the user's own MFA
	Since  time.Time `json:"since"`  // when it was made
	End    time.Time `json:"end"`    // when its access ends; zero if there is no end
}

// rows returns the lines of a page: active ones, those that wait, and those to review.
func (p *Page) rows() []pageRow {
	var rows []pageRow
	for i := range p.Active {
		row := rowOf(&p.Active[i])
		if text := p.uses[p.Active[i].ID].String(); text != "" {
			row.What = text
		}
		rows = append(rows, row)
	}
	for i := range p.Waiting {
		rows = append(rows, rowOf(&p.Waiting[i]))
	}
	for i := range p.ToReview {
		rows = append(rows, reviewRow(&p.ToReview[i]))
	}
	return rows
}

// rowOf returns the line of a request of the user's own.
func rowOf(r *client.Request) pageRow {
	row := pageRow{Part: partWaiting, ID: r.ID, Status: r.StatusTitle(), From: strings.Join(IntegrationTitles(r), ", "), What: askedFor(r), Since: r.CreationTime.Time()}
	if r.Bundle != nil {
		row.From = r.Bundle.Name
	}
	switch {
	case r.IsActive():
		names, _ := ResourceNames(r)
		row.Part, row.What = partActive, AccessUse{Permissions: PermissionNames(r), Resources: names}.String()
		if r.RevocationTime != nil {
			row.End = r.RevocationTime.Time()
		}
	case r.WaitsForMFA():
		row.MFA, row.Who = true, "your MFA"
	case r.WaitsForApproval():
		row.Who = approvers(r.Challenge)
	}
	return row
}

// reviewRow returns the line of a request that waits for the user's decision.
func reviewRow(r *client.Request) pageRow {
	row := rowOf(r)
	row.Part, row.MFA, row.End, row.What = partReview, false, time.Time{}, askedFor(r)
	row.Who = r.Requestor.Value.Name
	return row
}

// askedFor returns what a request is for in a few words: its bundle, or the first of its
// resources, how many more there are, and the permissions.
func askedFor(r *client.Request) string {
	if r.Bundle != nil {
		return r.Bundle.Name
	}
	names, total := ResourceNames(r)
	text := ""
	if len(names) > 0 {
		text = names[0]
	}
	if total > 1 {
		text += fmt.Sprintf(" +%d", total-1)
	}
	return strings.TrimSpace(text + " " + strings.Join(PermissionNames(r), ", "))
}

const (
	// pageKey is the key of the page in the catalog.
	pageKey = "front page"
	// pageKept is how long a page is shown: requests that wait fail after this time.
	pageKept = 7 * 24 * time.Hour
)

// storedRows returns the lines of the page as the last command stored them, without
// accesses that have ended since.
func storedRows(ctx context.Context, store *catalog.Store, now time.Time) []pageRow {
	var rows []pageRow
	text, age, ok := store.Entry(ctx, pageKey)
	if !ok || age > pageKept || json.Unmarshal([]byte(text), &rows) != nil {
		return nil
	}
	return slices.DeleteFunc(rows, func(r pageRow) bool { return r.Part == partActive && !r.End.IsZero() && !r.End.After(now) })
}

func storeRows(ctx context.Context, store *catalog.Store, rows []pageRow) {
	if text, err := json.Marshal(rows); err == nil {
		store.PutEntry(context.WithoutCancel(ctx), pageKey, string(text)) // a command that is canceled has learned it too
	}
}

// RememberRequests stores what was learned about requests of the user's own, for the next
// front page.
func (f *Flow) RememberRequests(ctx context.Context, requests []client.Request) {
	RememberRequests(ctx, f.Catalog, requests)
}

// RememberRequests stores in a catalog what was learned about requests of the user's own,
// for the next front page.
func RememberRequests(ctx context.Context, store *catalog.Store, requests []client.Request) {
	if store == nil || len(requests) == 0 {
		return
	}
	before := storedRows(context.WithoutCancel(ctx), store, time.Now())
	rows := slices.Clone(before)
	for i := range requests {
		rows = withRequest(rows, &requests[i])
	}
	if !slices.Equal(rows, before) {
		slices.SortStableFunc(rows, compareRows)
		storeRows(ctx, store, rows)
	}
}

// withRequest returns rows with the line of a request, or without it if that is over.
func withRequest(rows []pageRow, r *client.Request) []pageRow {
	i := slices.IndexFunc(rows, func(row pageRow) bool { return row.ID == r.ID && row.Part != partReview })
	if r.HasEnded() {
		if i >= 0 {
			rows = slices.Delete(rows, i, i+1)
		}
		return rows
	}
	row := rowOf(r)
	if i < 0 {
		return append(rows, row)
	}
	if rows[i].Part == row.Part && row.Part == partActive {
		row.What = rows[i].What // which has the paths of the resources
	}
	rows[i] = row
	return rows
}

// compareRows orders rows as they are shown.
func compareRows(a, b pageRow) int {
	order := []pagePart{partActive, partWaiting, partReview}
	if d := slices.Index(order, a.Part) - slices.Index(order, b.Part); d != 0 {
		return d
	}
	if a.Part == partActive {
		switch {
		case a.End.IsZero() != b.End.IsZero():
			if a.End.IsZero() {
				return 1
			}
			return -1
		case !a.End.Equal(b.End):
			return a.End.Compare(b.End)
		}
	}
	return a.Since.Compare(b.Since)
}
