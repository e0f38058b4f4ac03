package command

import (
	"slices"
	"strings"
	"testing"

	"apono/wizard/command/explain"

	"github.com/spf13/cobra"
)

func TestEveryCommandTeaches(t *testing.T) {
	t.Parallel()
	everyCommand(t, func(cmd *cobra.Command) {
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s is described as %q", cmd.CommandPath(), cmd.Short)
		}
		if cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		if top := cmd.HasParent() && !cmd.Parent().HasParent(); top && cmd.GroupID == "" && !cmd.Hidden {
			t.Errorf("%s is in no group of the main help", cmd.CommandPath())
		}
	})
}

// What cannot be meant is said in a few lines on stderr, at every level.
func TestEveryCommandRefusesWhatCannotBeMeant(t *testing.T) {
	s := newSeat(t)
	refuses := func(args ...string) {
		code, out, said := s.types(args...)
		if code != explain.ExitUsage || out != "" {
			t.Errorf("%q ends with %d; stdout has %q", args, code, out)
		}
		if n := strings.Count(said, "\n"); n < 2 || n > 4 {
			t.Errorf("%q is told %d lines: %s", args, n, said)
		}
	}
	everyCommand(t, func(cmd *cobra.Command) {
		path := words(cmd)
		if cmd.Name() == "help" {
			refuses("help", "no-such-command")
			return
		}
		refuses(append(path, "--no-such-flag")...)
		if strings.Contains(cmd.Use, "...") {
			return // takes any number of arguments
		}
		arguments := strings.Count(cmd.Use, " ")
		refuses(append(path, slices.Repeat([]string{"surplus"}, arguments+1)...)...)
	})
}

func TestMisspeltWordsGetTheNearest(t *testing.T) {
	s := newSeat(t)
	s.works("alias", "set", "oncall-db", "requests list")
	for _, c := range []struct{ typed, nearest string }{
		{"reqests", "apono requests"},
		{"Requests", "apono requests"},
		{"inv", "apono inventory"},
		{"oncal-db", "apono oncall-db"},
		{"acess-details", "apono access-details"}, // hidden, and nothing else is near
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
		s.fails(explain.ExitUsage, []string{c.nearest}, strings.Fields(c.typed)...)
	}
}

func TestHelpNamesTheTopics(t *testing.T) {
	s := newSeat(t)
	main := s.works("--help")
	for _, name := range []string{"exit-codes", "environment", "legacy", "apono help TOPIC", "apono alias list"} {
		if !strings.Contains(main, name) {
			t.Errorf("the main help does not name %s", name)
		}
	}
	for _, name := range []string{"integrations", "access-details"} {
		if strings.Contains(main, "\n  "+name) {
			t.Errorf("the main help lists %s, which is for old scripts", name)
		}
	}
	for _, topic := range []string{"exit-codes", "environment", "legacy"} {
		text := s.works("help", topic)
		if strings.Contains(text, "Usage:") || s.works(topic) != text || s.works(topic, "--help") != text {
			t.Errorf("%s reads differently from place to place, or as a command", topic)
		}
	}
	if got, want := s.works("help", "requests", "create"), s.works("requests", "create", "--help"); got != want {
		t.Errorf("help on a command is\n%s, and --help\n%s", got, want)
	}
}

func TestHelpSaysWhatAnAliasStandsFor(t *testing.T) {
	s := newSeat(t)
	s.works("alias", "set", "recent", "requests list --days 1")
	if text := s.works("help", "recent"); !strings.Contains(text, "apono requests list --days 1") {
		t.Errorf("help says %q", text)
	}
	if text := s.works("recent", "--help"); !strings.Contains(text, "apono requests list [flags]") {
		t.Errorf("--help says %q", text)
	}
}

func TestEveryExitCodeIsExplained(t *testing.T) {
	t.Parallel()
	explained := map[string]string{}
	for _, row := range exitCodesTopic().rows {
		explained[row.name] = row.meaning
	}
	for name, code := range constants(t, "wizard/command/explain/codes.go", "Exit") {
		if explained[code] == "" {
			t.Errorf("%s is %s, which help exit-codes does not explain", name, code)
		}
		delete(explained, code)
	}
	if len(explained) > 0 {
		t.Errorf("these are no exit codes: %v", explained)
	}
}

func TestEveryLegacyCommandIsListed(t *testing.T) {
	t.Parallel()
	var names []string
	for _, row := range legacyTopic().rows {
		names = append(names, strings.Fields(row.name)[1])
	}
	everyCommand(t, func(cmd *cobra.Command) {
		if cmd.Hidden && cmd.HasParent() && !cmd.Parent().HasParent() && !slices.Contains(names, cmd.Name()) {
			t.Errorf("help legacy does not list %s", cmd.Name())
		}
	})
	for _, row := range legacyTopic().rows {
		for _, line := range []string{row.name, row.meaning} {
			if strings.HasPrefix(line, "apono ") {
				leadsToCommand(t, line)
			}
		}
	}
}
