package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox"
	"apono/client/sandbox/login"
	"apono/render"
	"apono/wizard"
)

const secretToken = "a-token-that-must-not-be-printed"

// cliHarness starts the whole program, in a folder of its own and without a
// keyring.
type cliHarness struct {
	t   *testing.T
	dir string
	env []string
}

// homeDir returns a folder for a user's files. A process that fills the catalog may still
// write into it when the test ends, so it is deleted as soon as that is possible.
func homeDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "apono-home")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 100 {
			if os.RemoveAll(dir) == nil {
				return
			}
		}
	})
	return dir
}

func newCLIHarness(t *testing.T) *cliHarness {
	t.Helper()
	t.Parallel()
	return newWaitingHarness(t)
}

// newWaitingHarness is newCLIHarness for a test that runs beside others anyway.
func newWaitingHarness(t *testing.T) *cliHarness {
	t.Helper()
	dir := t.TempDir()
	d := &cliHarness{t: t, dir: dir, env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "APONO_CONFIG_DIR=" + dir, "TERM=xterm-256color",
		"TMPDIR=" + os.TempDir(),
	}}
	for name, value := range programEnv(homeDir(t)) {
		d.env = append(d.env, name+"="+value)
	}
	return d
}

// useService sets the service and a token for it.
func (d *cliHarness) useService(url string) *cliHarness {
	d.env = append(d.env, "APONO_TOKEN="+secretToken, "APONO_API_URL="+url)
	return d
}

// command returns the program with arguments, not yet started.
func (d *cliHarness) command(args ...string) *exec.Cmd {
	d.t.Helper()
	path, err := exec.LookPath("apono")
	if err != nil {
		d.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Dir = d.env, d.dir
	return cmd
}

// run runs the program without a terminal.
func (d *cliHarness) run(stdin string, args ...string) (code int, out, stderr string) {
	d.t.Helper()
	cmd := d.command(args...)
	var outBuffer, errBuffer bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &outBuffer, &errBuffer
	err := cmd.Run()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		d.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), outBuffer.String(), errBuffer.String()
}

// mustExit runs the program, which must exit with code and print all of texts to
// stderr.
func (d *cliHarness) mustExit(code int, texts []string, args ...string) (out, stderr string) {
	d.t.Helper()
	got, out, stderr := d.run("", args...)
	if got != code {
		d.t.Errorf("%q exits with %d, want %d:\n%s%s", args, got, code, out, stderr)
	}
	for _, text := range texts {
		if !strings.Contains(stderr, text) {
			d.t.Errorf("%q does not print %q:\n%s", args, text, stderr)
		}
	}
	if strings.Contains(out+stderr, secretToken) {
		d.t.Errorf("%q prints the token:\n%s%s", args, out, stderr)
	}
	return out, stderr
}

// sandboxServer serves a sandbox over HTTP. A test can change its responses.
type sandboxServer struct {
	*httptest.Server
	t   *testing.T
	box *sandbox.Sandbox
	// tokens keeps the personal tokens of the sandbox.
	tokens *login.Server

	mu      sync.Mutex
	respond http.HandlerFunc // if not nil, responds instead of the sandbox
	cli     string           // if not empty, the command of every access
	posts   int              // requests to create something
	user    string           // the ID of the token's user
}

// newSandboxServer starts a sandbox whose clock advances by step whenever it is
// read.
func newSandboxServer(t *testing.T, step time.Duration) *sandboxServer {
	t.Helper()
	var mu sync.Mutex
	now := time.Now()
	s := &sandboxServer{t: t, user: sandbox.DemoUser}
	dir := t.TempDir()
	tokens, err := login.Open(t.Context(), login.Options{Dir: dir, AccountID: sandbox.AccountID, Users: []login.User{{ID: sandbox.DemoUser}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tokens.Close() })
	box, err := sandbox.Open(t.Context(), sandbox.Options{
		Dir: dir, Program: []string{"apono"}, PersonalTokens: tokens.PersonalTokensOf,
		Now: func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			now = now.Add(step)
			return now
		},
		Authenticate: func(token string) (string, bool) {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.user, token == secretToken
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	s.box, s.tokens = box, tokens
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// respondWith replaces the sandbox's responses, except to dry runs.
func (s *sandboxServer) respondWith(respond http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.respond = respond
}

// actAs makes the token that of another user.
func (s *sandboxServer) actAs(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user = user
}

// setCommand sets the command of every access.
func (s *sandboxServer) setCommand(command string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cli = command
}

// ServeHTTP implements http.Handler.
func (s *sandboxServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	respond, cli := s.respond, s.cli
	create := r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/access-requests")
	if create {
		s.posts++
	}
	s.mu.Unlock()
	if respond != nil && (create || r.Method == http.MethodGet) {
		respond(w, r)
		return
	}
	if cli == "" || !strings.HasSuffix(r.URL.Path, "/access-details") {
		s.box.Handler().ServeHTTP(w, r)
		return
	}
	kept := httptest.NewRecorder()
	s.box.Handler().ServeHTTP(kept, r)
	var d map[string]any
	if err := json.Unmarshal(kept.Body.Bytes(), &d); err != nil {
		s.t.Error(err)
	}
	d["cli"] = cli
	_ = json.NewEncoder(w).Encode(d) // the client may have disconnected
}

// client returns a client of the service.
func (s *sandboxServer) client() *client.Client {
	s.t.Helper()
	api, err := client.New(client.Config{BaseURL: s.URL, Tokens: client.StaticToken(secretToken)})
	if err != nil {
		s.t.Fatal(err)
	}
	return api
}

// makeFavorite makes a request a favorite.
func (s *sandboxServer) makeFavorite(id string) {
	s.t.Helper()
	if _, err := s.client().SetFavorite(context.Background(), id, true); err != nil {
		s.t.Fatal(err)
	}
}

// grant requests access, waits for the grant, and returns the session.
func (s *sandboxServer) grant(answers wizard.Answers) client.AccessSession {
	s.t.Helper()
	api := s.client()
	flow := &wizard.Flow{Client: api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
	out, err := flow.Request(context.Background(), answers, wizard.RequestOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	found, err := api.AccessSessions(context.Background(), client.SessionQuery{RequestIDs: []string{out.Requests[0].ID}})
	if err != nil || len(found) != 1 {
		s.t.Fatalf("granted sessions: %+v, %v", found, err)
	}
	return found[0]
}

// requestReview requests what an approver must approve, and returns the request's ID.
func (s *sandboxServer) requestReview() string {
	s.t.Helper()
	api, err := client.New(client.Config{BaseURL: s.URL, Tokens: client.StaticToken(secretToken)})
	if err != nil {
		s.t.Fatal(err)
	}
	flow := &wizard.Flow{Client: api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
	answers := wizard.Answers{Integration: "mysql/billing-production", ResourceType: "mysql-database", Resources: []string{"ledger"}, Permissions: []string{"READ_ONLY"}, Duration: time.Hour, Justification: "OPS-2"}
	out, err := flow.Request(context.Background(), answers, wizard.RequestOptions{})
	if err != nil || len(out.Requests) != 1 {
		s.t.Fatalf("got %+v and error %v", out, err)
	}
	return out.Requests[0].ID
}

func shopAnswers(permission string) wizard.Answers {
	return wizard.Answers{Integration: "sqlite/shop", ResourceType: "sqlite-database", Resources: []string{"shop"}, Permissions: []string{permission}, Duration: time.Hour, Justification: "OPS-1"}
}
