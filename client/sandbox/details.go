package sandbox

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"apono/client"
)

// defaultConsumer is who views credentials where the call does not say.
const defaultConsumer = "access_dialog"

func (s *Sandbox) accessDetails(ctx context.Context, c *call) (any, error) {
	consumer := c.param("consumed_by")
	if consumer == "" {
		consumer = defaultConsumer
	}
	return s.details(ctx, c.user, c.PathValue("id"), consumer)
}

// details shows how a session is opened. Of all views, in whatever process,
// one gets the secret.
func (s *Sandbox) details(ctx context.Context, user User, id, consumer string) (*client.AccessDetails, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	now := s.now()
	var answer *client.AccessDetails
	err := s.store.write(ctx, func(t *tx) error {
		o, err := s.findSession(t, user, id, now)
		if err != nil {
			return err
		}
		if !o.active() {
			return errEnded(o)
		}
		credentials, secret := o.credentials(now), mask
		if credentials != nil && credentials.AreNew() {
			secret = o.Unseen
			o.Unseen, o.ConsumedBy = "", consumer
			if err := t.saveSession(o.access); err != nil {
				return err
			}
		}
		answer, err = s.wireDetails(o, credentials, secret)
		return err
	})
	return answer, err
}

func (s *Sandbox) wireDetails(o *opened, credentials *client.Credentials, secret string) (*client.AccessDetails, error) {
	way := s.way(o, secret)
	answer := &client.AccessDetails{
		Credentials:        credentials,
		Instructions:       client.Instructions{Plain: way.plain(), Markdown: way.markdown()},
		Link:               way.link,
		CredentialsRotated: o.Rotated,
		Launchers:          way.launchers,
	}
	if answer.Launchers == nil {
		answer.Launchers = []client.Launcher{}
	}
	if way.message != "" {
		answer.Instructions.CustomMessage = &way.message
	}
	if way.command != "" {
		answer.CLI = &way.command
	}
	if o.ConsumedBy != "" {
		answer.ConsumedBy = &o.ConsumedBy
	}
	if way.document != nil {
		document, err := json.Marshal(way.document)
		if err != nil {
			return nil, err
		}
		answer.JSON = document
	}
	return answer, nil
}

func (s *Sandbox) resetCredentials(ctx context.Context, c *call) (any, error) {
	if err := s.reset(ctx, c.user, c.PathValue("id")); err != nil {
		return nil, err
	}
	return message{"The credentials are being reset"}, nil
}

// reset gives a session a new secret, which is new after a moment. The old one
// stops working at once. A reset that is under way already is left to finish.
func (s *Sandbox) reset(ctx context.Context, user User, id string) error {
	if err := s.settle(ctx); err != nil {
		return err
	}
	now := s.now()
	var a *access
	err := s.store.write(ctx, func(t *tx) error {
		o, err := s.findSession(t, user, id, now)
		if err != nil {
			return err
		}
		switch {
		case !o.active():
			return errEnded(o)
		case o.in.connect.secretless:
			return refuse(http.StatusConflict, "The access session %q has no credentials to reset", id)
		case now.Before(o.Ready):
			return nil
		}
		o.newSecret()
		o.Ready, o.ConsumedBy, o.Rotated = now.Add(s.lifecycle.Resetting), "", true
		if o.Role != "" {
			// Nobody else resets until the server has had its time to answer.
			a, o.Ready = o.access, now.Add(serverWorkWait)
		}
		return t.saveSession(o.access)
	})
	if err != nil || a == nil {
		return err
	}
	return s.resetOnServer(ctx, a, now)
}

// resetOnServer tells the real server a role's new password. When it does not
// take it, the credentials count as used: another reset can be tried.
func (s *Sandbox) resetOnServer(ctx context.Context, a *access, began time.Time) error {
	ctx = context.WithoutCancel(ctx)
	failed := s.setPassword(ctx, a)
	err := s.store.write(ctx, func(t *tx) error {
		stored, err := t.session(a.ID)
		if err != nil || stored == nil || stored.Hash != a.Hash {
			return err // reset or removed meanwhile
		}
		stored.Ready = began.Add(s.lifecycle.Resetting)
		if failed != nil {
			stored.Unseen, stored.Ready = "", time.Time{}
		}
		return t.saveSession(stored)
	})
	if failed != nil {
		return refuse(http.StatusFailedDependency, "%v", failed)
	}
	return err
}

func (s *Sandbox) setPassword(ctx context.Context, a *access) error {
	if s.postgres == nil {
		return errNoServer
	}
	ctx, cancel := context.WithTimeout(ctx, serverWorkWait)
	defer cancel()
	return s.postgres.server.SetPassword(ctx, a.Role, a.Unseen)
}
