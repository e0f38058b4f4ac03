//go:build !windows

package wizard_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/wizard"
)

// loseAnswers replaces the answers to calls of a path, after the sandbox has acted.
func (s *recordingSandbox) loseAnswers(suffix string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rewrite = func(path string, body []byte) []byte {
		if strings.HasSuffix(path, suffix) {
			return []byte("<html>Sign in to the hotel's network</html>")
		}
		return body
	}
}

// doNothing answers calls of a path without acting.
func (s *recordingSandbox) doNothing(suffix string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.override = func(req *http.Request) (*http.Response, bool) {
		if req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, suffix) {
			return jsonResponse(req, 200, "{}"), true
		}
		return nil, false
	}
}

// answer replaces the sandbox's answers by a status and a body; those with status 0 stay.
func (s *recordingSandbox) answer(with func(req *http.Request) (status int, body string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.override = func(req *http.Request) (*http.Response, bool) {
		status, body := with(req)
		if status == 0 {
			return nil, false
		}
		return jsonResponse(req, status, body), true
	}
}

// read returns requests as they are now.
func (s *recordingSandbox) read(ids ...string) []client.Request {
	s.t.Helper()
	var list []client.Request
	for _, id := range ids {
		r, err := s.api.Request(s.t.Context(), id)
		if err != nil {
			s.t.Fatal(err)
		}
		list = append(list, *r)
	}
	return list
}

// A request whose answer was lost is found, and followed as usual. It is sent once.
func TestLostAnswerToCreate(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	s.loseRequestAnswer()
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{})
	if err != nil || len(out.Requests) != 1 || !out.Requests[0].IsActive() {
		t.Fatalf("got %+v and error %v, want the request that was made", out, err)
	}
	for _, text := range []string{"! The answer was lost, but the service has the request", "✓ Sent AR-00001"} {
		if !strings.Contains(stderr.String(), text) {
			t.Errorf("stderr lacks %q:\n%s", text, stderr)
		}
	}
	if n := len(s.submitted()); n != 1 {
		t.Errorf("submitted the request %d times, want once", n)
	}
}

// An earlier request that looks the same is not taken for the one that was lost.
func TestLostAnswerDoesNotFindAnEarlierRequest(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, 10*time.Second)
	if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{}); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.override = func(req *http.Request) (*http.Response, bool) {
		if req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/access-requests") {
			return jsonResponse(req, 200, "{}"), true
		}
		if strings.HasSuffix(req.URL.Path, "/access-requests") {
			old := client.At(time.Now().Add(-time.Minute))
			created, _ := old.MarshalJSON()
			return jsonResponse(req, 200, `{"data":[{"id":"AR-00001","status":{"status":"Active"},"justification":"OPS-1","creation_time":`+string(created)+`}]}`), true
		}
		return nil, false
	}
	s.mu.Unlock()
	answers := shopAnswers()
	answers.Justification = "OPS-1"
	_, err := flow.Request(t.Context(), answers, wizard.RequestOptions{})
	errorAs[*wizard.SubmitError](t, err)
}

func TestLostAnswerToRevoke(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{}); err != nil {
		t.Fatal(err)
	}
	s.doNothing("/revoke")
	err := flow.Revoke(t.Context(), s.read("AR-00001"), false, time.Minute)
	unclear := errorAs[*wizard.UnclearError](t, err)
	if unclear.Found != "AR-00001 is Active" || unclear.Check != "requests describe AR-00001" {
		t.Errorf("got %+v", unclear)
	}
	if strings.Contains(stderr.String(), "being revoked") {
		t.Errorf("it says that it was done:\n%s", stderr)
	}
	s.override = nil
	active := s.read("AR-00001")
	s.loseAnswers("/revoke")
	if err := flow.Revoke(t.Context(), active, false, time.Minute); err != nil {
		t.Errorf("the request is revoked, but: %v", err)
	}
	if !strings.Contains(stderr.String(), "The answer was lost, but AR-00001 is Revok") {
		t.Errorf("stderr:\n%s", stderr)
	}
}

// A request that was over before is not taken for one that was revoked now.
func TestLostAnswerToRevokeOfWhatHasEnded(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := flow.Revoke(t.Context(), s.read("AR-00001"), true, time.Minute); err != nil {
		t.Fatal(err)
	}
	stderr.Reset()
	s.doNothing("/revoke")
	err := flow.Revoke(t.Context(), s.read("AR-00001"), false, time.Minute)
	if e := errorAs[*wizard.EndedError](t, err); e.Error() != "AR-00001 is Revoked: there is nothing to revoke" || stderr.Len() > 0 {
		t.Errorf("got %v; it prints\n%s", e, stderr)
	}
}

// Every request has its error: one that was refused, one whose answer was lost, and one
// that cannot be followed.
func TestRevokeKeepsEveryError(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	for range 3 {
		if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	requests := s.read("AR-00001", "AR-00002", "AR-00003")
	s.answer(func(req *http.Request) (int, string) {
		switch {
		case strings.HasSuffix(req.URL.Path, "AR-00001/revoke"):
			return 200, "<html>Sign in to the hotel's network</html>"
		case strings.HasSuffix(req.URL.Path, "AR-00002/revoke"):
			return 403, `{"message":"no"}`
		case strings.HasSuffix(req.URL.Path, "AR-00003") && s.countCalls("AR-00003/revoke") > 0:
			return 403, `{"message":"no more"}`
		}
		return 0, ""
	})
	err := flow.Revoke(t.Context(), requests, true, time.Minute)
	e := errorAs[*wizard.RevokeError](t, err)
	if len(e.IDs) != 3 {
		t.Fatalf("got %v, want three errors", e)
	}
	errorAs[*wizard.UnclearError](t, e.Errs[0])
	if !client.IsForbidden(e.Errs[1]) {
		t.Errorf("got %v, want a 403", e.Errs[1])
	}
	if lostSight := errorAs[*wizard.FollowError](t, e.Errs[2]); lostSight.Awaited != wizard.AwaitedRevoke {
		t.Errorf("got %+v", lostSight)
	}
}

// A change that was accepted is awaited as long as the timeout allows, whatever the polls
// answer, and is then said to be accepted.
func TestAcceptedChangeIsAwaited(t *testing.T) {
	for name, answer := range map[string]struct {
		status int
		body   string
	}{"an empty object": {200, "{}"}, "503": {503, ""}, "429": {429, ""}} {
		t.Run(name, func(t *testing.T) {
			s, flow, _ := newFlowWithoutTerminal(t, fastClock)
			session := s.grantAccess(shopAnswers())
			requests := s.read("AR-00001")
			s.answer(func(req *http.Request) (int, string) {
				if req.Method == http.MethodGet {
					return answer.status, answer.body
				}
				return 0, ""
			})
			_, err := flow.ResetCredentials(t.Context(), &session, 10*time.Millisecond)
			if late := errorAs[*wizard.TimeoutError](t, err); late.Awaited != wizard.AwaitedReset || late.Err == nil {
				t.Errorf("got %+v, want a reset whose end is not known", late)
			}
			err = flow.Revoke(t.Context(), requests, true, 10*time.Millisecond)
			if late := errorAs[*wizard.TimeoutError](t, err); late.Awaited != wizard.AwaitedRevoke || late.Err == nil {
				t.Errorf("got %+v, want a revocation whose end is not known", late)
			}
		})
	}
}

// A service that recovers is waited for.
func TestAwaitedChangeSurvivesAFailure(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	session := s.grantAccess(shopAnswers())
	failures := 8 // more than the retries of one call
	s.answer(func(req *http.Request) (int, string) {
		if failures > 0 && strings.HasSuffix(req.URL.Path, "/access-sessions/"+session.ID) {
			failures--
			return 503, ""
		}
		return 0, ""
	})
	if _, err := flow.ResetCredentials(t.Context(), &session, time.Minute); err != nil || !strings.Contains(stderr.String(), "have been reset") {
		t.Errorf("got error %v; it prints\n%s", err, stderr)
	}
}

// Without a status to compare, a reset whose answer was lost is unclear.
func TestLostAnswerToResetWithoutStatus(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	session := s.grantAccess(shopAnswers())
	session.Credentials = nil
	s.loseAnswers("/reset-credentials")
	_, err := flow.ResetCredentials(t.Context(), &session, time.Minute)
	if unclear := errorAs[*wizard.UnclearError](t, err); unclear.Check == "" {
		t.Errorf("got %+v, want how to check", unclear)
	}
}

func TestLostAnswerToReset(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	session := s.grantAccess(shopAnswers())
	s.doNothing("/reset-credentials")
	_, err := flow.ResetCredentials(t.Context(), &session, time.Minute)
	if unclear := errorAs[*wizard.UnclearError](t, err); unclear.Found == "" {
		t.Errorf("credentials that were new before: %+v", unclear)
	}
	if strings.Contains(stderr.String(), "have been reset") {
		t.Errorf("it says that it was done:\n%s", stderr)
	}

	s.override = nil
	if _, err := flow.Details(t.Context(), &session); err != nil { // they are used now
		t.Fatal(err)
	}
	used, err := flow.FindAccess(t.Context(), session.ID)
	if err != nil {
		t.Fatal(err)
	}
	s.loseAnswers("/reset-credentials")
	fresh, err := flow.ResetCredentials(t.Context(), used, time.Minute)
	if err != nil || !fresh.Credentials.AreNew() {
		t.Errorf("the reset was done: %+v, %v", fresh, err)
	}
}

// The one view of a secret is not lost without a word.
func TestLostAnswerWithASecret(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	session := s.grantAccess(shopAnswers())
	s.mu.Lock()
	s.override = func(req *http.Request) (*http.Response, bool) {
		return jsonResponse(req, 200, "null"), strings.HasSuffix(req.URL.Path, "/access-details")
	}
	s.mu.Unlock()
	_, err := flow.Details(t.Context(), &session)
	if e := errorAs[*wizard.NotShownError](t, err); e.Session != session.ID {
		t.Errorf("got %+v", e)
	}
	s.override = nil
	s.loseAnswers("/access-details")
	_, err = flow.Details(t.Context(), &session)
	if e := errorAs[*wizard.SecretLostError](t, err); e.Session != session.ID {
		t.Errorf("got %+v", e)
	}
	s.wantCalls(t, "/access-details", 2)
}

// Details that lack what the method needs may have been the only view of a secret, too.
func TestIncompleteAnswerWithASecret(t *testing.T) {
	t.Parallel()
	instructions := (*wizard.Flow).Instructions
	for name, c := range map[string]struct {
		use    func(*wizard.Flow, context.Context, *client.AccessSession) (int, error)
		answer string
	}{
		"an empty command":   {(*wizard.Flow).Connect, `{"cli":"","instructions":{"plain":"x"}}`},
		"no command":         {(*wizard.Flow).Connect, `{"link":{},"instructions":{}}`},
		"a blank command":    {(*wizard.Flow).Connect, `{"cli":" "}`},
		"an empty link":      {(*wizard.Flow).OpenLink, `{"link":{},"instructions":{}}`},
		"blank instructions": {instructions, `{"instructions":{"plain":" "}}`},
		"no instructions":    {instructions, `{"cli":"","instructions":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
			session := s.grantAccess(shopAnswers())
			s.rewrite = func(path string, body []byte) []byte {
				if strings.HasSuffix(path, "/access-details") {
					return []byte(c.answer)
				}
				return body
			}
			_, err := c.use(flow, t.Context(), &session)
			if e := errorAs[*wizard.SecretLostError](t, err); e.Session != session.ID {
				t.Errorf("got %+v", e)
			}
			if strings.Contains(stderr.String(), "shown only once") {
				t.Errorf("it prints\n%s", stderr)
			}
		})
	}
}

// If the user cancels a view of a secret, that may have used it up.
func TestCanceledViewOfASecret(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	session := s.grantAccess(shopAnswers())
	ctx, cancel := context.WithCancel(t.Context())
	s.override = func(req *http.Request) (*http.Response, bool) {
		if strings.HasSuffix(req.URL.Path, "/access-details") {
			cancel()
		}
		return nil, false
	}
	_, err := flow.Details(ctx, &session)
	if unclear := errorAs[*wizard.UnclearError](t, err); !errors.Is(unclear, context.Canceled) {
		t.Errorf("got %+v, want the reason", unclear)
	}
}
