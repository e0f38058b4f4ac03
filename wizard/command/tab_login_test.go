package command

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"apono/auth"
	"apono/wizard/command/complete"
)

func TestTabIsQuietWithoutALogin(t *testing.T) {
	h := newCompletionHarness(t, nil)
	for _, words := range [][]string{
		{"requests", "create", "-i", ""}, {"requests", "create", "-b", ""}, {"requests", "describe", ""}, {"access", "use", ""},
		{"requests", "create", "--profile", "unknown", "-b", ""}, {"no", "such", "command", ""},
	} {
		h.offersOnly(words)
	}
	if left, _ := os.ReadDir(h.dirs().Config); len(left) > 0 {
		t.Errorf("completion created %v", left)
	}
}

func TestTabLeavesADamagedConfigurationAlone(t *testing.T) {
	h := newCompletionHarness(t, nil)
	folder := h.dirs().Config
	if err := os.WriteFile(filepath.Join(folder, "config.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.offersOnly([]string{"requests", "create", "-b", ""})
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 || left[0].Name() != "config.json" {
		t.Errorf("the folder contains %v, %v, want only the damaged file", left, err)
	}
}

func TestTabIsQuietIfTheServiceRefusesTheToken(t *testing.T) {
	server := newBundleServer(t, "plain")
	env := tokenEnv(server.url)
	env[auth.TokenVariable] = "another-token"
	newCompletionHarness(t, env).offersOnly([]string{"requests", "create", "-b", ""})
	if n := server.requests.Load(); n != 1 {
		t.Errorf("the service was asked %d times, want once", n)
	}
}

// newHangingServer returns the address of a service that never answers, and a
// channel that has a value for each request.
func newHangingServer(t *testing.T) (address string, arrived <-chan struct{}) {
	t.Helper()
	requests, ended := make(chan struct{}, 8), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		requests <- struct{}{}
		<-ended
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(ended) })
	return server.URL, requests
}

func TestTabGivesUpInTime(t *testing.T) {
	address, arrived := newHangingServer(t)
	h := newCompletionHarness(t, tokenEnv(address))
	h.configure = func(e *complete.Engine) { e.Limit = 300 * time.Millisecond }
	h.offersOnly([]string{"requests", "create", "-b", ""})
	if len(arrived) == 0 {
		t.Error("the service was not asked")
	}
	if _, out, errOut := h.run("__complete-zsh", "80", "", "requests", "create", "-b"); out+errOut != "" {
		t.Errorf("zsh gets %q and %q", out, errOut)
	}
}

func TestTabEndsWithItsContext(t *testing.T) {
	address, _ := newHangingServer(t)
	h := newCompletionHarness(t, tokenEnv(address))
	var out bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code := h.app(&out, &out).Run(ctx, []string{"__complete", "requests", "create", "-b", ""})
	if code != 0 || out.String() != ":4\n" && out.String() != ":36\n" {
		t.Errorf("exits with %d and prints %q", code, out.String())
	}
}

// A refresh token works once. A process that may end at its limit must not use
// it.
func TestTabRenewsLoginsInAnotherProcess(t *testing.T) {
	renewals := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		renewals <- r.URL.Path
		w.WriteHeader(http.StatusInternalServerError)
	}))
	t.Cleanup(server.Close)
	newExpired := func(t *testing.T, address string) *completionHarness {
		t.Helper()
		h := newCompletionHarness(t, nil)
		h.saveLogin("default", address, time.Now().Add(-time.Hour), "works-once")
		return h
	}
	ended := make(chan struct{})
	close(ended)
	bundles := []string{"requests", "create", "-b", ""}

	t.Run("the renewal takes too long", func(t *testing.T) {
		h := newExpired(t, server.URL)
		started := make(chan string, 1)
		h.configure = func(e *complete.Engine) {
			e.Limit = 300 * time.Millisecond
			e.StartRenewal = func(profile string) (<-chan struct{}, error) {
				started <- profile
				return make(chan struct{}), nil
			}
		}
		h.offersOnly(bundles)
		if profile := <-started; profile != "default" || len(renewals) > 0 {
			t.Errorf("renewed %q in another process, and sent %d requests from this one", profile, len(renewals))
		}
	})
	t.Run("the renewal fails", func(t *testing.T) {
		h := newExpired(t, server.URL)
		h.configure = func(e *complete.Engine) {
			e.StartRenewal = func(string) (<-chan struct{}, error) { return ended, nil }
		}
		h.offersOnly(bundles)
		if len(renewals) > 0 {
			t.Errorf("sent a request to %s from this process", <-renewals)
		}
	})
	t.Run("the renewal succeeds", func(t *testing.T) {
		service := newBundleServer(t, "plain")
		h := newExpired(t, service.url)
		h.configure = func(e *complete.Engine) {
			e.StartRenewal = func(profile string) (<-chan struct{}, error) {
				h.saveLogin(profile, service.url, time.Now().Add(time.Hour), "another")
				return ended, nil
			}
		}
		h.offersOnly(bundles, "plain\tid-0")
	})
	t.Run("the other process", func(t *testing.T) {
		h := newExpired(t, server.URL)
		if code, out, errOut := h.run("__complete-renew", "default"); code != 0 || out+errOut != "" {
			t.Errorf("exits with %d and prints %q", code, out+errOut)
		}
		if path := <-renewals; path != "/oauth/token" {
			t.Errorf("sent a request to %s", path)
		}
	})
}
