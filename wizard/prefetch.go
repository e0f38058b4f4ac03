package wizard

import (
	"context"
	"strings"
	"sync"

	"apono/client"
	"apono/wizard/kind"
)

// prefetcher fetches lists from the service, each once per flow, however often the
// user goes back and forth. A lookup starts as soon as it may be needed and runs while
// the user reads, so that the options of the next question are ready.
type prefetcher struct {
	ctx    context.Context
	client *client.Client

	mu      sync.Mutex
	lookups map[string]any
}

func newPrefetcher(ctx context.Context, api *client.Client) *prefetcher {
	return &prefetcher{ctx: ctx, client: api, lookups: map[string]any{}}
}

// lookup is the result of a fetch, which may still be running.
type lookup[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// wait waits for the result and returns it.
func (l *lookup[T]) wait(ctx context.Context) (T, error) {
	select {
	case <-l.done:
		return l.value, l.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}

// ready returns the result if the lookup has succeeded. It does not wait.
func (l *lookup[T]) ready() (value T, ok bool) {
	select {
	case <-l.done:
		return l.value, l.err == nil
	default:
		return value, false
	}
}

// notify waits for the result and sends on updated, unless a value is waiting there.
func (l *lookup[T]) notify(ctx context.Context, updated chan<- struct{}) {
	if _, err := l.wait(ctx); err != nil {
		return
	}
	select {
	case updated <- struct{}{}:
	default:
	}
}

// begin starts a lookup, or returns the one that was started under the same key. A
// failed lookup is removed, so that it can be retried.
func begin[T any](p *prefetcher, fetch func(context.Context) (T, error), key ...string) *lookup[T] {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := strings.Join(key, "\x00")
	if running, ok := p.lookups[name].(*lookup[T]); ok {
		return running
	}
	l := &lookup[T]{done: make(chan struct{})}
	p.lookups[name] = l
	go func() {
		defer close(l.done)
		l.value, l.err = fetch(p.ctx)
		if l.err != nil {
			p.mu.Lock()
			delete(p.lookups, name)
			p.mu.Unlock()
		}
	}()
	return l
}

// prefetch starts fetching the items of a kind within a scope.
func prefetch[T any](p *prefetcher, k kind.Kind[T], in kind.Scope) *lookup[[]T] {
	return begin(p, func(ctx context.Context) ([]T, error) { return k.Fetch(ctx, p.client, in) }, k.Slug, in.Key())
}

// session starts fetching the user's session, which includes their account's settings.
func (p *prefetcher) session() *lookup[*client.UserSession] {
	return begin(p, p.client.UserSession, "session")
}

// resourcesBySource starts fetching the resources that have the given source IDs.
func (p *prefetcher) resourcesBySource(in kind.Scope, sourceIDs []string) *lookup[[]client.Resource] {
	query := client.ResourceQuery{IntegrationID: in.Integration.ID, ResourceTypeID: in.ResourceType.ID, SourceIDs: sourceIDs}
	return begin(p, func(ctx context.Context) ([]client.Resource, error) {
		return p.client.Resources(ctx, query)
	}, append([]string{"resources by source", in.Key()}, sourceIDs...)...)
}
