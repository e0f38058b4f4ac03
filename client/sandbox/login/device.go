package login

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
)

// The decisions about a device code. Empty means that the user has not decided.
const (
	approved = "approved"
	denied   = "denied"
	spent    = "spent" // approved, and the token was fetched
)

// slowDownStep is added to the interval of a device that polls too often (RFC 8628).
const slowDownStep = 5 * time.Second

// userCodeLetters has no vowels, so that codes contain no words, and no characters
// that look alike.
const userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ"

// deviceResponse is the response to a device that starts a login (RFC 8628, section 3.2).
type deviceResponse struct {
	DeviceCode  string `json:"device_code"`
	UserCode    string `json:"user_code"`
	URL         string `json:"verification_uri"`
	CompleteURL string `json:"verification_uri_complete"`
	ExpiresIn   int64  `json:"expires_in"`
	Interval    int64  `json:"interval"`
}

// startDevice serves POST /oauth/device_authorization.
func (s *Server) startDevice(w http.ResponseWriter, r *http.Request) {
	if !parseClientForm(w, r) {
		return
	}
	code, userCode := newSecret("apono_dc_"), newUserCode()
	if err := s.addDevice(r.Context(), code, userCode, r.PostForm.Get("scope")); err != nil {
		writeError(w, nil, err)
		return
	}
	page := baseURL(r) + "/device"
	writeJSON(w, http.StatusOK, deviceResponse{
		DeviceCode: code, UserCode: userCode, URL: page,
		CompleteURL: page + "?" + url.Values{"user_code": {userCode}}.Encode(),
		ExpiresIn:   int64(deviceLifetime / time.Second), Interval: wholeSeconds(s.options.DeviceInterval),
	})
}

// addDevice stores a new device code and deletes old ones.
func (s *Server) addDevice(ctx context.Context, code, userCode, scope string) error {
	now := s.now()
	return s.db.Write(ctx, func(conn *sqlite.Conn) error {
		if err := exec(conn, `DELETE FROM devices WHERE expires < ?`, now.Add(-24*time.Hour).UnixMilli()); err != nil {
			return err
		}
		return exec(conn, `INSERT INTO devices (hash, user_code, scope, expires, interval) VALUES (?, ?, ?, ?, ?)`,
			hashSecret(code), userCode, scope, now.Add(deviceLifetime).UnixMilli(), s.options.DeviceInterval.Milliseconds())
	})
}

// deviceCode is a row of devices. Times are Unix milliseconds.
type deviceCode struct {
	hash, userCode, scope, decision, userID string
	expires, interval, asked                int64
}

// findDevice looks a device code up by one column.
func findDevice(conn *sqlite.Conn, column, value string) (found deviceCode, ok bool, err error) {
	err = eachRow(conn, `SELECT hash, user_code, scope, decision, user_id, expires, interval, asked FROM devices WHERE `+column+` = ?`,
		func(stmt *sqlite.Stmt) {
			ok = true
			found = deviceCode{
				hash: stmt.ColumnText(0), userCode: stmt.ColumnText(1), scope: stmt.ColumnText(2),
				decision: stmt.ColumnText(3), userID: stmt.ColumnText(4),
				expires: stmt.ColumnInt64(5), interval: stmt.ColumnInt64(6), asked: stmt.ColumnInt64(7),
			}
		}, value)
	return found, ok, err
}

// exchangeDevice responds to a device that polls for its token.
func (s *Server) exchangeDevice(ctx context.Context, r *http.Request) (response *tokenResponse, refused *oauthError, err error) {
	now := s.now().UnixMilli()
	err = s.db.Write(ctx, func(conn *sqlite.Conn) (err error) {
		code, found, err := findDevice(conn, "hash", hashSecret(r.PostForm.Get("device_code")))
		if err != nil {
			return err
		}
		if !found {
			refused = newOAuthError("invalid_grant", "unknown device code")
			return nil
		}
		interval := code.interval
		if refused = code.check(now); refused != nil {
			if refused.Code == "slow_down" {
				interval += slowDownStep.Milliseconds()
				refused.Interval = wholeSeconds(time.Duration(interval) * time.Millisecond)
			}
			return exec(conn, `UPDATE devices SET asked = ?, interval = ? WHERE hash = ?`, now, interval, code.hash)
		}
		if err := exec(conn, `UPDATE devices SET decision = ? WHERE hash = ?`, spent, code.hash); err != nil {
			return err
		}
		grant, err := s.newGrant(conn, code.userID, code.scope)
		if err != nil {
			return err
		}
		response, err = s.newTokens(conn, grant, code.userID, code.scope)
		return err
	})
	return response, refused, err
}

// check returns nil if the code was approved and can be exchanged.
func (c deviceCode) check(now int64) *oauthError {
	switch {
	case c.decision == denied:
		return newOAuthError("access_denied", "the user denied the login")
	case c.decision == spent:
		return newOAuthError("invalid_grant", "the device code was already used")
	case now >= c.expires:
		return newOAuthError("expired_token", "the code has expired")
	case c.decision == approved:
		return nil
	case c.asked != 0 && now-c.asked < c.interval:
		return newOAuthError("slow_down", "the device polls too often")
	}
	return newOAuthError("authorization_pending", "the user has not confirmed the code yet")
}

// decide stores the user's decision about a code; an empty userID denies it. It
// reports whether the code was waiting for a decision.
func (s *Server) decide(ctx context.Context, userCode, userID string) (bool, error) {
	decision := approved
	if userID == "" {
		decision = denied
	}
	var changed int
	err := s.db.Write(ctx, func(conn *sqlite.Conn) error {
		err := exec(conn, `UPDATE devices SET decision = ?, user_id = ? WHERE user_code = ? AND decision = '' AND expires > ?`,
			decision, userID, userCode, s.now().UnixMilli())
		changed = conn.Changes()
		return err
	})
	return changed == 1, err
}

// isWaiting reports whether a code is waiting for a decision.
func (s *Server) isWaiting(ctx context.Context, userCode string) (bool, error) {
	var waiting bool
	err := s.db.Use(ctx, func(conn *sqlite.Conn) error {
		code, found, err := findDevice(conn, "user_code", userCode)
		waiting = found && code.decision == "" && s.now().UnixMilli() < code.expires
		return err
	})
	return waiting, err
}

// newUserCode returns a random code in the form XXXX-XXXX.
func newUserCode() string {
	letters := make([]byte, 0, 9)
	random := make([]byte, 1)
	for len(letters) < 9 {
		if len(letters) == 4 {
			letters = append(letters, '-')
		}
		_, _ = rand.Read(random) // never fails
		// 240 is a multiple of 20, so every letter is equally likely.
		if random[0] < 240 {
			letters = append(letters, userCodeLetters[int(random[0])%len(userCodeLetters)])
		}
	}
	return string(letters)
}

// parseUserCode reads a code as people type it, such as in lower case or without
// the dash.
func parseUserCode(typed string) string {
	letters := strings.Map(func(r rune) rune {
		if strings.ContainsRune(userCodeLetters, r) {
			return r
		}
		return -1
	}, strings.ToUpper(typed))
	if len(letters) != 8 {
		return letters
	}
	return letters[:4] + "-" + letters[4:]
}

// wholeSeconds rounds up, so that a client that waits this long waits long enough.
func wholeSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
