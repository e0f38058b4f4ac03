//go:build !windows

package command_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"apono/wizard/prompt/screen"
)

// runShell runs an interactive shell in a terminal, in the folder that is returned. In
// it, $APONO is the program.
func runShell(t *testing.T) (s *screen.Screen, folder string) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	program := newSandboxHarness(t).command()
	shell := exec.CommandContext(t.Context(), bash, "--norc", "-i")
	shell.Env = append(slices.Clone(program.Env), "PS1=ready ", "APONO="+program.Path)
	shell.Dir = program.Dir
	s = screen.New(t, 100, 40)
	s.Run(shell)
	s.Shows("ready")
	return s, shell.Dir
}

// TestSuspend stops the program at a question, as Ctrl-Z and kill do, and continues it
// with the shell's fg. Between them the terminal is the shell's.
func TestSuspend(t *testing.T) {
	s, _ := runShell(t)
	s.Press(`"$APONO"` + screen.Enter)
	s.Shows("› Request new access")
	s.Press(screen.Enter)
	s.Shows("? Select request type")
	for range 2 {
		s.Press("\x1a")
		s.Shows("Stopped")
		s.Lacks("? Select request type")
		s.Press("clear; echo echoed-$((1 + 1))\r")
		s.Shows("echoed-2")
		s.Press("clear; fg\r")
		s.Shows("? Select request type")
	}
	s.Press(screen.Esc) // removes the answered question, but not what the shell wrote
	s.Shows(`"$APONO"`, "? What do you want to do?")
	s.Press(screen.CtrlC)
	s.Shows("Canceled")
}

// TestSignalAtAPrompt ends the program at a question. The terminal is as it was before.
func TestSignalAtAPrompt(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(fmt.Sprint(signal), func(t *testing.T) {
			s, folder := runShell(t)
			s.Press("stty -g >before; bash -c 'echo $$ >pid; exec \"$APONO\"'; echo \"code-$?\"; stty -g | cmp - before && echo restored" + screen.Enter)
			s.Shows("› Request new access")
			text, err := os.ReadFile(filepath.Join(folder, "pid"))
			if err != nil {
				t.Fatal(err)
			}
			pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			if err := syscall.Kill(pid, signal); err != nil {
				t.Fatal(err)
			}
			s.Shows(fmt.Sprintf("code-%d", 128+int(signal)), "\nrestored")
			s.Lacks("goroutine")
		})
	}
}

// TestBackgroundJobIsNotStopped waits for a service in the background of a shell. The
// program must not touch the terminal there, or the system stops it.
func TestBackgroundJobIsNotStopped(t *testing.T) {
	s, _ := runShell(t)
	s.Press(`"$APONO" requests create -i sqlite/shop -t sqlite-table -r shop/orders -p READ_ONLY -j OPS-1 >out.txt & wait $!; echo "code-$?"` + screen.Enter)
	s.Shows("AR-00001 is Active", "code-0")
}

// TestEscReturnsToTheWelcomeQuestion chooses the sandbox and changes its mind.
func TestEscReturnsToTheWelcomeQuestion(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			s, p := newCLIHarness(t).runOnScreen(columns)
			s.Shows("? You are not logged in", "› Log in to Apono")
			s.Press(screen.Down, screen.Enter)
			s.Shows("? What do you want to do?")
			s.Press(screen.Esc)
			s.Shows("? You are not logged in", "› Log in to Apono")
			s.Lacks("Request new access")
			s.Press(screen.Esc)
			wantExit(t, s, p, 130)
		})
	}
}

// TestGuidedFlowWithPlainLines makes a request without a line being redrawn.
func TestGuidedFlowWithPlainLines(t *testing.T) {
	t.Parallel()
	for _, variable := range []string{"TERM=dumb", "APONO_ACCESSIBLE=1"} {
		t.Run(variable, func(t *testing.T) {
			d := newSandboxHarness(t)
			d.env = append(d.env, variable)
			s, p := d.runOnScreen(80)
			for _, q := range [][2]string{
				{"Number, words to filter, or back:", "1"}, {"Select request type", "1"}, {"Who is the access for?", "1"}, {"Select integration", "9"},
				{"Select resource type", "1"}, {"Select permissions", "1"}, {"Enter Justification, optional:", "Look into OPS-1"}, {"Select how to use access", "2"},
			} {
				s.Shows(q[0])
				s.Press(q[1] + "\r")
			}
			s.Shows("AR-00001 is Active")
			wantExit(t, s, p, 0)
		})
	}
}

// TestAccessibleSetting turns plain lines on for good.
func TestAccessibleSetting(t *testing.T) {
	d := newSandboxHarness(t)
	d.mustExit(0, nil, "config", "set", "accessible", "true")
	d.mustExit(0, nil, "config", "set", "accessible.hints", "false")
	s, p := d.runOnScreen(80)
	s.Shows("What do you want to do? (3 options)", "  1. Request new access", "Number:")
	s.Lacks("words to filter")
	s.Press("back\r")
	wantExit(t, s, p, 130)
}

// TestSelectAccessShowsWhatEachAllows lists accesses with their permissions and the
// time left.
func TestSelectAccessShowsWhatEachAllows(t *testing.T) {
	d := newSandboxHarness(t)
	for _, request := range [][]string{{"sqlite/shop", "sqlite-table", "shop/orders"}, {"aws-account/Playground", "aws-account-s3-bucket", "playground-scratch"}} {
		d.mustExit(0, nil, "requests", "create", "-i", request[0], "-t", request[1], "-r", request[2], "-p", "READ_ONLY", "-d", "9m", "-j", "OPS-1")
	}
	s, p := d.runOnScreen(100, "access")
	s.Shows("? Select access", "READ_ONLY on shop/orders", "READ_ONLY on playground-scratch", " left")
	s.Press(screen.Esc)
	wantExit(t, s, p, 130)
}
