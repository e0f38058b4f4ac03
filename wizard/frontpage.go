package wizard

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"apono/render"
)

// frontPage is what is shown above the first question of the guided flow. It is painted
// from what the last command stored. What has changed since is only added to the key hint,
// so that nothing moves under the reader's eyes.
type frontPage struct {
	updated chan struct{} // receives a value when note has changed
	done    chan struct{} // closed when the looking has ended

	mu   sync.Mutex
	text string
}

// OpenFrontPage prints what concerns the user, as the last command stored it, and asks
// the service what has changed since. The first question shows that. The function that it
// returns ends the asking.
func (f *Flow) OpenFrontPage(ctx context.Context) (end func()) {
	if f.Catalog == nil {
		return func() {}
	}
	now, s := f.Clock(), f.Streams
	stored := storedRows(ctx, f.Catalog, now)
	if lines := frontRows(s.PaletteErr(), stored, now, s.Width(), f.CommandLine("status")); len(lines) > 0 {
		for _, line := range lines {
			s.Printf("%s\n", line)
		}
		s.Printf("\n")
	}
	ctx, cancel := context.WithCancel(ctx)
	page := &frontPage{updated: make(chan struct{}, 1), done: make(chan struct{})}
	f.page = page
	go page.refresh(ctx, f, stored)
	return func() {
		cancel()
		<-page.done
	}
}

// refresh stores what concerns the user now, and notes what is new.
func (p *frontPage) refresh(ctx context.Context, f *Flow, stored []pageRow) {
	defer close(p.done)
	before, _, _ := f.Catalog.Entry(ctx, pageKey)
	page, err := f.Page(ctx)
	if err != nil {
		return // the next command that needs the service says so
	}
	rows := page.rows()
	if now, _, _ := f.Catalog.Entry(ctx, pageKey); now == before { // else the flow knows more by now
		storeRows(ctx, f.Catalog, rows)
	}
	text := newsOfRows(stored, rows)
	if text == "" {
		return
	}
	p.mu.Lock()
	p.text = text
	p.mu.Unlock()
	p.updated <- struct{}{}
}

// note returns what has changed since the page was painted.
func (p *frontPage) note() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text
}

// newsOfRows says in a few words how a page differs from the one that is on the screen;
// empty if it does not.
func newsOfRows(before, now []pageRow) string {
	var list []string
	reviews := len(ofPart(now, partReview))
	for _, c := range compareRowSets(before, now) {
		switch {
		case c.row.Part == partReview:
		case c.over:
			list = append(list, render.Clean(c.row.ID)+" is over")
		default:
			list = append(list, render.Clean(c.row.ID)+" is "+render.Clean(c.row.Status))
		}
	}
	if reviews > len(ofPart(before, partReview)) {
		list = append(list, fmt.Sprintf("%s to review", render.Digits(reviews)))
	}
	if len(list) > 2 {
		list = append(list[:1], fmt.Sprintf("%s more changes", render.Digits(len(list)-1)))
	}
	if len(list) == 0 {
		return ""
	}
	return "now: " + strings.Join(list, ", ")
}

// rowChange is a line of a page that is new, or differs, or is gone.
type rowChange struct {
	row  pageRow
	over bool
}

// compareRowSets returns how a page differs from the one before.
func compareRowSets(before, now []pageRow) []rowChange {
	same := func(a pageRow) func(pageRow) bool {
		return func(b pageRow) bool { return a.ID == b.ID && (a.Part == partReview) == (b.Part == partReview) }
	}
	var changes []rowChange
	for _, row := range now {
		i := slices.IndexFunc(before, same(row))
		if i < 0 || before[i].Status != row.Status || before[i].Who != row.Who || !before[i].End.Equal(row.End) {
			changes = append(changes, rowChange{row: row})
		}
	}
	for _, row := range before {
		if !slices.ContainsFunc(now, same(row)) {
			changes = append(changes, rowChange{row: row, over: true})
		}
	}
	return changes
}
