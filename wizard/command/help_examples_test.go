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

// exampleEnds is how an example ends where nobody can be asked, or where there
// is nothing to do; the others end well.
func exampleEnds() map[string]int {
	return map[string]int{
		"apono":                                   explain.ExitLogin,
		"apono --profile sandbox":                 explain.ExitUsage, // asks
		"apono access":                            explain.ExitLogin,
		"apono access --profile sandbox":          explain.ExitUsage, // asks
		"apono requests create --profile sandbox": explain.ExitUsage, // asks
		"apono logout work":                       explain.ExitUsage, // there is no profile work
		"apono profiles delete work":              explain.ExitUsage,
	}
}

// elsewhere says why an example cannot be tried here; empty where it can.
func elsewhere(line string) string {
	switch {
	case !strings.HasPrefix(line, "apono"):
		return "is for a shell, or for Tab"
	case strings.Contains(line, " ID"):
		return "has a placeholder"
	case strings.Contains(line, ">") || strings.Contains(line, "<"):
		return "is for a shell"
	case strings.HasPrefix(line, "apono login"):
		return "opens a browser"
	case strings.HasPrefix(line, "apono sandbox serve"):
		return "goes on for ever"
	case strings.HasPrefix(line, "apono completion"):
		return "changes a shell's configuration"
	}
	return ""
}

func TestEveryExampleWorks(t *testing.T) {
	lines := map[string]bool{}
	everyCommand(t, func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			// Some say what they do, behind a gap.
			line, _, _ = strings.Cut(strings.TrimSpace(line), "   ")
			lines[line] = elsewhere(line) == ""
		}
	})
	furnished := newSeat(t)
	furnished.furnish()
	tried := 0
	for line, here := range lines {
		if !here {
			continue
		}
		tried++
		t.Run(line, func(t *testing.T) {
			s := newSeat(t)
			if err := os.CopyFS(s.dir, os.DirFS(furnished.dir)); err != nil {
				t.Fatal(err)
			}
			t.Chdir(s.dir)
			args, err := shlex.Split(line)
			if err != nil {
				t.Fatal(err)
			}
			if code, _, said := s.types(args[1:]...); code != exampleEnds()[line] {
				t.Errorf("it ends with %d: %s", code, said)
			}
		})
	}
	if tried < 40 {
		t.Errorf("only %d examples can be tried", tried)
	}
}

// furnish makes what examples speak of: requests, an alias, a file; and a home
// without another tool's logins.
func (s *seat) furnish() {
	s.t.Helper()
	s.t.Setenv("HOME", s.dir)
	s.t.Setenv("USERPROFILE", s.dir)
	for _, what := range []string{
		"-i sqlite/shop -t sqlite-database -r shop -p READ_ONLY",
		"-i mysql/billing-production -t mysql-database -r invoices -p READ_ONLY",
		"-i gcp-organization/acme.example -t gcp-project -r acme-web-prod -p roles/viewer",
	} {
		s.works(strings.Fields("requests create --profile sandbox --duration 1h --justification test " + what)...)
	}
	s.works("alias", "set", "oncall-db", `requests create --bundle "Checkout on call" --profile sandbox`)
	if err := os.WriteFile(filepath.Join(s.dir, "aliases.yaml"), []byte("recent: requests list --days 1\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
}
