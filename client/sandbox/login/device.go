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

// The decisions about a device code, besides none yet.
const (
	approved = "approved"
	denied   = "denied"
	spent    = "spent" // its token has been fetched
)

// slower is what RFC 8628 adds to the interval of a device that asks too often.
const slower = 5 * time.Second

// userCodeLetters leaves out vowels, so that no words come out, and letters and
// digits that look alike.
const userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ"

type deviceAnswer struct {
	DeviceCode  string `json:"device_code"`
	UserCode    string `json:"user_code"`
	URL         string `json:"verification_uri"`
	CompleteURL string `json:"verification_uri_complete"`
	ExpiresIn   int64  `json:"expires_in"`
	Interval    int64  `json:"interval"`
}

// startDevice is /oauth/device_authorization.
func (s *Server) startDevice(w http.ResponseWriter, r *http.Request) {
	if !readClientForm(w, r) {
		return
	}
	code, userCode := newSecret("apono_dc_"), newUserCode()
	if err := s.addDevice(r.Context(), code, userCode, r.PostForm.Get("scope")); err != nil {
		writeRefusal(w, nil, err)
		return
	}
	page := rootOf(r) + "/device"
	writeJSON(w, http.StatusOK, deviceAnswer{
		DeviceCode: code, UserCode: userCode, URL: page,
		CompleteURL: page + "?" + url.Values{"user_code": {userCode}}.Encode(),
		ExpiresIn:   int64(deviceLifetime / time.Second), Interval: inSeconds(s.options.DeviceInterval),
	})
}

func (s *Server) addDevice(ctx context.Context, code, userCode, scope string) error {
	now := s.now()
	return s.db.write(ctx, func(conn *sqlite.Conn) error {
		if err := run(conn, `DELETE FROM devices WHERE expires < ?`, now.Add(-24*time.Hour).UnixMilli()); err != nil {
			return err
		}
		return run(conn, `INSERT INTO devices (hash, user_code, scope, expires, interval) VALUES (?, ?, ?, ?, ?)`,
			hashOf(code), userCode, scope, now.Add(deviceLifetime).UnixMilli(), s.options.DeviceInterval.Milliseconds())
	})
}

type deviceCode struct {
	hash, userCode, scope, decision, userID string
	expires, interval, asked                int64
}

func findDevice(conn *sqlite.Conn, column, value string) (found deviceCode, ok bool, err error) {
	err = rows(conn, `SELECT hash, user_code, scope, decision, user_id, expires, interval, asked FROM devices WHERE `+column+` = ?`,
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

// exchangeDevice answers a device that asks whether its code was confirmed.
func (s *Server) exchangeDevice(ctx context.Context, r *http.Request) (answer *tokenAnswer, refused *oauthError, err error) {
	now := s.now().UnixMilli()
	err = s.db.write(ctx, func(conn *sqlite.Conn) (err error) {
		code, found, err := findDevice(conn, "hash", hashOf(r.PostForm.Get("device_code")))
		if err != nil {
			return err
		}
		if !found {
			refused = refuse("invalid_grant", "no such device code")
			return nil
		}
		interval := code.interval
		if refused = code.verdict(now); refused != nil {
			if refused.Code == "slow_down" {
				interval += slower.Milliseconds()
				refused.Interval = inSeconds(time.Duration(interval) * time.Millisecond)
			}
			return run(conn, `UPDATE devices SET asked = ?, interval = ? WHERE hash = ?`, now, interval, code.hash)
		}
		if err := run(conn, `UPDATE devices SET decision = ? WHERE hash = ?`, spent, code.hash); err != nil {
			return err
		}
		grant, err := s.newGrant(conn, code.userID, code.scope)
		if err != nil {
			return err
		}
		answer, err = s.newTokens(conn, grant, code.userID, code.scope)
		return err
	})
	return answer, refused, err
}

// verdict is nil for a code that was confirmed and can be exchanged.
func (c deviceCode) verdict(now int64) *oauthError {
	switch {
	case c.decision == denied:
		return refuse("access_denied", "the login was denied")
	case c.decision == spent:
		return refuse("invalid_grant", "the device code has been used already")
	case now >= c.expires:
		return refuse("expired_token", "the code was not confirmed in time")
	case c.decision == approved:
		return nil
	case c.asked != 0 && now-c.asked < c.interval:
		return refuse("slow_down", "wait longer between two questions")
	}
	return refuse("authorization_pending", "nobody has confirmed the code yet")
}

// decide notes the person's decision about a code that waits for one; an empty
// user denies it.
func (s *Server) decide(ctx context.Context, userCode, userID string) (bool, error) {
	decision := approved
	if userID == "" {
		decision = denied
	}
	var changed int
	err := s.db.write(ctx, func(conn *sqlite.Conn) error {
		err := run(conn, `UPDATE devices SET decision = ?, user_id = ? WHERE user_code = ? AND decision = '' AND expires > ?`,
			decision, userID, userCode, s.now().UnixMilli())
		changed = conn.Changes()
		return err
	})
	return changed == 1, err
}

// waiting says whether a code waits for a decision.
func (s *Server) waiting(ctx context.Context, userCode string) (bool, error) {
	var waits bool
	err := s.db.read(ctx, func(conn *sqlite.Conn) error {
		code, found, err := findDevice(conn, "user_code", userCode)
		waits = found && code.decision == "" && s.now().UnixMilli() < code.expires
		return err
	})
	return waits, err
}

func newUserCode() string {
	letters := make([]byte, 0, 9)
	random := make([]byte, 1)
	for len(letters) < 9 {
		if len(letters) == 4 {
			letters = append(letters, '-')
		}
		_, _ = rand.Read(random) // never fails
		// 240 is a multiple of 20: every letter is as likely as any other.
		if random[0] < 240 {
			letters = append(letters, userCodeLetters[int(random[0])%len(userCodeLetters)])
		}
	}
	return string(letters)
}

// asUserCode reads a code as people type it: in small letters, without the dash.
func asUserCode(typed string) string {
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

// inSeconds rounds up: who waits that long has waited long enough.
func inSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
