package command

import (
	"slices"
	"strings"
	"testing"

	"apono/wizard/command/explain"

	"github.com/spf13/cobra"
)

func TestEveryCommandHasHelp(t *testing.T) {
	t.Parallel()
	forEachCommand(t, func(cmd *cobra.Command) {
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s has the short help %q", cmd.CommandPath(), cmd.Short)
		}
		if cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		if top := cmd.HasParent() && !cmd.Parent().HasParent(); top && cmd.GroupID == "" && !cmd.Hidden {
			t.Errorf("%s is in no group", cmd.CommandPath())
		}
	})
}

// Every command reports wrong flags and arguments in a few lines on stderr.
func TestEveryCommandRejectsBadUsage(t *testing.T) {
	s := newAppHarness(t)
	rejects := func(args ...string) {
		code, out, stderr := s.run(args...)
		if code != explain.ExitUsage || out != "" {
			t.Errorf("%q exits with %d; stdout is %q", args, code, out)
		}
		if n := strings.Count(stderr, "\n"); n < 2 || n > 4 {
			t.Errorf("%q prints %d lines: %s", args, n, stderr)
		}
	}
	forEachCommand(t, func(cmd *cobra.Command) {
		path := commandPath(cmd)
		if cmd.Name() == "help" {
			rejects("help", "no-such-command")
			return
		}
		rejects(append(path, "--no-such-flag")...)
		if strings.Contains(cmd.Use, "...") {
			return // takes any number of arguments
		}
		arguments := strings.Count(cmd.Use, " ")
		rejects(append(path, slices.Repeat([]string{"surplus"}, arguments+1)...)...)
	})
}

func TestMisspelledWordsGetSuggestions(t *testing.T) {
	s := newAppHarness(t)
	s.mustRun("alias", "set", "oncall-db", "requests list")
	for _, c := range []struct{ typed, suggestion string }{
		{"reqests", "apono requests"},
		{"Requests", "apono requests"},
		{"inv", "apono inventory"},
		{"oncal-db", "apono oncall-db"},
		{"acess-details", "apono access-details"}, // hidden, but nothing else is similar
		{"exit-code", "apono exit-codes"},
		{"requests creat", "apono requests create"},
		{"requests descripe", "apono requests describe"},
		{"access reset", "apono access reset-credentials"},
		{"inventory resorces", "apono inventory resources"},
		{"alias remov", "apono alias --help"},
		{"sandbox aprove", "apono sandbox approve"},
		{"help requests lst", "apono requests list"},
		{"help exitcodes", "apono exit-codes"},
		{"help oncal-db", "apono oncall-db"},
		{"requests create --integraton x", "--integration"},
		{"requests list --day 3", "--days"},
		{"search x --requestible", "--requestable"},
		{"--profil x", "--profile"},
	} {
		s.mustFail(explain.ExitUsage, []string{c.suggestion}, strings.Fields(c.typed)...)
	}
}

func TestHelpTopics(t *testing.T) {
	s := newAppHarness(t)
	main := s.mustRun("--help")
	for _, name := range []string{"exit-codes", "environment", "legacy", "apono help TOPIC", "apono alias list"} {
		if !strings.Contains(main, name) {
			t.Errorf("the main help does not name %s", name)
		}
	}
	for _, name := range []string{"integrations", "access-details"} {
		if strings.Contains(main, "\n  "+name) {
			t.Errorf("the main help lists %s, which is a legacy command", name)
		}
	}
	for _, topic := range []string{"exit-codes", "environment", "legacy"} {
		text := s.mustRun("help", topic)
		if strings.Contains(text, "Usage:") || s.mustRun(topic) != text || s.mustRun(topic, "--help") != text {
			t.Errorf("%s differs between help, the command and --help, or prints a usage", topic)
		}
	}
	if got, want := s.mustRun("help", "requests", "create"), s.mustRun("requests", "create", "--help"); got != want {
		t.Errorf("help prints\n%s, and --help\n%s", got, want)
	}
}

func TestHelpForAlias(t *testing.T) {
	s := newAppHarness(t)
	s.mustRun("alias", "set", "recent", "requests list --days 1")
	if text := s.mustRun("help", "recent"); !strings.Contains(text, "apono requests list --days 1") {
		t.Errorf("help prints %q", text)
	}
	if text := s.mustRun("recent", "--help"); !strings.Contains(text, "apono requests list [flags]") {
		t.Errorf("--help prints %q", text)
	}
}

func TestEveryExitCodeIsDocumented(t *testing.T) {
	t.Parallel()
	documented := map[string]string{}
	for _, row := range exitCodesTopic().rows {
		documented[row.name] = row.meaning
	}
	for name, code := range constants(t, "wizard/command/explain/codes.go", "Exit") {
		if documented[code] == "" {
			t.Errorf("%s is %s, which help exit-codes does not list", name, code)
		}
		delete(documented, code)
	}
	if len(documented) > 0 {
		t.Errorf("help exit-codes lists unknown codes: %v", documented)
	}
}

func TestEveryLegacyCommandIsDocumented(t *testing.T) {
	t.Parallel()
	var names []string
	for _, row := range legacyTopic().rows {
		names = append(names, strings.Fields(row.name)[1])
	}
	forEachCommand(t, func(cmd *cobra.Command) {
		if cmd.Hidden && cmd.HasParent() && !cmd.Parent().HasParent() && !slices.Contains(names, cmd.Name()) {
			t.Errorf("help legacy does not list %s", cmd.Name())
		}
	})
	for _, row := range legacyTopic().rows {
		for _, line := range []string{row.name, row.meaning} {
			if strings.HasPrefix(line, "apono ") {
				checkCommandLine(t, line)
			}
		}
	}
}
