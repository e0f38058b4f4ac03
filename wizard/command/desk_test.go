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
	"apono/render"
	"apono/wizard"
)

const secretToken = "token-that-nobody-may-see"

// desk is where the program is started: a folder of its own, no keyring, and a
// service that the environment names.
type desk struct {
	t   *testing.T
	dir string
	env []string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	t.Parallel()
	dir := t.TempDir()
	return &desk{t: t, dir: dir, env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "APONO_CONFIG_DIR=" + dir, "TERM=xterm-256color",
		"DBUS_SESSION_BUS_ADDRESS=" + noKeyring(dir), "TMPDIR=" + os.TempDir(), "GORACE=" + endAtOnce,
	}}
}

// at points the desk at a service.
func (d *desk) at(url string) *desk {
	d.env = append(d.env, "APONO_TOKEN="+secretToken, "APONO_API_URL="+url)
	return d
}

// command is the program with arguments, not started yet.
func (d *desk) command(args ...string) *exec.Cmd {
	d.t.Helper()
	path, err := exec.LookPath("apono")
	if err != nil {
		d.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Dir = d.env, d.dir
	return cmd
}

// types runs the program without a terminal.
func (d *desk) types(stdin string, args ...string) (code int, out, said string) {
	d.t.Helper()
	cmd := d.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err := cmd.Run()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		d.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// wants runs the program and holds its exit code and what it says.
func (d *desk) wants(code int, says []string, args ...string) (out, said string) {
	d.t.Helper()
	got, out, said := d.types("", args...)
	if got != code {
		d.t.Errorf("%q ends with %d, want %d:\n%s%s", args, got, code, out, said)
	}
	for _, text := range says {
		if !strings.Contains(said, text) {
			d.t.Errorf("%q does not say %q:\n%s", args, text, said)
		}
	}
	if strings.Contains(out+said, secretToken) {
		d.t.Errorf("%q shows the token:\n%s%s", args, out, said)
	}
	return out, said
}

// served is a sandbox behind a real port, whose answers a test can change.
type served struct {
	*httptest.Server
	t   *testing.T
	box *sandbox.Sandbox

	mu     sync.Mutex
	stands http.HandlerFunc // answers in the sandbox's place, where it is not nil
	cli    string           // the command of every access, where it is not empty
	posts  int
}

// newServed opens a sandbox whose clock moves on by step at every look.
func newServed(t *testing.T, step time.Duration) *served {
	t.Helper()
	var mu sync.Mutex
	now := time.Now()
	box, err := sandbox.Open(t.Context(), sandbox.Options{
		Dir: t.TempDir(), Program: []string{"apono"},
		Now: func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			now = now.Add(step)
			return now
		},
		Authenticate: func(token string) (string, bool) { return sandbox.DemoUser, token == secretToken },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	s := &served{t: t, box: box}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// instead has something else answer, apart from dry runs.
func (s *served) instead(stands http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stands = stands
}

// runs makes command the command of every access.
func (s *served) runs(command string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cli = command
}

// ServeHTTP implements http.Handler.
func (s *served) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	stands, cli := s.stands, s.cli
	create := r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/access-requests")
	if create {
		s.posts++
	}
	s.mu.Unlock()
	if stands != nil && (create || r.Method == http.MethodGet) {
		stands(w, r)
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
	_ = json.NewEncoder(w).Encode(d) // whoever asked may have gone
}

// grant asks for something and has it granted.
func (s *served) grant(answers wizard.Answers) client.AccessSession {
	s.t.Helper()
	api, err := client.New(client.Config{BaseURL: s.URL, Tokens: client.StaticToken(secretToken)})
	if err != nil {
		s.t.Fatal(err)
	}
	flow := &wizard.Flow{Client: api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
	out, err := flow.Request(context.Background(), answers, wizard.RequestOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	found, err := api.AccessSessions(context.Background(), client.SessionQuery{RequestIDs: []string{out.Requests[0].ID}})
	if err != nil || len(found) != 1 {
		s.t.Fatalf("granted are %+v, %v", found, err)
	}
	return found[0]
}

func shopAnswers(permission string) wizard.Answers {
	return wizard.Answers{Integration: "sqlite/shop", ResourceType: "sqlite-database", Resources: []string{"shop"}, Permissions: []string{permission}, Duration: time.Hour, Justification: "OPS-1"}
}
