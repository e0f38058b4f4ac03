package sandbox

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"apono/client"
	"apono/client/sandbox/connect"
	"apono/client/sandbox/store"
)

// defaultConsumer is the consumer of credentials if a call names none.
const defaultConsumer = "access_dialog"

func (s *Sandbox) accessDetails(ctx context.Context, c *call) (any, error) {
	consumer := c.param("consumed_by")
	if consumer == "" {
		consumer = defaultConsumer
	}
	return s.showDetails(ctx, c.user, c.PathValue("id"), consumer)
}

// showDetails returns how to open a session. Only the first call gets the secret,
// even if several processes call it at once.
func (s *Sandbox) showDetails(ctx context.Context, user User, id, consumer string) (*client.AccessDetails, error) {
	if err := s.advance(ctx); err != nil {
		return nil, err
	}
	now := s.now()
	var details *client.AccessDetails
	err := s.store.Write(ctx, func(t *store.Tx) error {
		v, err := s.findSession(t, user, id, now)
		if err != nil {
			return err
		}
		if !v.active() {
			return sessionEnded(v)
		}
		credentials, secret := v.credentials(now), connect.Mask
		if credentials != nil && credentials.AreNew() {
			secret = v.Unseen
			v.Unseen, v.ConsumedBy = "", consumer
			if err := t.SaveSession(v.Session); err != nil {
				return err
			}
		}
		details, err = apiDetails(v, credentials, s.describe(v, secret))
		return err
	})
	return details, err
}

// apiDetails returns the details of v as the API represents them.
func apiDetails(v *sessionView, credentials *client.Credentials, d connect.Details) (*client.AccessDetails, error) {
	details := &client.AccessDetails{
		Credentials:        credentials,
		Instructions:       client.Instructions{Plain: d.Plain(), Markdown: d.Markdown(), CustomMessage: optional(d.Message)},
		CLI:                optional(d.Command),
		Link:               d.Link,
		CredentialsRotated: client.LenientOf(v.Rotated),
		ConsumedBy:         optional(v.ConsumedBy),
		Launchers:          d.Launchers,
	}
	if details.Launchers == nil {
		details.Launchers = []client.Launcher{}
	}
	if d.Document != nil {
		document, err := json.Marshal(d.Document)
		if err != nil {
			return nil, err
		}
		details.JSON = document
	}
	return details, nil
}

// optional returns a pointer to text, or nil if text is empty.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (s *Sandbox) resetCredentials(ctx context.Context, c *call) (any, error) {
	return s.resetSession(ctx, c.user, c.PathValue("id"))
}

// resetSession gives a session a new secret, which becomes available after a
// moment. The old one stops working at once. It does nothing if a reset is
// already in progress.
func (s *Sandbox) resetSession(ctx context.Context, user User, id string) (any, error) {
	if err := s.advance(ctx); err != nil {
		return nil, err
	}
	now := s.now()
	var onServer *store.Session // set if the real server must change the password
	err := s.store.Write(ctx, func(t *store.Tx) error {
		v, err := s.findSession(t, user, id, now)
		if err != nil {
			return err
		}
		switch {
		case !v.active():
			return sessionEnded(v)
		case v.integration.Connector.NoCredentials:
			return errorf(http.StatusConflict, "The access session %q has no credentials to reset", id)
		case now.Before(v.Ready):
			return nil
		}
		v.NewSecret()
		v.Ready, v.ConsumedBy, v.Rotated = now.Add(s.lifecycle.Resetting), "", true
		if v.Role != "" {
			// Block other resets until the server has had time to respond.
			onServer, v.Ready = v.Session, now.Add(serverGrantTimeout)
		}
		return t.SaveSession(v.Session)
	})
	if err == nil && onServer != nil {
		err = s.resetOnServer(ctx, onServer, now)
	}
	if err != nil {
		return nil, err
	}
	return messageResponse{"The credentials are being reset"}, nil
}

// resetOnServer changes a role's password on the real server. If that fails, the
// credentials count as used, so that the user can reset them again.
func (s *Sandbox) resetOnServer(ctx context.Context, session *store.Session, began time.Time) error {
	ctx = context.WithoutCancel(ctx)
	serverErr := s.setPassword(ctx, session)
	err := s.store.Write(ctx, func(t *store.Tx) error {
		stored, err := t.Session(session.ID)
		if err != nil || stored == nil || stored.Hash != session.Hash {
			return err // reset or deleted in the meantime
		}
		stored.Ready = began.Add(s.lifecycle.Resetting)
		if serverErr != nil {
			stored.Unseen, stored.Ready = "", time.Time{}
		}
		return t.SaveSession(stored)
	})
	if serverErr != nil {
		return errorf(http.StatusFailedDependency, "%v", serverErr)
	}
	return err
}

func (s *Sandbox) setPassword(ctx context.Context, session *store.Session) error {
	if s.postgres == nil {
		return errNoServer
	}
	ctx, cancel := context.WithTimeout(ctx, serverGrantTimeout)
	defer cancel()
	return s.postgres.server.SetPassword(ctx, session.Role, session.Unseen)
}
