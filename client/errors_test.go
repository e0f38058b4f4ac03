package client

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestErrorsHaveTheServicesMessage(t *testing.T) {
	long := strings.Repeat("é", 5000)
	for _, c := range []struct {
		name, kind, body string
		message, code    string
		malformed        bool
	}{
		{"message", "application/json", `{"message":"No such request"}`, "No such request", "", false},
		{"message and code", "application/json", `{"message":"No","code":"NOT_FOUND"}`, "No", "NOT_FOUND", false},
		{"numeric code", "application/json", `{"message":"No","code":42}`, "No", "42", false},
		{"null code", "application/json", `{"message":"No","code":null}`, "No", "", false},
		{"error is a string", "application/json", `{"error":"Forbidden"}`, "Forbidden", "", false},
		{"message before error", "application/json", `{"error":"Not Found","message":"No bundle x","status":404}`, "No bundle x", "", false},
		{"empty message, error", "application/json", `{"message":"","error":"Gone"}`, "Gone", "", false},
		{"error is an object", "application/json", `{"error":{"message":"No","code":"E1"}}`, "No", "E1", false},
		{"list of messages", "application/json", `{"message":["a is missing","b is wrong"]}`, "a is missing; b is wrong", "", false},
		{"list of errors", "application/json", `{"errors":[{"message":"a"},{"detail":"b"},{}]}`, "a; b", "", false},
		{"OAuth", "application/json", `{"error":"invalid_token","error_description":"The token has expired"}`, "The token has expired", "", false},
		{"problem details", "application/problem+json", `{"title":"Wrong","detail":"Too long","status":422}`, "Too long", "", false},
		{"problem details with only a title", "application/problem+json", `{"title":"Wrong"}`, "Wrong", "", false},
		{"gateway", "application/json", `{"Message":"User is not authorized"}`, "User is not authorized", "", false},
		{"JSON string", "application/json", `"nope"`, "nope", "", false},
		{"list of strings", "application/json", `["one","two"]`, "one; two", "", false},
		{"JSON number", "application/json", `7`, "", "", false},
		{"null", "application/json", `null`, "", "", false},
		{"other JSON", "application/json", `{"status":404}`, "", "", false},
		{"text", "text/plain", " upstream is down\n", "upstream is down", "", false},
		{"text after JSON", "text/plain", `{"message":"a"} trailing`, `{"message":"a"} trailing`, "", false},
		{"empty", "", "", "", "", false},
		{"HTML", "text/html; charset=utf-8", "<!doctype html><h1>502</h1>", "", "", true},
		{"HTML with another content type", "text/plain", "\n <html><body>blocked</body></html>", "", "", true},
		{"truncated JSON", "application/json", `{"message":"No su`, `{"message":"No su`, "", false},
		{"long text", "text/plain", long, long[:300] + "…", "", false},
		{"long message", "application/json", `{"message":"` + long + `"}`, long[:2000] + "…", "", false},
		{"cut inside a character", "text/plain", "x" + long, "x" + long[:298] + "…", "", false},
		{"not UTF-8", "text/plain", "caf\xe9", "caf\uFFFD", "", false},
		{"huge", "application/json", `{"message":"` + strings.Repeat("x", 3*maxErrorBody) + `"}`, `{"message":"` + strings.Repeat("x", 288) + "…", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.WriteHeader(http.StatusNotFound)
				w.Write([]byte(c.body))
			})
			_, err := s.client.Request(t.Context(), "r1")
			e := asError(t, err)
			if e.Status != http.StatusNotFound || e.Message != c.message || e.Code != c.code || e.Malformed != c.malformed {
				t.Errorf("status %d, message %.350q, code %q, malformed %v", e.Status, e.Message, e.Code, e.Malformed)
			}
			if !utf8.ValidString(e.Message) {
				t.Error("not UTF-8")
			}
			if e.Method != http.MethodGet || e.Path != requests+"/r1" || e.Host != strings.TrimPrefix(s.URL, "http://") {
				t.Errorf("call %s %s at %s", e.Method, e.Path, e.Host)
			}
		})
	}
}

func TestErrorsHaveARequestID(t *testing.T) {
	for _, c := range []struct {
		headers []string
		id      string
	}{
		{nil, ""},
		{[]string{"X-Request-Id", "a"}, "a"},
		{[]string{"X-Correlation-Id", "b"}, "b"},
		{[]string{"X-Amzn-Trace-Id", "c"}, "c"},
		{[]string{"X-Amzn-Trace-Id", "c", "X-Request-Id", "a"}, "a"},
	} {
		_, handler := failFirst(1000, respondStatus(400, c.headers...))
		_, err := newTestServer(t, handler).client.UserSession(t.Context())
		if e := asError(t, err); e.RequestID != c.id {
			t.Errorf("%v: request ID %q", c.headers, e.RequestID)
		}
	}
}

func TestMalformedResponses(t *testing.T) {
	for _, c := range []struct {
		name, kind, body string
		cause            bool
	}{
		{"empty", "application/json", "", true},
		{"truncated", "application/json", `{"user":{"id":`, true},
		{"wrong type", "application/json", `{"user":[]}`, true},
		{"text", "text/plain", "hello", true},
		{"HTML", "text/html", "<html></html>", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.Write([]byte(c.body))
			})
			_, err := s.client.UserSession(t.Context())
			if e := asError(t, err); e.Status != 200 || !e.Malformed || (e.Err != nil) != c.cause {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestResponseTooLarge(t *testing.T) {
	var seen counter
	s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) {
		defer seen.leave()
		seen.enter()
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range maxBody>>20 + 8 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	_, err := s.client.UserSession(t.Context())
	if e := asError(t, err); !errors.Is(e, errTooLarge) || !e.Malformed || seen.count() != 1 {
		t.Errorf("%v after %d requests", err, seen.count())
	}
}

// An error keeps its status even if its body is truncated.
func TestErrorWithTruncatedBody(t *testing.T) {
	var seen counter
	s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) {
		defer seen.leave()
		seen.enter()
		w.Header().Set("Content-Length", "1000")
		respond(w, http.StatusForbidden, `{"message":"you may n`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	_, err := s.client.UserSession(t.Context())
	if e := asError(t, err); e.Status != http.StatusForbidden || seen.count() != 1 {
		t.Errorf("%v after %d requests", err, seen.count())
	}
}

func TestNoResponse(t *testing.T) {
	s := newTestServer(t, func(http.ResponseWriter, *http.Request) {})
	s.Close()
	_, err := s.client.UserSession(t.Context())
	e := asError(t, err)
	if e.Status != 0 || e.Err == nil || errors.Unwrap(e) != e.Err || !e.Temporary() || e.Host == "" {
		t.Errorf("%+v", e)
	}
	if strings.Contains(e.Error(), "the-token") {
		t.Errorf("the error contains the token: %v", e)
	}
}

func TestErrorText(t *testing.T) {
	cause := errors.New("broken pipe")
	for want, e := range map[string]*Error{
		"GET /x: 404 Not Found: gone":      {Method: "GET", Path: "/x", Status: 404, Message: "gone"},
		"POST /x: broken pipe":             {Method: "POST", Path: "/x", Err: cause},
		"GET /x: 502 Bad Gateway":          {Method: "GET", Path: "/x", Status: 502, Malformed: true},
		"GET /x: 200 OK: bad: broken pipe": {Method: "GET", Path: "/x", Status: 200, Message: "bad", Err: cause},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
