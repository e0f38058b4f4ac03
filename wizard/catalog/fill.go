package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/client"
	"apono/wizard/kind"
)

const (
	// fillEvery is how often the whole catalog is fetched at most.
	fillEvery = 24 * time.Hour
	// fillBudget is how many requests one filling makes at most.
	fillBudget = 2000
	// abandonedAfter is how long a filling may be silent. After that, its process is gone.
	abandonedAfter = 2 * time.Minute
	// parallelLists is how many lists are fetched at a time.
	parallelLists = 8
)

// filling is the state of the filling of a store, which is an entry of it.
type filling struct {
	Began    time.Time `json:"began"`    // the last filling
	Alive    time.Time `json:"alive"`    // when its process last said so
	Complete time.Time `json:"complete"` // when a filling had every list; zero for never
	Ended    bool      `json:"ended"`    // nothing is being filled
	Skipped  []string  `json:"skipped"`  // the titles of integrations that could not be read
}

func fillingKey(grantee string) string { return "filling\x00" + grantee }

func (s *Store) filling(ctx context.Context, grantee string) (f filling) {
	if text, _, ok := s.Entry(ctx, fillingKey(grantee)); ok {
		_ = json.Unmarshal([]byte(text), &f)
	}
	return f
}

// isComplete reports whether the store has the whole catalog.
func (f filling) isComplete() bool {
	return !f.Complete.IsZero() && time.Since(f.Complete) < keptFor
}

// NeedsFilling reports whether the whole catalog should be fetched now: nobody has begun
// to for a day.
func (s *Store) NeedsFilling(ctx context.Context, grantee string) bool {
	return s != nil && s.filling(ctx, grantee).isDue(time.Now(), fillEvery)
}

// IsFilling reports whether a process is fetching the whole catalog for the source's
// grantee now.
func (s *Source) IsFilling(ctx context.Context) bool {
	if s.store == nil {
		return false
	}
	f := s.store.filling(ctx, s.grantee)
	return !f.Began.IsZero() && !f.Ended && time.Since(f.Alive) < abandonedAfter
}

// IsComplete reports whether the store has the whole catalog for the source's grantee.
func (s *Source) IsComplete(ctx context.Context) bool {
	return s.store != nil && s.store.filling(ctx, s.grantee).isComplete()
}

func (f filling) isDue(now time.Time, every time.Duration) bool {
	return now.Sub(f.Began) >= every || !f.Ended && now.Sub(f.Alive) >= abandonedAfter
}

// change changes the state of the filling, in a transaction. It does not make a file.
func (s *Store) change(ctx context.Context, grantee string, create bool, change func(*filling) bool) (changed bool, err error) {
	err = s.write(ctx, create, func(conn *sqlite.Conn) error {
		var f filling
		key := fillingKey(grantee)
		if err := sqlitex.Execute(conn, "SELECT value FROM entry WHERE key = ?", &sqlitex.ExecOptions{Args: []any{key}, ResultFunc: func(row *sqlite.Stmt) error {
			_ = json.Unmarshal([]byte(row.ColumnText(0)), &f)
			return nil
		}}); err != nil {
			return err
		}
		if changed = change(&f); !changed {
			return nil
		}
		text, err := json.Marshal(f)
		if err != nil {
			return err
		}
		return sqlitex.Execute(conn, "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", &sqlitex.ExecOptions{Args: []any{key, string(text), time.Now().UnixMilli()}})
	})
	return changed, err
}

var (
	// errBudget ends a filling that has made all its requests.
	errBudget = errors.New("the budget of requests is used up")
	// errForgotten ends a filling whose store has been deleted.
	errForgotten = errors.New("the store has been deleted")
)

// Budget returns a transport that refuses requests after as many as one filling may
// make.
func Budget(next http.RoundTripper) http.RoundTripper { return &budget{next: next, limit: fillBudget} }

type budget struct {
	next  http.RoundTripper
	limit int64
	made  atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (b *budget) RoundTrip(req *http.Request) (*http.Response, error) {
	if b.made.Add(1) > b.limit {
		return nil, errBudget
	}
	return b.next.RoundTrip(req)
}

// Fill fetches the whole catalog into the store, unless that was begun less than a day
// ago. What is missing comes first, then what is more than a day old, the oldest first,
// so that a filling that was ended goes on where it was. It takes the
// memory of a few pages. It ends when the store is deleted.
func (s *Source) Fill(ctx context.Context) error { return s.fill(ctx, fillEvery) }

// Refill is Fill for a service on this machine, which takes no time: lists are fetched
// again after FreshFor.
func (s *Source) Refill(ctx context.Context) error { return s.fill(ctx, FreshFor) }

// fill fetches the whole catalog, and lists again that are older than every.
func (s *Source) fill(ctx context.Context, every time.Duration) error {
	if s.store == nil {
		return nil
	}
	now := time.Now()
	mine, err := s.store.change(ctx, s.grantee, true, func(f *filling) bool {
		due := f.isDue(now, every)
		if due {
			f.Began, f.Alive, f.Ended = now, now, false
		}
		return due
	})
	if err != nil || !mine {
		return err
	}
	run := &fillRun{source: s, began: now, every: every}
	err = run.both(ctx)
	ending := context.WithoutCancel(ctx)
	if s.store.isForgotten() {
		return errForgotten
	}
	_, stateErr := s.store.change(ending, s.grantee, false, func(f *filling) bool {
		f.Ended = true
		return true
	})
	return cmp.Or(err, stateErr)
}

// fillRun is one filling.
type fillRun struct {
	source *Source
	began  time.Time
	every  time.Duration

	mu      sync.Mutex
	alive   time.Time
	skipped []string // the titles of integrations that could not be read
}

// task is a list to fetch.
type task struct {
	of      kind.Descriptor
	in      kind.Scope
	fetched time.Time // zero for never
}

// both fetches what the store lacks, and then what is old. The store is complete after
// the first.
func (r *fillRun) both(ctx context.Context) error {
	if err := r.everything(ctx, func(t task) bool { return t.fetched.IsZero() }); err != nil {
		return err
	}
	err := r.complete(ctx)
	if err == nil {
		err = r.everything(ctx, func(t task) bool { return r.began.Sub(t.fetched) >= r.every })
	}
	if err == nil {
		err = r.complete(ctx) // with what was new
	}
	return err
}

// complete notes that the store has every list.
func (r *fillRun) complete(ctx context.Context) error {
	r.mu.Lock()
	skipped := slices.Compact(slices.Sorted(slices.Values(r.skipped)))
	r.mu.Unlock()
	_, err := r.source.store.change(ctx, r.source.grantee, false, func(f *filling) bool {
		f.Complete, f.Skipped = r.began, skipped
		return true
	})
	return err
}

// everything fetches the lists that are due, level after level: what is below an item is
// known only when the item is.
func (r *fillRun) everything(ctx context.Context, due func(task) bool) error {
	level := r.tasks(ctx, "", []kind.Scope{{}})
	for len(level) > 0 {
		if err := r.fetchAll(ctx, level, due); err != nil {
			return err
		}
		var next []task
		for _, t := range level {
			if len(kind.Below(t.of.Describe().Slug)) == 0 {
				continue
			}
			scopes, err := r.scopes(ctx, t)
			if err != nil {
				return err
			}
			next = append(next, r.tasks(ctx, t.of.Describe().Slug, scopes)...)
		}
		level = next
	}
	return nil
}

// tasks returns the lists of the kinds below the one with the given slug, the oldest
// first.
func (r *fillRun) tasks(ctx context.Context, slug string, scopes []kind.Scope) []task {
	var list []task
	for _, d := range kind.Below(slug) {
		if !d.Describe().Searchable {
			continue
		}
		for _, in := range scopes {
			t := task{of: d, in: in}
			if found, ok := r.source.store.find(ctx, keyOf(d, r.source.grantee, in)); ok {
				t.fetched = found.fetched
			}
			list = append(list, t)
		}
	}
	slices.SortStableFunc(list, func(a, b task) int { return a.fetched.Compare(b.fetched) })
	return list
}

// scopes returns the places in a list that was fetched.
func (r *fillRun) scopes(ctx context.Context, t task) ([]kind.Scope, error) {
	found, ok := r.source.store.find(ctx, keyOf(t.of, r.source.grantee, t.in))
	if !ok {
		return nil, nil
	}
	rows, err := r.source.store.rows(ctx, found)
	if err != nil {
		return nil, err
	}
	var scopes []kind.Scope
	for texts := range rows.All() {
		scopes = append(scopes, t.of.Packed(t.in, texts).Scope)
	}
	return scopes, nil
}

// fetchAll fetches lists, several at a time.
func (r *fillRun) fetchAll(ctx context.Context, list []task, due func(task) bool) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelLists)
	for _, t := range list {
		if !due(t) {
			continue
		}
		group.Go(func() error {
			err := r.fetch(ctx, t)
			var e *client.Error
			if errors.As(err, &e) && !e.Unanswered() && !e.Unauthorized() && t.in.Integration.ID != "" {
				r.skip(t.in.Integration.Title())
				return nil
			}
			return err
		})
	}
	return group.Wait()
}

// skip notes that a list of an integration cannot be read; the others can.
func (r *fillRun) skip(place string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.skipped = append(r.skipped, place)
}

// fetch fetches one list into the store, a part at a time.
func (r *fillRun) fetch(ctx context.Context, t task) error {
	if err := r.goOn(ctx); err != nil {
		return err
	}
	started := time.Now()
	w, err := r.source.store.begin(ctx, keyOf(t.of, r.source.grantee, t.in), false)
	if err != nil {
		return err
	}
	err = r.source.fetch(ctx, t.of, t.in, &packer{scanned: t.of.ScannedTexts(), full: func(p *part) error {
		if err := r.goOn(ctx); err != nil {
			return err
		}
		return w.add(ctx, p)
	}})
	if err != nil {
		w.cancel(context.WithoutCancel(ctx))
		return err
	}
	return w.commit(ctx, started)
}

// goOn says that the filling is alive, and whether it should go on.
func (r *fillRun) goOn(ctx context.Context) error {
	if r.source.store.isForgotten() {
		return errForgotten
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.alive) < abandonedAfter/4 {
		return ctx.Err()
	}
	r.alive = time.Now()
	_, err := r.source.store.change(ctx, r.source.grantee, false, func(f *filling) bool {
		f.Alive = time.Now()
		return true
	})
	return err
}
