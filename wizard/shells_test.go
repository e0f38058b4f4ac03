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

// argPrinters maps each shell to code that defines a command apono. The command prints its
// arguments with a NUL after each.
var argPrinters = map[string]string{
	"sh": posixArgPrinter, "bash": posixArgPrinter, "dash": posixArgPrinter, "zsh": posixArgPrinter,
	"fish": "function apono; printf '%s\\0' $argv; end\n",
}

const posixArgPrinter = "apono() { printf '%s\\0' \"$@\"; }\n"

// runScript runs a script in a shell and returns its output. It runs in a folder that
// contains a file, so that an unquoted glob pattern would expand.
func runScript(t *rapid.T, shell, dir, script string) []byte {
	file := filepath.Join(dir, "script")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(shell, file)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8", "TERM=dumb"}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s\n%s", shell, err, stderr.String(), script)
	}
	return out
}

// TestReplayInRealShells checks that shells pass the words of a replay line on unchanged.
func TestReplayInRealShells(t *testing.T) {
	t.Parallel()
	found := 0
	for shell, printer := range argPrinters {
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
				script.WriteString(printer)
				// One shell runs many lines, because starting it takes the most time.
				for _, a := range rapid.SliceOfN(anyAnswers(), 1, 20).Draw(t, "answers") {
					if shell == "fish" && hasFishPrivateUse(a) {
						continue
					}
					script.WriteString(a.Replay("work profile", render.POSIX) + "\n")
					for _, word := range append(append([]string{"requests", "create"}, a.Args()...), "--profile", "work profile") {
						want.WriteString(word + "\x00")
					}
				}
				if got := runScript(t, path, dir, script.String()); !bytes.Equal(got, want.Bytes()) {
					t.Fatalf("%s passes on\n%q, want\n%q, from the script\n%s", shell, got, want.Bytes(), script.String())
				}
			})
		})
	}
	if found == 0 {
		t.Error("none of the shells is installed")
	}
}

// hasFishPrivateUse reports whether answers contain characters for private use. fish uses
// some of these internally and changes them even in quotes.
func hasFishPrivateUse(a Answers) bool {
	return strings.ContainsFunc(strings.Join(a.Args(), ""), func(r rune) bool {
		return unicode.Is(unicode.Co, r) || r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE
	})
}
