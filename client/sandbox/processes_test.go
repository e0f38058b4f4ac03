package sandbox

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox/connect"
	"apono/client/sandbox/permission"
)

// The environment variables that make this test binary a child process.
const (
	processDir     = "SANDBOX_TEST_DIR"
	processSession = "SANDBOX_TEST_SESSION" // the session to view; empty: create requests
)

// processReport is what a child process prints.
type processReport struct {
	Requests []string
	Secret   string
}

const requestsPerProcess = 5

// TestChildProcess is not a test: other tests run it in child processes.
func TestChildProcess(t *testing.T) {
	dir := os.Getenv(processDir)
	if dir == "" {
		t.Skip("only runs as a child process of other tests")
	}
	s, err := Open(t.Context(), instantOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sb := &sandboxFixture{Sandbox: s, t: t, api: newClient(t, s.Transport())}
	var report processReport
	if id := os.Getenv(processSession); id != "" {
		report.Secret = password(t, sb.details(id))
	} else {
		n := sb.shopRequest(permission.ReadOnly)
		for range requestsPerProcess {
			report.Requests = append(report.Requests, sb.create(n)...)
			must(sb.api.Requests(t.Context(), client.RequestQuery{}))(t)
		}
	}
	line, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("REPORT %s\n", line)
}

// instantOptions returns options with the real clock and requests that are active
// at once.
func instantOptions(dir string) Options {
	const now = time.Nanosecond
	return Options{Dir: dir, Lifecycle: Lifecycle{Initializing: now, Pending: now, Granting: now, Revoking: now, Resetting: now}}
}

// runProcesses runs n processes on dir at the same time and returns their reports.
func runProcesses(t *testing.T, n int, dir, session string) []processReport {
	t.Helper()
	reports := make([]processReport, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChildProcess$", "-test.v")
			cmd.Env = append(os.Environ(), processDir+"="+dir, processSession+"="+session)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("process %d: %v\n%s", i, err, out)
				return
			}
			_, rest, _ := strings.Cut(string(out), "REPORT ")
			line, _, _ := strings.Cut(rest, "\n")
			if err := json.Unmarshal([]byte(line), &reports[i]); err != nil {
				t.Errorf("process %d printed %q: %v", i, out, err)
			}
		})
	}
	group.Wait()
	return reports
}

func TestProcessesShareASandbox(t *testing.T) {
	dir := t.TempDir()
	const n = 6
	seen := map[string]bool{}
	for _, report := range runProcesses(t, n, dir, "") {
		for _, id := range report.Requests {
			if seen[id] {
				t.Errorf("%s was created twice", id)
			}
			seen[id] = true
		}
	}
	s := must(Open(t.Context(), instantOptions(dir)))(t)
	defer s.Close()
	api := newClient(t, s.Transport())
	if got := must(api.Requests(t.Context(), client.RequestQuery{}))(t); len(got) != n*requestsPerProcess || len(seen) != len(got) {
		t.Errorf("%d requests are stored and %d were created, want %d", len(got), len(seen), n*requestsPerProcess)
	}
	if got := must(api.AccessSessions(t.Context(), client.SessionQuery{}))(t); len(got) != n*requestsPerProcess {
		t.Errorf("%d sessions for %d requests", len(got), n*requestsPerProcess)
	}
}

func TestOnlyOneProcessGetsTheSecret(t *testing.T) {
	dir := t.TempDir()
	s := must(Open(t.Context(), instantOptions(dir)))(t)
	defer s.Close()
	sb := &sandboxFixture{Sandbox: s, t: t, api: newClient(t, s.Transport())}
	id := sb.create(sb.shopRequest(permission.ReadOnly))[0]
	sb.wantStatus(id, client.StatusActive)
	session := must(sb.api.AccessSessions(t.Context(), client.SessionQuery{}))(t)[0]
	got := 0
	for _, report := range runProcesses(t, 6, dir, session.ID) {
		if report.Secret != connect.Mask {
			got++
			if _, err := sb.login(session.ID, report.Secret); err != nil {
				t.Error(err)
			}
		}
	}
	if got != 1 {
		t.Errorf("%d processes got the secret", got)
	}
}
