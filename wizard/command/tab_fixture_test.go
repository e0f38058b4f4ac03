package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"apono/auth"
	"apono/auth/secrets"
	"apono/client"
	"apono/render"
	"apono/wizard/command/complete"
)

// completionHarness runs the program and its completion in a folder of the
// test. The environment names the folder, so its tests must not be parallel.
type completionHarness struct {
	t   *testing.T
	env map[string]string
	// configure changes the engine before each completion request; may be nil.
	configure func(*complete.Engine)
}

func newCompletionHarness(t *testing.T, env map[string]string) *completionHarness {
	t.Helper()
	t.Setenv(auth.ConfigDirVariable, t.TempDir())
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "no-bus"))
	return &completionHarness{t: t, env: env}
}

func newSandboxHarness(t *testing.T) *completionHarness {
	t.Helper()
	return newCompletionHarness(t, map[string]string{auth.ProfileVariable: auth.SandboxProfile})
}

// app returns the program, which writes to the two buffers.
func (h *completionHarness) app(stdout, stderr *bytes.Buffer) *App {
	return &App{
		Streams:    &render.Streams{In: strings.NewReader(""), Out: stdout, Err: stderr},
		Interrupts: &Interrupts{},
		Env: func(name string) (string, bool) {
			value, ok := h.env[name]
			return value, ok
		},
	}
}

// run runs the program with any arguments, completion requests included.
func (h *completionHarness) run(args ...string) (code int, out, errOut string) {
	h.t.Helper()
	var stdout, stderr bytes.Buffer
	app := h.app(&stdout, &stderr)
	if h.configure != nil && complete.IsRequest(args) {
		engine := app.completionEngine()
		h.configure(engine)
		engine.Run(h.t.Context(), args)
	} else {
		code = app.Run(h.t.Context(), args)
	}
	return code, stdout.String(), stderr.String()
}

// mustRun runs a command that must succeed and returns its output.
func (h *completionHarness) mustRun(args ...string) string {
	h.t.Helper()
	code, out, errOut := h.run(args...)
	if code != 0 {
		h.t.Fatalf("%v exits with %d: %s", args, code, errOut)
	}
	return out
}

// ids returns the IDs of an inventory listing, by name or else by path.
func (h *completionHarness) ids(listing ...string) map[string]string {
	h.t.Helper()
	var items []struct {
		ID, Name string
		Resource struct{ Path string }
	}
	if err := json.Unmarshal([]byte(h.mustRun(append(append([]string{"inventory"}, listing...), "-o", "json")...)), &items); err != nil {
		h.t.Fatal(err)
	}
	ids := map[string]string{}
	for _, item := range items {
		ids[item.Name+item.Resource.Path] = item.ID
	}
	if len(ids) == 0 {
		h.t.Fatalf("inventory %q lists nothing", listing)
	}
	return ids
}

// complete returns what is offered for the last of words, each as the value, a
// tab and the description. Completion must never fail, print messages or offer
// files.
func (h *completionHarness) complete(words ...string) []string {
	h.t.Helper()
	code, out, errOut := h.run(append([]string{"__complete"}, words...)...)
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if code != 0 || errOut != "" {
		h.t.Errorf("%q: exits with %d and prints %q", words, code, errOut)
	}
	if last := lines[len(lines)-1]; last != ":4" && last != ":36" {
		h.t.Errorf("%q: offers files too: the directive is %q", words, last)
	}
	return lines[:len(lines)-1]
}

// offers checks that all of want are offered, in this order, among others.
func (h *completionHarness) offers(words []string, want ...string) {
	h.t.Helper()
	got := h.complete(words...)
	rest := got
	for _, line := range want {
		at := slices.Index(rest, line)
		if at < 0 {
			h.t.Errorf("%q: offers %q, which lacks %q or has it too early", words, got, line)
			return
		}
		rest = rest[at+1:]
	}
}

// offersOnly checks that exactly want is offered.
func (h *completionHarness) offersOnly(words []string, want ...string) {
	h.t.Helper()
	if got := h.complete(words...); !slices.Equal(got, want) {
		h.t.Errorf("%q: offers %q, want %q", words, got, want)
	}
}

// saveLogin stores a login in the test's folder.
func (h *completionHarness) saveLogin(name, address string, expiry time.Time, refresh string) {
	h.t.Helper()
	p := auth.Profile{Name: name, APIURL: address, AppURL: address, PortalURL: address, AccountName: "Acme"}
	token := auth.Token{Access: "a-token", Refresh: refresh, Expiry: expiry, Kind: auth.OAuth}
	if _, err := auth.NewLogins(h.dirs()).Save(h.t.Context(), p, token, secrets.PlaceFile); err != nil {
		h.t.Fatal(err)
	}
}

func (h *completionHarness) dirs() auth.Dirs {
	h.t.Helper()
	dirs, err := auth.UserDirs()
	if err != nil {
		h.t.Fatal(err)
	}
	return dirs
}

// bundleServer is a service with bundles, and nothing else.
type bundleServer struct {
	url      string
	requests atomic.Int32
}

// newBundleServer serves bundles with these names and the IDs id-0, id-1, ….
func newBundleServer(t *testing.T, names ...string) *bundleServer {
	t.Helper()
	bundles := []client.Bundle{}
	for i, name := range names {
		bundles = append(bundles, client.Bundle{ID: fmt.Sprint("id-", i), Name: name})
	}
	s := &bundleServer{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		if r.Header.Get("Authorization") != "Bearer a-token" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(client.Page[client.Bundle]{Data: bundles})
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// tokenEnv returns an environment with a token for the service at address.
func tokenEnv(address string) map[string]string {
	return map[string]string{auth.TokenVariable: "a-token", auth.APIURLVariable: address}
}
