package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"apono/client/wait"
)

const sessionJSON = `{"user":{"id":"u"},"account":{"id":"a"},"settings":{}}`

// failFirst returns a handler that responds with fail to the first requests,
// and successfully from then on.
func failFirst(times int, fail http.HandlerFunc) (*counter, http.HandlerFunc) {
	c := &counter{}
	return c, func(w http.ResponseWriter, r *http.Request) {
		defer c.leave()
		if c.enter() <= times {
			fail(w, r)
			return
		}
		respond(w, http.StatusOK, sessionJSON)
	}
}

func respondStatus(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		respond(w, code, `{"message":"failed"}`)
	}
}

func dropConnection(w http.ResponseWriter, _ *http.Request)    { hangUp(w) }
func truncatedResponse(w http.ResponseWriter, _ *http.Request) { truncateBody(w, sessionJSON) }
func htmlPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	w.Write([]byte("<html>Sign in</html>"))
}

// temporaryFailures returns the failures after which a read is retried.
func temporaryFailures() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"429": respondStatus(429), "429 with Retry-After": respondStatus(429, "Retry-After", "3"),
		"500": respondStatus(500), "502": respondStatus(502), "503": respondStatus(503), "504": respondStatus(504),
		"dropped": dropConnection, "truncated": truncatedResponse, "HTML page": htmlPage,
	}
}

func TestReadsAreRetried(t *testing.T) {
	for name, fail := range temporaryFailures() {
		t.Run(name, func(t *testing.T) {
			seen, handler := failFirst(maxTries-1, fail)
			user, err := newTestServer(t, handler).client.UserSession(t.Context())
			if err != nil || user.User.ID != "u" {
				t.Errorf("%v, %v", user, err)
			}
			if seen.count() != maxTries {
				t.Errorf("%d requests", seen.count())
			}
		})
		t.Run(name+" forever", func(t *testing.T) {
			seen, handler := failFirst(1000, fail)
			_, err := newTestServer(t, handler).client.UserSession(t.Context())
			if e := asError(t, err); !e.Temporary() {
				t.Errorf("%v is not temporary", e)
			}
			if seen.count() != maxTries {
				t.Errorf("%d requests, want %d", seen.count(), maxTries)
			}
		})
	}
}

func TestRefusalsAreNotRetried(t *testing.T) {
	for _, code := range []int{400, 401, 403, 404, 405, 409, 410, 422, 501} {
		seen, handler := failFirst(1000, respondStatus(code))
		_, err := newTestServer(t, handler).client.UserSession(t.Context())
		if e := asError(t, err); e.Status != code || e.Temporary() || seen.count() != 1 {
			t.Errorf("%d: %v after %d requests", code, e, seen.count())
		}
	}
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%T %v is not an *Error", err, err)
	}
	return e
}

func TestRetryAfterIsObserved(t *testing.T) {
	in7 := time.Now().Add(7 * time.Second).UTC().Format(http.TimeFormat)
	past := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
	for _, c := range []struct {
		name, header string
		requests     int
		least, most  time.Duration // of each wait
	}{
		{"seconds", "3", maxTries, 3 * time.Second, 3 * time.Second},
		{"date", in7, maxTries, 4 * time.Second, 7 * time.Second},
		{"the longest", "20", maxTries, maxRetryAfter, maxRetryAfter},
		{"too long", "21", 1, 0, 0},
		{"overflowing", "99999999999999", maxTries, 0, 5 * time.Second},
		{"zero", "0", maxTries, 0, 5 * time.Second},
		{"negative", "-5", maxTries, 0, 5 * time.Second},
		{"past", past, maxTries, 0, 5 * time.Second},
		{"not a number", "soon", maxTries, 0, 5 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen, handler := failFirst(1000, respondStatus(429, "Retry-After", c.header))
			s := newTestServer(t, handler)
			_, err := s.client.UserSession(t.Context())
			asError(t, err)
			if seen.count() != c.requests || len(s.clock.slept) != c.requests-1 {
				t.Fatalf("%d requests, waits %v", seen.count(), s.clock.slept)
			}
			for _, d := range s.clock.slept {
				if d < c.least || d > c.most || d <= 0 {
					t.Errorf("waits %v", s.clock.slept)
				}
			}
		})
	}
}

func TestRetryAfterIsReported(t *testing.T) {
	_, handler := failFirst(1000, respondStatus(429, "Retry-After", "90"))
	_, err := newTestServer(t, handler).client.UserSession(t.Context())
	if e := asError(t, err); e.RetryAfter != 90*time.Second || e.Status != 429 {
		t.Errorf("%+v", e)
	}
}

// A 429 delays every other call too, also those that create something.
func TestThrottleIsShared(t *testing.T) {
	var seen counter
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		defer seen.leave()
		if seen.enter() == 1 {
			respondStatus(429, "Retry-After", "9")(w, r)
			return
		}
		respond(w, http.StatusCreated, `{"request_ids":["r"]}`)
	})
	if _, err := s.client.CreateRequest(t.Context(), NewRequest{}); err == nil {
		t.Fatal("no error for a 429")
	}
	if len(s.clock.slept) != 0 {
		t.Errorf("waited %v after a call that is not retried", s.clock.slept)
	}
	if _, err := s.client.CreateRequest(t.Context(), NewRequest{}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.clock.slept, []time.Duration{9 * time.Second}) {
		t.Errorf("the next call waited %v", s.clock.slept)
	}
	if _, err := s.client.CreateRequest(t.Context(), NewRequest{}); err != nil || len(s.clock.slept) != 1 {
		t.Errorf("%v, waited %v: the throttle does not end", err, s.clock.slept)
	}
}

func TestCanceled(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		seen, handler := failFirst(0, nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := newTestServer(t, handler).client.UserSession(ctx); !errors.Is(err, context.Canceled) || seen.count() != 0 {
			t.Errorf("%v after %d requests", err, seen.count())
		}
	})
	for name, write := range map[string]string{"before the response": "", "in the body": `{"user":`} {
		t.Run("while the server hangs "+name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
				if write != "" {
					respond(w, http.StatusOK, write)
					w.(http.Flusher).Flush()
				}
				cancel()
				<-r.Context().Done()
			})
			if _, err := s.client.UserSession(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("in the body of an error", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
			respond(w, http.StatusInternalServerError, `{"message":`)
			w.(http.Flusher).Flush()
			cancel()
			<-r.Context().Done()
		})
		if _, err := s.client.UserSession(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

func TestCanceledWhileWaiting(t *testing.T) {
	t.Run("between two tries", func(t *testing.T) {
		seen, handler := failFirst(1000, respondStatus(503))
		s := newTestServer(t, handler)
		ctx, cancel := context.WithCancel(t.Context())
		s.client.clock.sleep = func(ctx context.Context, _ time.Duration) error {
			cancel()
			return wait.Sleep(ctx, time.Hour)
		}
		if _, err := s.client.UserSession(ctx); !errors.Is(err, context.Canceled) || seen.count() != 1 {
			t.Errorf("%v after %d requests", err, seen.count())
		}
	})
	t.Run("throttled", func(t *testing.T) {
		seen, handler := failFirst(0, nil)
		s := newTestServer(t, handler)
		s.client.throttle.until = s.clock.now().Add(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		s.client.clock.sleep = func(ctx context.Context, _ time.Duration) error {
			cancel()
			return wait.Sleep(ctx, time.Hour)
		}
		if _, err := s.client.UserSession(ctx); !errors.Is(err, context.Canceled) || seen.count() != 0 {
			t.Errorf("%v after %d requests", err, seen.count())
		}
		if len(s.client.slots) != 0 {
			t.Error("the slot was not released")
		}
	})
	t.Run("waiting for a slot", func(t *testing.T) {
		seen, handler := failFirst(0, nil)
		s := newTestServer(t, handler)
		for range maxConcurrent {
			s.client.slots <- struct{}{}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.client.UserSession(ctx); !errors.Is(err, context.Canceled) || seen.count() != 0 {
			t.Errorf("%v after %d requests", err, seen.count())
		}
	})
}

// roundTrip is a function that implements http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestEveryAttemptHasADeadline(t *testing.T) {
	var deadlines int
	cl, err := New(Config{BaseURL: "https://service.example", Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if at, ok := r.Context().Deadline(); ok && time.Until(at) <= attemptTimeout {
			deadlines++
		}
		return nil, context.DeadlineExceeded
	})})
	if err != nil {
		t.Fatal(err)
	}
	cl.clock.sleep = func(context.Context, time.Duration) error { return nil }
	_, err = cl.UserSession(t.Context())
	if e := asError(t, err); e.Status != 0 || !errors.Is(e, context.DeadlineExceeded) || deadlines != 1 {
		t.Errorf("%v; %d attempts had a deadline", err, deadlines)
	}
}

func TestSleep(t *testing.T) {
	if err := wait.Sleep(t.Context(), time.Nanosecond); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := wait.Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestUntrustedCertificateIsNotRetried(t *testing.T) {
	seen, handler := failFirst(0, nil)
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = discardLogger()
	server.StartTLS()
	defer server.Close()
	cl, err := New(Config{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	cl.clock.sleep = func(context.Context, time.Duration) error { t.Error("retried"); return nil }
	if _, err := cl.UserSession(t.Context()); err == nil || asError(t, err).Temporary() || seen.count() != 0 {
		t.Errorf("%v", err)
	}
}
