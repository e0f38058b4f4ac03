//go:build unix

package command_test

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The programs of an access do not inherit the token.
func TestChildrenHaveNoToken(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, 10*time.Second)
	session := s.grant(shopAnswers("READ_ONLY"))
	s.setCommand("env")
	out, _ := d.useService(s.URL).mustExit(0, nil, "access", "use", session.ID, "--run")
	if !strings.Contains(out, "HOME=") || strings.Contains(out, "APONO_TOKEN=") {
		t.Errorf("the environment:\n%s", out)
	}
}

// Without a terminal, a signal that ends the program ends everything that the command of
// the access has started.
func TestSignalsEndTheProgramsOfAnAccess(t *testing.T) {
	for signal, code := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGHUP: 129, syscall.SIGINT: 130} {
		t.Run(signal.String(), func(t *testing.T) {
			d := newCLIHarness(t)
			s := newSandboxServer(t, 10*time.Second)
			session := s.grant(shopAnswers("READ_ONLY"))
			s.setCommand("sh -c 'echo $$; exec sleep 1000'; echo after")
			cmd := d.useService(s.URL).command("access", "use", session.ID, "--run")
			stdout, err := cmd.StdoutPipe()
			if err == nil {
				err = cmd.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(stdout)
			line, err := lines.ReadString('\n')
			pid, numberErr := strconv.Atoi(strings.TrimSpace(line))
			if err != nil || numberErr != nil {
				t.Fatalf("%q, %v", line, err)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			rest := make(chan string, 1)
			go func() { // until nothing that the command has started can write any more
				text, _ := io.ReadAll(lines)
				rest <- string(text)
			}()
			select {
			case text := <-rest:
				if text != "" {
					t.Errorf("it went on: %q", text)
				}
			case <-time.After(30 * time.Second):
				_ = syscall.Kill(pid, syscall.SIGKILL)
				t.Fatal("the program lives on")
			}
			_ = cmd.Wait() // its error is the exit code
			if got := cmd.ProcessState.ExitCode(); got != code {
				t.Errorf("exit code %d, want %d", got, code)
			}
		})
	}
}
