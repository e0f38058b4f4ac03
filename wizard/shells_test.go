package wizard

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"apono/render"
)

// catchers define, for each kind of shell, a command apono that prints its
// arguments with a NUL after each.
var catchers = map[string]string{
	"sh": posixCatcher, "bash": posixCatcher, "dash": posixCatcher, "zsh": posixCatcher,
	"fish": "function apono; printf '%s\\0' $argv; end\n",
}

const posixCatcher = "apono() { printf '%s\\0' \"$@\"; }\n"

// runIn gives a script to a shell and returns what it prints. The folder that
// it runs in holds one file, so that a pattern would find something.
func runIn(t *rapid.T, shell, dir, script string) []byte {
	file := filepath.Join(dir, "script")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(shell, file)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8", "TERM=dumb"}
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s\n%s", shell, err, problems.String(), script)
	}
	return out
}

func TestRealShellsReadTheReplayLineBack(t *testing.T) {
	t.Parallel()
	found := 0
	for shell, catcher := range catchers {
		path, err := exec.LookPath(shell)
		if err != nil {
			continue
		}
		found++
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			rapid.Check(t, func(t *rapid.T) {
				var script strings.Builder
				var want bytes.Buffer
				script.WriteString(catcher)
				// Many lines for each start of a shell, since the start is what costs.
				for _, a := range rapid.SliceOfN(anyAnswers(), 1, 20).Draw(t, "answers") {
					if shell == "fish" && hasFishsOwn(a) {
						continue
					}
					script.WriteString(a.Replay("work profile", render.POSIX) + "\n")
					for _, word := range append(append([]string{"requests", "create"}, a.Args()...), "--profile", "work profile") {
						want.WriteString(word + "\x00")
					}
				}
				if got := runIn(t, path, dir, script.String()); !bytes.Equal(got, want.Bytes()) {
					t.Fatalf("%s reads\n%q, want\n%q, from\n%s", shell, got, want.Bytes(), script.String())
				}
			})
		})
	}
	if found == 0 {
		t.Error("there is no shell to try it with")
	}
}

// hasFishsOwn says whether there is a character of private use in the answers:
// fish keeps some of them for itself and changes them even in quotes.
func hasFishsOwn(a Answers) bool {
	return strings.ContainsFunc(strings.Join(a.Args(), ""), func(r rune) bool {
		return unicode.Is(unicode.Co, r) || r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE
	})
}
