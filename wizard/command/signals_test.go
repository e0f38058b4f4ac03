//go:build !windows

package command_test

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Every signal that ends the program makes it stop following, and exit with the signal's code.
// The request goes on.
func TestEndSignals(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(fmt.Sprint(signal), func(t *testing.T) {
			d := newCLIHarness(t)
			answers := shopAnswers("READ_ONLY")
			cmd := d.useService(newSandboxServer(t, time.Nanosecond).URL).command(append([]string{"requests", "create"}, answers.Args()...)...)
			stderr, err := cmd.StderrPipe()
			if err == nil {
				err = cmd.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(stderr)
			for line := ""; !strings.Contains(line, "AR-00001 Initializing"); {
				if line, err = lines.ReadString('\n'); err != nil {
					t.Fatalf("the request is not followed: %v", err)
				}
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(lines)
			if err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != 128+int(signal) || !strings.Contains(string(rest), "Stopped following") {
				t.Errorf("exit code %d, stderr\n%s", code, rest)
			}
		})
	}
}
