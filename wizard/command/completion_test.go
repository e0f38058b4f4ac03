package command

import (
	"context"
	"strings"
	"testing"

	"apono/wizard/command/complete"
	"apono/wizard/command/explain"
)

func TestCompletionPrintsTheScript(t *testing.T) {
	h := newCompletionHarness(t, nil)
	for _, name := range complete.ShellNames() {
		shell, err := complete.ShellNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		if out := h.mustRun("completion", name); out != shell.Script(true) {
			t.Errorf("%s: printed %q", name, out)
		}
		if out := h.mustRun("completion", name, "--no-descriptions"); !strings.Contains(out, "__complete-"+name+"-bare ") {
			t.Errorf("%s without descriptions: printed %q", name, out)
		}
	}
	h.env = map[string]string{"SHELL": "/bin/fish"}
	if out := h.mustRun("completion"); !strings.HasPrefix(out, "# fish completion") {
		t.Errorf("for $SHELL it printed %q", out)
	}
}

func TestCompletionUsageErrors(t *testing.T) {
	h := newCompletionHarness(t, map[string]string{"SHELL": "/bin/fish"})
	for _, args := range [][]string{{"completion", "tcsh"}, {"completion", ""}, {"completion", "bash", "zsh"}, {"completion", "--install", "--uninstall"}} {
		if code, out, _ := h.run(args...); code != explain.ExitUsage || out != "" {
			t.Errorf("%q: exits with %d and prints %q", args, code, out)
		}
	}
}

func TestCompletionFlags(t *testing.T) {
	t.Parallel()
	type flags struct {
		shell                                           string
		detectShell, install, uninstall, noDescriptions bool
	}
	for line, want := range map[string]flags{
		"":                                 {detectShell: true},
		"zsh":                              {shell: "zsh"},
		"--install":                        {detectShell: true, install: true},
		"fish --uninstall":                 {shell: "fish", uninstall: true},
		"bash --install --no-descriptions": {shell: "bash", install: true, noDescriptions: true},
	} {
		var got flags
		cmd := newCompletionCmd(newTestFactory(t), func(_ context.Context, o *completionOptions) error {
			got = flags{o.shell, o.detectShell, o.install, o.uninstall, o.noDescriptions}
			return nil
		})
		cmd.SetArgs(strings.Fields(line))
		if err := cmd.ExecuteContext(t.Context()); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if got != want {
			t.Errorf("%q: got %+v, want %+v", line, got, want)
		}
	}
}
