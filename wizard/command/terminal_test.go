//go:build !windows

package command_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/wizard"
	"apono/wizard/prompt/screen"
)

// runOnScreen runs the program in a terminal.
func (d *cliHarness) runOnScreen(columns int, args ...string) (*screen.Screen, *screen.Program) {
	d.t.Helper()
	s := screen.New(d.t, columns, 60)
	return s, s.Run(d.command(args...))
}

// newSandboxHarness returns a harness whose program uses the sandbox.
func newSandboxHarness(t *testing.T) *cliHarness {
	t.Helper()
	d := newCLIHarness(t)
	d.env = append(d.env, "APONO_PROFILE=sandbox")
	return d
}

// wantExit waits for the program and checks its exit code.
func wantExit(t *testing.T, s *screen.Screen, p *screen.Program, want int) {
	t.Helper()
	if code := p.Code(); code != want {
		t.Errorf("exit code %d, want %d; on the screen is:\n%s", code, want, s.Text())
	}
}

// The guided flow leads from nothing to a query in the database.
func TestGuidedFlow(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			d := newCLIHarness(t)
			s, p := d.runOnScreen(columns, "--profile", "sandbox")
			for _, q := range [][2]string{
				{"What do you want to do?", screen.Enter}, {"Select request type", screen.Enter}, {"Who is the access for?", screen.Enter}, {"Select integration", "shop" + screen.Enter},
				{"Select resource type", screen.Enter}, {"Select permissions", screen.Enter}, {"Enter Justification", "Look into OPS-1" + screen.Enter},
				{"Select how to use access", screen.Enter},
			} {
				s.Shows("? " + q[0])
				s.Press(q[1])
				s.Lacks("? " + q[0])
			}
			s.Shows("shop>")
			s.Press("select count(*) as n from orders;\r")
			s.Shows("3000")
			s.Press("insert into orders default values;\r")
			s.Shows("READ_ONLY access cannot write")
			s.Press("select 'never", screen.CtrlC)
			s.Press("select 40+2 as answer;\r")
			s.Shows("42")
			s.Press(".quit\r")
			wantExit(t, s, p, 0)
		})
	}
}

func TestConnectWithReadWrite(t *testing.T) {
	d := newSandboxHarness(t)
	s, p := d.runOnScreen(100, "requests", "create", "-i", "sqlite/shop", "-t", "sqlite-database", "-r", "shop")
	s.Shows("? Select permissions")
	s.Press("read_w", screen.Enter)
	s.Shows("? Enter Justification", "optional")
	s.Press(screen.Enter)
	s.Shows("? Select how to use access", "✓ Select access  sqlite/shop (the only one)", "✓ AR-00001 is Active until ", "  Permissions  READ_WRITE")
	s.Press("conn", screen.Enter)
	s.Shows("shop>")
	s.Lacks("Trouble")
	s.Press("update orders set customer_id = customer_id where id = 1;\r")
	s.Shows("1 row")
	s.Press("drop table orders;\r")
	s.Shows("READ_WRITE access cannot")
	s.Press(".quit\r")
	wantExit(t, s, p, 0)

	// The second time, the credentials are masked and the program offers a reset.
	s, p = d.runOnScreen(100, "access")
	s.Shows("? Select how to use access")
	s.Press(screen.Enter)
	s.Shows("have been used, so they are masked", "? Reset the credentials?")
	s.Press(screen.Enter)
	s.Shows("have been reset", "shop>")
	s.Press(screen.CtrlD)
	wantExit(t, s, p, 0)
}

func TestMenuAndEsc(t *testing.T) {
	d := newSandboxHarness(t)
	s, p := d.runOnScreen(100)
	s.Shows("? What do you want to do?", "› Request new access", "Connect to a resource")
	s.Press(screen.Enter)
	s.Shows("? Select request type")
	s.Press(screen.Esc)
	s.Shows("? What do you want to do?")
	s.Lacks("Select request type", "✓")
	s.Press(screen.Esc)
	s.Shows("Canceled")
	wantExit(t, s, p, 130)

	s, p = d.runOnScreen(100)
	s.Shows("? What do you want to do?")
	s.Press("connect", screen.Enter)
	s.Shows("You have no access yet", "Request access with: apono requests create")
	wantExit(t, s, p, 1)
}

func TestCtrlCInAPrompt(t *testing.T) {
	for _, key := range []string{screen.CtrlC, screen.CtrlD} {
		t.Run(fmt.Sprintf("%q", key), func(t *testing.T) {
			d := newSandboxHarness(t)
			s, p := d.runOnScreen(100, "requests", "create")
			s.Shows("? Select request type")
			s.Press(screen.Enter)
			s.Shows("? Who is the access for?")
			s.Press(key)
			wantExit(t, s, p, 130)
			s.Is("✓ Select request type  Integration", "✗ Canceled")
			if out, _ := d.mustExit(0, nil, "requests", "list", "-o", "json"); strings.TrimSpace(out) != "[]" {
				t.Errorf("a request was sent: %s", out)
			}
		})
	}
}

// The terminal turns Ctrl-C into a signal.
func TestCtrlCWhileFollowing(t *testing.T) {
	d := newCLIHarness(t)
	service := newSandboxServer(t, time.Nanosecond) // no request makes progress
	answers := shopAnswers("READ_ONLY")
	s, p := d.useService(service.URL).runOnScreen(100, append([]string{"requests", "create"}, answers.Args()...)...)
	s.Shows("AR-00001 Initializing")
	s.Press(screen.CtrlC)
	s.Shows("Stopped following; the request is still in progress", "apono requests describe AR-00001")
	wantExit(t, s, p, 130)
}

func TestReplayMakesTheSameRequest(t *testing.T) {
	d := newCLIHarness(t)
	s, p := d.runOnScreen(100, "requests", "create", "--profile", "sandbox", "-i", "Playground", "-t", "SSM Parameter", "--no-wait")
	s.Shows("? Select SSM Parameter")
	s.Press(screen.Right, screen.Enter) // all of them, odd names too
	s.Shows("? Select permissions")
	s.Press(screen.Enter)
	s.Shows("? Enter duration in hours")
	s.Press("45m", screen.Enter)
	s.Shows("? Enter Justification")
	s.Press("it's $(reboot) `now` \\ \"quoted\" !!", screen.Enter)
	s.Shows("! Approvers may want to know")
	s.Press(screen.Enter)
	wantExit(t, s, p, 0)
	line := regexp.MustCompile(`apono requests create --integration [^\r\n]*`).FindString(plain(s.Written()))

	again, shell := screen.New(t, 100, 60), d.command()
	shell.Path, shell.Args = "/bin/sh", []string{"sh", "-c", line}
	wantExit(t, again, again.Run(shell), 0)

	out, _ := d.mustExit(0, nil, "requests", "list", "--profile", "sandbox", "-o", "json")
	var made []client.Request
	if err := json.Unmarshal([]byte(out), &made); err != nil || len(made) != 2 {
		t.Fatalf("requests: %s, %v", out, err)
	}
	if *made[0].Justification != *made[1].Justification || *made[0].DurationInSec != *made[1].DurationInSec ||
		len(made[0].DistinctResourceNames) != 14 || !slices.Equal(made[0].DistinctResourceNames, made[1].DistinctResourceNames) {
		t.Errorf("the requests differ:\n%+v\n%+v", made[0], made[1])
	}
}

// plain returns text without escape sequences.
func plain(text string) string {
	return regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]").ReplaceAllString(text, "")
}

func TestProgressWithPipedStdout(t *testing.T) {
	d := newCLIHarness(t)
	service := newSandboxServer(t, time.Nanosecond)
	answers := shopAnswers("READ_ONLY")
	cmd := d.useService(service.URL).command(append([]string{"requests", "create", "-o", "json", "--timeout", "2s"}, answers.Args()...)...)
	out, err := os.Create(filepath.Join(d.dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout = out
	s := screen.New(t, 100, 30)
	p := s.Run(cmd)
	s.Shows("AR-00001 Initializing")
	wantExit(t, s, p, 5)
	if text, err := os.ReadFile(out.Name()); err != nil || !json.Valid(text) || len(text) == 0 {
		t.Errorf("stdout is %q, %v", text, err)
	}
}

func TestNoColor(t *testing.T) {
	for name, change := range map[string]func(*cliHarness) []string{
		"NO_COLOR":   func(d *cliHarness) []string { d.env = append(d.env, "NO_COLOR=1"); return nil },
		"--no-color": func(*cliHarness) []string { return []string{"--no-color"} },
	} {
		t.Run(name, func(t *testing.T) {
			d := newSandboxHarness(t)
			args := change(d)
			s, p := d.runOnScreen(100, append([]string{"requests", "create", "-i", "sqlite/shop"}, args...)...)
			s.Shows("? Select resource type")
			s.Press(screen.CtrlC)
			wantExit(t, s, p, 130)
			if colors := regexp.MustCompile("\x1b\\[[0-9;]*m").FindAllString(s.Written(), -1); len(colors) > 0 {
				t.Errorf("the output has colors: %q", colors)
			}
		})
	}
}

// An app is offered only if it is installed.
func TestInstalledApps(t *testing.T) {
	for name, installed := range map[string]bool{"installed": true, "missing": false} {
		t.Run(name, func(t *testing.T) {
			d := newCLIHarness(t)
			service := newSandboxServer(t, 10*time.Second)
			session := service.grant(wizard.Answers{Integration: "postgresql/analytics-replica", ResourceType: "Database", Resources: []string{"analytics"}, Permissions: []string{"READ_ONLY"}, Justification: "OPS-1", Duration: time.Hour})
			d.useService(service.URL).onlyPrograms(installed)
			s, p := d.runOnScreen(100, "access")
			if !installed {
				s.Shows("✓ Select how to use access  Instructions (the only one)", "Password: ")
				wantExit(t, s, p, 0)
				return
			}
			s.Shows("? Select how to use access", "› Connect with app", "Instructions")
			s.Press(screen.Enter)
			s.Shows("✓ Select app  psql (the only one)", "psql has a password of 26", "--host=analytics-replica.db.acme.example")
			s.Shows("Next time, run: apono access use " + session.ID + " --client psql")
			wantExit(t, s, p, 3)
		})
	}
}

// onlyPrograms limits PATH to a shell, and if psql is true, a psql that prints its
// arguments.
func (d *cliHarness) onlyPrograms(psql bool) {
	d.t.Helper()
	bin := filepath.Join(d.dir, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		d.t.Fatal(err)
	}
	for _, name := range []string{"sh", "mkdir"} {
		for _, folder := range []string{"/bin", "/usr/bin"} {
			if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
				if err := os.Symlink(filepath.Join(folder, name), filepath.Join(bin, name)); err != nil {
					d.t.Fatal(err)
				}
				break
			}
		}
	}
	if psql {
		script := "#!/bin/sh\necho \"psql has a password of ${#PGPASSWORD}\"; echo \"$@\"; exit 3\n"
		if err := os.WriteFile(filepath.Join(bin, "psql"), []byte(script), 0o700); err != nil {
			d.t.Fatal(err)
		}
	}
	d.env = append(d.env, "PATH="+bin)
}

// BenchmarkStart measures the time from starting the program to its first prompt.
func BenchmarkStart(b *testing.B) {
	path, err := exec.LookPath("apono")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	s := screen.New(b, 100, 40)
	var spent time.Duration
	for b.Loop() {
		started := time.Now()
		cmd := exec.Command(path, "--profile", "sandbox")
		cmd.Env = append(os.Environ(), "APONO_CONFIG_DIR="+dir)
		for name, value := range programEnv(dir) {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		p := s.Run(cmd)
		s.Shows("? What do you want to do?", "Enter accepts")
		spent += time.Since(started)
		s.Press(screen.CtrlC)
		p.Code()
		s.Lacks("? What do you want to do?")
	}
	b.ReportMetric(float64(spent.Microseconds())/1000/float64(b.N), "ms/start")
}

// Ctrl-C is for the program of an access. If that ends, so does all of the command; if it
// goes on, so does the command. Every POSIX shell of this machine must do so.
func TestCtrlCEndsTheWholeCommand(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command string
		shows   string
		after   string // typed after Ctrl-C
		code    int
		lacks   string
	}{
		"several programs": {"sh -c 'echo one; exec sleep 100'; echo two", "one", "", 130, "two"},
		"a loop":           {"for i in 1 2 3; do sh -c \"echo n$i; exec sleep 100\"; done", "n1", "", 130, "n2"},
		"a subshell":       {"(sh -c 'echo one; exec sleep 100'; echo in); echo two", "one", "", 130, "two"},
		"a pipe":           {"sh -c 'echo one; exec sleep 100' | cat; echo two", "one", "", 130, "two"},
		"goes on":          {`sh -c 'trap "exit 4" INT; echo one; while :; do sleep 0.02; done'; echo code$?; exit 7`, "one", "", 7, "two"},
	} {
		for _, shell := range []string{"sh", "dash", "bash", "busybox"} {
			path, err := exec.LookPath(shell)
			if err != nil {
				continue
			}
			t.Run(name+"/"+shell, func(t *testing.T) {
				d := newCLIHarness(t)
				bin := t.TempDir()
				script := "#!/bin/sh\nexec " + path + ` "$@"` + "\n"
				if shell == "busybox" {
					script = "#!/bin/sh\nexec " + path + ` sh "$@"` + "\n"
				}
				if err := os.WriteFile(filepath.Join(bin, "sh"), []byte(script), 0o755); err != nil {
					t.Fatal(err)
				}
				d.env = append(d.env, "PATH="+bin+":"+os.Getenv("PATH"))
				server := newSandboxServer(t, 10*time.Second)
				session := server.grant(shopAnswers("READ_ONLY"))
				server.setCommand(c.command)
				s, p := d.useService(server.URL).runOnScreen(80, "access", "use", session.ID, "--run")
				s.Shows(c.shows)
				s.Press("\x03" + c.after)
				wantExit(t, s, p, c.code)
				s.Lacks(c.lacks)
			})
		}
	}
}
