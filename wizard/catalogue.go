package wizard

import (
	"context"
	"strings"
	"sync"

	"apono/client"
)

// catalogue is what the service offers, fetched once for each flow, however
// often the person goes back and forth. A look-up starts when it is first asked
// for and runs beside the prompts, so that the next question finds its options
// already there.
type catalogue struct {
	ctx    context.Context
	client *client.Client

	mu      sync.Mutex
	lookups map[string]any
}

func newCatalogue(ctx context.Context, api *client.Client) *catalogue {
	return &catalogue{ctx: ctx, client: api, lookups: map[string]any{}}
}

// lookup is a list that is being fetched.
type lookup[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// wait returns what was fetched.
func (l *lookup[T]) wait(ctx context.Context) (T, error) {
	select {
	case <-l.done:
		return l.value, l.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}

// begin starts a look-up, or returns the one that was started under the same
// key. One that failed is forgotten, so that it can be tried again.
func begin[T any](c *catalogue, fetch func(context.Context) (T, error), key ...string) *lookup[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := strings.Join(key, "\x00")
	if running, ok := c.lookups[name].(*lookup[T]); ok {
		return running
	}
	l := &lookup[T]{done: make(chan struct{})}
	c.lookups[name] = l
	go func() {
		defer close(l.done)
		l.value, l.err = fetch(c.ctx)
		if l.err != nil {
			c.mu.Lock()
			delete(c.lookups, name)
			c.mu.Unlock()
		}
	}()
	return l
}

func (c *catalogue) session() *lookup[*client.UserSession] {
	return begin(c, c.client.UserSession, "session")
}

func (c *catalogue) integrations() *lookup[[]client.Integration] {
	return begin(c, c.client.Integrations, "integrations")
}

func (c *catalogue) resourceTypes(integration string) *lookup[[]client.ResourceType] {
	return begin(c, func(ctx context.Context) ([]client.ResourceType, error) {
		return c.client.ResourceTypes(ctx, integration)
	}, "types", integration)
}

// resources looks up the resources of a type: all of them, or those with the
// given source IDs.
func (c *catalogue) resources(integration, resourceType string, sourceIDs ...string) *lookup[[]client.Resource] {
	query := client.ResourceQuery{IntegrationID: integration, ResourceTypeID: resourceType, SourceIDs: sourceIDs}
	return begin(c, func(ctx context.Context) ([]client.Resource, error) {
		return c.client.Resources(ctx, query)
	}, append([]string{"resources", integration, resourceType}, sourceIDs...)...)
}

func (c *catalogue) permissions(integration, resourceType string) *lookup[[]client.Permission] {
	return begin(c, func(ctx context.Context) ([]client.Permission, error) {
		return c.client.Permissions(ctx, integration, resourceType)
	}, "permissions", integration, resourceType)
}

func (c *catalogue) bundles() *lookup[[]client.Bundle] {
	return begin(c, c.client.Bundles, "bundles")
}

func (c *catalogue) bundleUnits(bundle string) *lookup[[]client.AccessUnit] {
	return begin(c, func(ctx context.Context) ([]client.AccessUnit, error) {
		return c.client.BundleUnits(ctx, bundle)
	}, "units", bundle)
}
