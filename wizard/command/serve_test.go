//go:build unix

package command_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// elsewhere returns a harness with another home for the same service.
func (d *cliHarness) elsewhere() *cliHarness {
	dir := d.t.TempDir()
	env := slices.DeleteFunc(slices.Clone(d.env), func(one string) bool {
		return strings.HasPrefix(one, "HOME=") || strings.HasPrefix(one, "APONO_CONFIG_DIR=")
	})
	return &cliHarness{t: d.t, dir: dir, env: append(env, "HOME="+dir, "APONO_CONFIG_DIR="+dir)}
}

// served is a sandbox that is served until it is stopped.
type served struct {
	cmd     *exec.Cmd
	address string
	stderr  *bufio.Reader
}

func (d *cliHarness) serve() *served {
	d.t.Helper()
	s := &served{cmd: d.command("sandbox", "serve", "--addr", "127.0.0.1:0")}
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	s.stderr = bufio.NewReader(stderr)
	if err := s.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	line, err := s.stderr.ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(line), "http://")
	if err != nil || !ok {
		d.t.Fatalf("%q, %v", line, err)
	}
	s.address = address
	return s
}

// stop ends it as Ctrl-C does, and returns its exit code and what else it printed.
func (s *served) stop(t *testing.T) (code int, printed string) {
	t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(s.stderr)
	if err != nil {
		t.Error(err)
	}
	_ = s.cmd.Wait() // its error is the exit code
	return s.cmd.ProcessState.ExitCode(), string(rest)
}

func TestServe(t *testing.T) {
	d := newCLIHarness(t)
	server := d.serve()

	_, stderr := d.mustExit(2, []string{"Cannot listen on " + server.address, "--addr 127.0.0.1:0"}, "sandbox", "serve", "--addr", server.address)
	if strings.Contains(stderr, "bind") {
		t.Errorf("it prints the system call:\n%s", stderr)
	}

	// The command of the database works for a user with another home.
	token, _ := d.mustExit(0, nil, "sandbox", "token")
	other := d.elsewhere()
	other.env = append(other.env, "APONO_TOKEN="+strings.TrimSpace(token), "APONO_API_URL=http://"+server.address)
	other.mustExit(0, nil, "requests", "create", "-i", "sqlite/shop", "-t", "sqlite-database", "-r", "shop", "-p", "READ_ONLY", "-j", "x")
	command, _ := other.mustExit(0, nil, "access", "use", "AR-00001", "-o", "cli")
	shell := exec.Command("/bin/sh", "-c", strings.TrimSpace(command)+" -c 'select count(*) from orders'")
	shell.Env = other.env
	out, err := shell.CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "3000" {
		t.Errorf("%s: %v\n%s", command, err, out)
	}

	code, printed := server.stop(t)
	if code != 130 || strings.Contains(printed, "✗") || strings.Contains(printed, "Cancel") {
		t.Errorf("Ctrl-C: exit code %d\n%s", code, printed)
	}
}

// A folder without a sandbox is not filled with one.
func TestSandboxSQLInAnotherFolder(t *testing.T) {
	d := newCLIHarness(t)
	d.env = append(d.env, "APONO_SANDBOX_PASSWORD=x")
	d.mustExit(2, []string{"There is no sandbox in"}, "sandbox", "sql", "--session", "x", "--dir", d.dir+"/none")
	if _, err := os.Stat(d.dir + "/none"); err == nil {
		t.Error("the folder was created")
	}
}
