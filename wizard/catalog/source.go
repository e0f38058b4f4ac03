package catalog

import (
	"context"
	"iter"
	"strings"
	"sync"
	"time"

	"apono/client"
	"apono/wizard/kind"
)

// Source gets lists for one command, each at most once from the service, however often
// it is asked for. A list that the store knows is there at once, and refreshed in the
// background if it is older than FreshFor.
type Source struct {
	ctx     context.Context
	cancel  context.CancelFunc
	connect func(context.Context) (*client.Client, error)
	store   *Store
	grantee string
	behind  func() // refreshes lists in another process; nil for this one
	always  bool   // ask the service for every list

	mu      sync.Mutex
	lookups map[string]any
}

// NewSource returns a source. connect returns the client when the service is needed.
// Lookups end with ctx. A nil store keeps nothing.
func NewSource(ctx context.Context, connect func(context.Context) (*client.Client, error), store *Store, grantee string) *Source {
	ctx, cancel := context.WithCancel(ctx)
	return &Source{ctx: ctx, cancel: cancel, connect: connect, store: store, grantee: grantee, lookups: map[string]any{}}
}

// FromClient is NewSource with a client that is connected, for its grantee.
func FromClient(ctx context.Context, api *client.Client, store *Store) *Source {
	return NewSource(ctx, func(context.Context) (*client.Client, error) { return api, nil }, store, api.Grantee())
}

// RefreshBehind makes the source call refresh, once, if a list from the store is older
// than FreshFor, instead of fetching the list itself.
func (s *Source) RefreshBehind(refresh func()) { s.behind = sync.OnceFunc(refresh) }

// AskAlways makes the source ask the service for every list.
func (s *Source) AskAlways() { s.always = true }

// refreshBehind has lists refreshed in another process if one that was fetched at a time
// is old. It returns false if this process must do it.
func (s *Source) refreshBehind(fetched time.Time) bool {
	if s.behind != nil && time.Since(fetched) > FreshFor {
		s.behind()
	}
	return s.behind != nil
}

// Store returns the source's store; nil for none.
func (s *Source) Store() *Store { return s.store }

// Close cancels the lookups that are still running.
func (s *Source) Close() { s.cancel() }

// client returns the client.
func (s *Source) client(ctx context.Context) (*client.Client, error) { return s.connect(ctx) }

// once returns what start returned when it was called first under a key.
func once[T any](s *Source, key string, start func() T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before, ok := s.lookups[key].(T); ok {
		return before
	}
	started := start()
	s.lookups[key] = started
	return started
}

// retry makes the next use of a key start again.
func (s *Source) retry(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.lookups, key)
}

// Result is what a call returns that may still be running.
type Result[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// Fetch starts a call of the service that is not a list, or returns the one that was
// started under the same key. A call that fails is made again the next time.
func Fetch[T any](s *Source, call func(context.Context, *client.Client) (T, error), key ...string) *Result[T] {
	name := "call\x00" + strings.Join(key, "\x00")
	return once(s, name, func() *Result[T] {
		r := &Result[T]{done: make(chan struct{})}
		go func() {
			defer close(r.done)
			api, err := s.client(s.ctx)
			if err == nil {
				r.value, err = call(s.ctx, api)
			}
			if r.err = err; err != nil {
				s.retry(name)
			}
		}()
		return r
	})
}

// Wait waits for the result.
func (r *Result[T]) Wait(ctx context.Context) (T, error) {
	select {
	case <-r.done:
		return r.value, r.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}

// Ready returns the result, if it is there.
func (r *Result[T]) Ready() (value T, err error, ok bool) {
	select {
	case <-r.done:
		return r.value, r.err, true
	default:
		return value, nil, false
	}
}

// lookup is a list that is being read from the store or fetched.
type lookup struct {
	source *Source
	name   string
	key    listKey
	of     kind.Descriptor
	in     kind.Scope
	known  answer // the first list there is
	fresh  answer // the list as the service has it now

	start   sync.Once // the fetch
	fetched time.Time // when the known list was fetched
}

// answer is a list and when it is there.
type answer struct {
	done chan struct{}
	rows *Rows
	err  error
}

func (a *answer) wait(ctx context.Context) (*Rows, error) {
	select {
	case <-a.done:
		return a.rows, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ready returns the list if it is there.
func (a *answer) ready() (*Rows, bool) {
	select {
	case <-a.done:
		return a.rows, a.err == nil
	default:
		return nil, false
	}
}

// lookupName identifies the lookup of a list.
func lookupName(d kind.Descriptor, in kind.Scope) string {
	return "list\x00" + d.Describe().Slug + "\x00" + in.Key()
}

// lookup starts looking for a list, or returns the lookup that runs.
func (s *Source) lookup(d kind.Descriptor, in kind.Scope) *lookup {
	name := lookupName(d, in)
	return once(s, name, func() *lookup {
		l := &lookup{source: s, name: name, key: keyOf(d, s.grantee, in), of: d, in: in}
		l.known.done, l.fresh.done = make(chan struct{}), make(chan struct{})
		if s.store == nil || s.always {
			l.fetch()
			go l.knowFresh()
		} else {
			go l.read()
		}
		return l
	})
}

// read reads the list from the store, and fetches it if it is not there or old.
func (l *lookup) read() {
	found, ok := l.source.store.find(l.source.ctx, l.key)
	if ok {
		rows, err := l.source.store.rows(l.source.ctx, found)
		ok = err == nil
		l.known.rows, l.fetched = rows, found.fetched
	}
	if !ok {
		l.fetch()
		l.knowFresh()
		return
	}
	elsewhere := l.source.refreshBehind(l.fetched) // first, because a command that has its list may end
	close(l.known.done)
	if !elsewhere && time.Since(l.fetched) > FreshFor {
		l.fetch()
	}
}

// knowFresh makes the fresh list the known one.
func (l *lookup) knowFresh() {
	<-l.fresh.done
	l.known.rows, l.known.err, l.fetched = l.fresh.rows, l.fresh.err, time.Now()
	close(l.known.done)
}

// fetch starts to fetch the list, once.
func (l *lookup) fetch() {
	l.start.Do(func() {
		go func() {
			rows := &Rows{}
			started := time.Now()
			err := l.source.fetch(l.source.ctx, l.of, l.in, collect(rows, l.of.ScannedTexts()))
			if err != nil {
				l.fresh.err = err
				l.source.retry(l.name)
				close(l.fresh.done)
				return
			}
			l.fresh.rows = rows
			stored := l.source.store.keep(context.WithoutCancel(l.source.ctx), l.key, rows, started)
			close(l.fresh.done)
			stored()
		}()
	})
}

// fetch passes the items of a list to a packer.
func (s *Source) fetch(ctx context.Context, d kind.Descriptor, in kind.Scope, to *packer) error {
	api, err := s.client(ctx)
	if err == nil {
		err = d.EachPacked(ctx, api, in, to.add)
	}
	if err != nil {
		return err
	}
	return to.flush()
}

// Known is a kind.Lister that takes lists from the store if they are there.
func (s *Source) Known(ctx context.Context, d kind.Descriptor, in kind.Scope) (iter.Seq[[]string], error) {
	rows, err := s.lookup(d, in).known.wait(ctx)
	return rows.All(), err
}

// Stored is like Known, but does not refresh what is there, however old it is: for a
// search, which looks through many lists.
func (s *Source) Stored(ctx context.Context, d kind.Descriptor, in kind.Scope) (iter.Seq[[]string], error) {
	if !s.always {
		if found, ok := s.store.find(ctx, keyOf(d, s.grantee, in)); ok {
			if rows, err := s.store.rows(ctx, found); err == nil {
				return rows.All(), nil
			}
		}
	}
	return s.Known(ctx, d, in)
}

// Current is a kind.Lister that takes lists as the service has them now.
func (s *Source) Current(ctx context.Context, d kind.Descriptor, in kind.Scope) (iter.Seq[[]string], error) {
	l := s.lookup(d, in)
	l.fetch()
	rows, err := l.fresh.wait(ctx)
	return rows.All(), err
}
