package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"apono/wizard/command/explain"

	"github.com/google/shlex"
	"github.com/spf13/cobra"
)

// exampleExits returns the exit codes of the examples that cannot succeed without
// a terminal or a login.
func exampleExits() map[string]int {
	return map[string]int{
		"apono":                                   explain.ExitLogin,
		"apono --profile sandbox":                 explain.ExitUsage, // prompts
		"apono access":                            explain.ExitLogin,
		"apono access --profile sandbox":          explain.ExitUsage, // prompts
		"apono requests create --profile sandbox": explain.ExitUsage, // prompts
		"apono review --profile sandbox-approver": explain.ExitUsage, // prompts
		"apono logout work":                       explain.ExitUsage, // no such profile
		"apono profiles delete work":              explain.ExitUsage,
	}
}

// cannotRun returns why a test cannot run an example; "" if it can.
func cannotRun(line string) string {
	switch {
	case !strings.HasPrefix(line, "apono"):
		return "is for a shell, or for Tab"
	case strings.Contains(line, " ID"):
		return "has a placeholder"
	case strings.Contains(line, ">") || strings.Contains(line, "<"):
		return "is for a shell"
	case strings.HasPrefix(line, "apono login"):
		return "opens a browser"
	case strings.HasPrefix(line, "apono sandbox serve"), strings.HasPrefix(line, "apono requests wait"), strings.Contains(line, " --watch"):
		return "does not end"
	case strings.HasPrefix(line, "apono completion"):
		return "changes a shell's configuration"
	}
	return ""
}

func TestEveryExampleWorks(t *testing.T) {
	lines := map[string]bool{}
	forEachCommand(t, func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			// Some end in an explanation, after spaces.
			line, _, _ = strings.Cut(strings.TrimSpace(line), "   ")
			lines[line] = cannotRun(line) == ""
		}
	})
	seeded := newAppHarness(t)
	seeded.seed()
	tried := 0
	for line, runs := range lines {
		if !runs {
			continue
		}
		tried++
		t.Run(line, func(t *testing.T) {
			s := newAppHarness(t)
			if err := os.CopyFS(s.dir, os.DirFS(seeded.dir)); err != nil {
				t.Fatal(err)
			}
			t.Chdir(s.dir)
			args, err := shlex.Split(line)
			if err != nil {
				t.Fatal(err)
			}
			if code, _, stderr := s.run(args[1:]...); code != exampleExits()[line] {
				t.Errorf("exit code %d: %s", code, stderr)
			}
		})
	}
	if tried < 40 {
		t.Errorf("only %d examples can run", tried)
	}
}

// seed creates what the examples mention: requests, an alias, a file, and a home
// directory without logins of the official tool.
func (s *appHarness) seed() {
	s.t.Helper()
	s.t.Setenv("HOME", s.dir)
	s.t.Setenv("USERPROFILE", s.dir)
	for _, what := range []string{
		"-i sqlite/shop -t sqlite-database -r shop -p READ_ONLY",
		"-i mysql/billing-production -t mysql-database -r invoices -p READ_ONLY",
		"-i gcp-organization/acme.example -t gcp-project -r acme-web-prod -p roles/viewer",
	} {
		s.mustRun(strings.Fields("requests create --profile sandbox --duration 1h --justification test " + what)...)
	}
	s.mustRun("tokens", "create", "old", "--profile", "sandbox")
	s.mustRun("alias", "set", "oncall-db", `requests create --bundle "Checkout on call" --profile sandbox`)
	if err := os.WriteFile(filepath.Join(s.dir, "aliases.yaml"), []byte("recent: requests list --days 1\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
}
