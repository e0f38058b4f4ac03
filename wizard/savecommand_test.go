package wizard_test

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"apono/render"
	"apono/wizard"
	"apono/wizard/command/alias"
)

// A user pastes the line that saves a request into a shell, and uses the alias
// later. That makes the same request.
func TestRealShellsSaveTheSameRequest(t *testing.T) {
	t.Parallel()
	for shell, catcher := range wizard.ArgPrinters {
		path, err := exec.LookPath(shell)
		if err != nil {
			continue
		}
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			rapid.Check(t, func(t *rapid.T) {
				var script strings.Builder
				var want [][]string
				script.WriteString(catcher)
				for _, a := range rapid.SliceOfN(wizard.AnyAnswers(), 1, 20).Draw(t, "answers") {
					if shell == "fish" && wizard.HasFishPrivateUse(a) {
						continue
					}
					script.WriteString(a.SaveCommand("work $1", render.POSIX) + "\n")
					want = append(want, append(append([]string{"requests", "create"}, a.Args()...), "--profile", "work $1"))
				}
				said := bytes.Split(wizard.RunScript(t, path, dir, script.String()), []byte{0})
				for i, request := range want {
					if got := savedRequest(t, said[i*4:i*4+4]); !slices.Equal(got, request) {
						t.Fatalf("%s saves\n%q, want\n%q, from\n%s", shell, got, request, script.String())
					}
				}
			})
		})
	}
}

// savedRequest returns the command line that an alias expands to, given the
// arguments of the `alias set` that stored it.
func savedRequest(t *rapid.T, args [][]byte) []string {
	if head := string(bytes.Join(args[:3], []byte(" "))); head != "alias set NAME" {
		t.Fatalf("the line starts %q", head)
	}
	words, err := alias.Split(string(args[3]))
	if err == nil {
		words, err = alias.Fill(words, nil)
	}
	if err != nil {
		t.Fatalf("%s: %v", args[3], err)
	}
	return words
}

// The test needs no PowerShell. Its older versions lose double quotes, so the line
// must contain none but the request's own.
func TestSaveCommandForPowerShell(t *testing.T) {
	t.Parallel()
	a := wizard.Answers{Bundle: "On-call", Justification: `It's $1, or two \ words`}
	const want = `apono alias set NAME 'requests create --bundle On-call --justification ''It''\''''s $$1, or two \ words'''`
	line := a.SaveCommand("", render.PowerShell)
	if line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
	kept := strings.TrimSuffix(strings.TrimPrefix(line, "apono alias set NAME '"), "'")
	words, err := alias.Split(strings.ReplaceAll(kept, "''", "'"))
	if err == nil {
		words, err = alias.Fill(words, nil)
	}
	if err != nil || !slices.Equal(words, append([]string{"requests", "create"}, a.Args()...)) {
		t.Errorf("it splits into %q (%v)", words, err)
	}
}
