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
)

// The variables that make this test binary one process of many.
const (
	processDir     = "SANDBOX_TEST_DIR"
	processSession = "SANDBOX_TEST_SESSION" // view this session; empty: make requests
)

// said is what one process reports.
type said struct {
	Requests []string
	Secret   string
}

const requestsEach = 5

// TestOneProcess is not a test of its own: it is what the others start.
func TestOneProcess(t *testing.T) {
	dir := os.Getenv(processDir)
	if dir == "" {
		t.Skip("only started by other tests")
	}
	s, err := Open(t.Context(), quick(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := &box{Sandbox: s, t: t, api: newClient(t, s.Transport())}
	var report said
	if id := os.Getenv(processSession); id != "" {
		report.Secret = password(t, b.details(id))
	} else {
		ask := b.shop(ReadOnly)
		for range requestsEach {
			report.Requests = append(report.Requests, b.create(ask)...)
			must(b.api.Requests(t.Context(), client.RequestQuery{}))(t)
		}
	}
	line, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("SAID %s\n", line)
}

// quick is a sandbox on the real clock whose requests are active at once.
func quick(dir string) Options {
	const now = time.Nanosecond
	return Options{Dir: dir, Lifecycle: Lifecycle{Initializing: now, Pending: now, Granting: now, Revoking: now, Resetting: now}}
}

// processes runs n processes at once on dir and returns what they said.
func processes(t *testing.T, n int, dir, session string) []said {
	t.Helper()
	reports := make([]said, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOneProcess$", "-test.v")
			cmd.Env = append(os.Environ(), processDir+"="+dir, processSession+"="+session)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("process %d: %v\n%s", i, err, out)
				return
			}
			_, rest, _ := strings.Cut(string(out), "SAID ")
			line, _, _ := strings.Cut(rest, "\n")
			if err := json.Unmarshal([]byte(line), &reports[i]); err != nil {
				t.Errorf("process %d said %q: %v", i, out, err)
			}
		})
	}
	group.Wait()
	return reports
}

func TestProcessesShareANewSandbox(t *testing.T) {
	dir := t.TempDir()
	const n = 6
	seen := map[string]bool{}
	for _, report := range processes(t, n, dir, "") {
		for _, id := range report.Requests {
			if seen[id] {
				t.Errorf("%s was made twice", id)
			}
			seen[id] = true
		}
	}
	s := must(Open(t.Context(), quick(dir)))(t)
	defer s.Close()
	api := newClient(t, s.Transport())
	if got := must(api.Requests(t.Context(), client.RequestQuery{}))(t); len(got) != n*requestsEach || len(seen) != len(got) {
		t.Errorf("%d requests are stored, %d were made, want %d", len(got), len(seen), n*requestsEach)
	}
	if got := must(api.AccessSessions(t.Context(), client.SessionQuery{}))(t); len(got) != n*requestsEach {
		t.Errorf("%d sessions for %d requests", len(got), n*requestsEach)
	}
}

func TestOneOfManyProcessesGetsTheSecret(t *testing.T) {
	dir := t.TempDir()
	s := must(Open(t.Context(), quick(dir)))(t)
	defer s.Close()
	b := &box{Sandbox: s, t: t, api: newClient(t, s.Transport())}
	id := b.create(b.shop(ReadOnly))[0]
	b.wants(id, client.StatusActive)
	session := must(b.api.AccessSessions(t.Context(), client.SessionQuery{}))(t)[0]
	got := 0
	for _, report := range processes(t, 6, dir, session.ID) {
		if report.Secret != mask {
			got++
			if _, err := b.login(session.ID, report.Secret); err != nil {
				t.Error(err)
			}
		}
	}
	if got != 1 {
		t.Errorf("%d processes were shown the secret", got)
	}
}
