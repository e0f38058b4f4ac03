package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"apono/auth"
	"apono/client"
)

// lists is where completion takes the service's lists from. What was offered is
// kept between presses by remembered.
type lists struct {
	app     *completer
	sandbox bool // whatever profile is named
	service *service
}

// fetch gets one list.
func fetch[T any](ctx context.Context, l *lists, get func(context.Context, *client.Client) ([]T, error)) ([]T, error) {
	api, err := l.client(ctx)
	if err != nil {
		return nil, err
	}
	return get(ctx, api)
}

func (l *lists) integrations(ctx context.Context) ([]client.Integration, error) {
	return fetch(ctx, l, func(ctx context.Context, c *client.Client) ([]client.Integration, error) { return c.Integrations(ctx) })
}

func (l *lists) resourceTypes(ctx context.Context, integration string) ([]client.ResourceType, error) {
	return fetch(ctx, l, func(ctx context.Context, c *client.Client) ([]client.ResourceType, error) {
		return c.ResourceTypes(ctx, integration)
	})
}

func (l *lists) resources(ctx context.Context, integration, resourceType string) ([]client.Resource, error) {
	query := client.ResourceQuery{IntegrationID: integration, ResourceTypeID: resourceType}
	return fetch(ctx, l, func(ctx context.Context, c *client.Client) ([]client.Resource, error) { return c.Resources(ctx, query) })
}

func (l *lists) permissions(ctx context.Context, integration, resourceType string) ([]client.Permission, error) {
	return fetch(ctx, l, func(ctx context.Context, c *client.Client) ([]client.Permission, error) {
		return c.Permissions(ctx, integration, resourceType)
	})
}

func (l *lists) bundles(ctx context.Context) ([]client.Bundle, error) {
	return fetch(ctx, l, func(ctx context.Context, c *client.Client) ([]client.Bundle, error) { return c.Bundles(ctx) })
}

func (l *lists) units(ctx context.Context, bundle string) ([]client.AccessUnit, error) {
	return fetch(ctx, l, func(ctx context.Context, c *client.Client) ([]client.AccessUnit, error) {
		return c.BundleUnits(ctx, bundle)
	})
}

func (l *lists) requests(ctx context.Context) ([]client.Request, error) {
	return fetch(ctx, l, func(ctx context.Context, c *client.Client) ([]client.Request, error) {
		return c.Requests(ctx, client.RequestQuery{})
	})
}

func (l *lists) sessions(ctx context.Context) ([]client.AccessSession, error) {
	return fetch(ctx, l, func(ctx context.Context, c *client.Client) ([]client.AccessSession, error) {
		return c.AccessSessions(ctx, client.SessionQuery{})
	})
}

// config is the configuration as it stands. A damaged one is left for a command
// that can tell the person.
func (l *lists) config(ctx context.Context) (*auth.Config, error) {
	path := l.app.logins().Store.Path()
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil {
		if err := json.Unmarshal(data, &auth.Config{}); err != nil {
			return nil, fmt.Errorf("%s is damaged: %w", path, err)
		}
	}
	return l.app.config(ctx)
}

// client connects once, on the first list that is wanted.
func (l *lists) client(ctx context.Context) (*client.Client, error) {
	if l.service != nil {
		return l.service.client, nil
	}
	connect := l.connect
	if l.sandbox {
		connect = l.app.connectSandbox
	}
	s, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	l.service = s
	return s.client, nil
}

// connect is App.connect for a press of Tab, which ends at its limit whatever
// is under way. A renewal must not end so: the service takes each refresh token
// once, and the login would be lost with the answer. It is left to another
// process, and a token that the service refuses is not renewed at all.
func (l *lists) connect(ctx context.Context) (*service, error) {
	cfg, err := l.config(ctx)
	if err != nil {
		return nil, err
	}
	login, err := cfg.Resolve(l.app.flags.profile, l.app.getenv)
	if err != nil {
		return nil, err
	}
	if login.Sandbox() {
		return l.app.connectSandbox(ctx)
	}
	if needsRenewal(login.Profile, time.Now()) {
		if err := l.renew(ctx, login.Profile.Name); err != nil {
			return nil, err
		}
	}
	token, err := l.app.logins().Source(login).Token(ctx)
	if err != nil {
		return nil, err
	}
	return l.app.newService(client.Config{BaseURL: login.Profile.APIURL, Tokens: client.StaticToken(token)})
}

// renewalMargin is longer than the one within which package auth renews.
const renewalMargin = 90 * time.Second

func needsRenewal(p auth.Profile, now time.Time) bool {
	return p.Renewable && !p.Expiry.IsZero() && p.Expiry.Before(now.Add(renewalMargin))
}

// renew has another process renew a login, and waits for it as long as there is
// time.
func (l *lists) renew(ctx context.Context, profile string) error {
	start := l.app.app.renew
	if start == nil {
		start = startRenewal
	}
	ended, err := start(profile)
	if err != nil {
		return fmt.Errorf("renew the login: %w", err)
	}
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
