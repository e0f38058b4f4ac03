//go:build unix

package render

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"
)

// installedShells returns the shells on this machine by name, each with the
// arguments that make it run a script without reading any configuration.
func installedShells(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for name, args := range map[string][]string{"sh": nil, "bash": {"--norc", "--noprofile"}, "dash": nil, "zsh": {"-f"}, "fish": {"--no-config"}} {
		if path, err := exec.LookPath(name); err == nil {
			found[name] = append([]string{path}, args...)
		}
	}
	if len(found) == 0 {
		t.Fatal("no shell found")
	}
	return found
}

// runScript has a shell run a script that prints words, each followed by NUL, and
// returns the words. The shell runs in an empty folder with an empty PATH; the
// test fails if the script leaves files there. An interactive shell reads the
// script as if it were typed.
func runScript(t *testing.T, shell []string, script string, interactive bool) []string {
	t.Helper()
	dir := t.TempDir()
	work, file := filepath.Join(dir, "work"), filepath.Join(dir, "script")
	if err := errors.Join(os.Mkdir(work, 0o700), os.WriteFile(file, []byte(script), 0o600)); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), shell[0], append(shell[1:], file)...)
	if interactive {
		cmd = exec.CommandContext(t.Context(), shell[0], append(shell[1:], "-i")...)
		cmd.Stdin = strings.NewReader(script)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // detach from the terminal that runs the tests
	cmd.Dir, cmd.Stdout, cmd.Stderr = work, &out, &errs
	cmd.Env = []string{"HOME=" + dir, "HISTFILE=/dev/null", "LC_ALL=C.UTF-8", "PATH=" + work}
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", shell[0], err, &errs)
	}
	if errs.Len() > 0 && !interactive { // interactive shells print prompts
		t.Errorf("%s wrote %q to stderr", shell[0], &errs)
	}
	left, err := os.ReadDir(work)
	if err != nil || len(left) > 0 {
		t.Errorf("%s left files: %v (%v)", shell[0], left, err)
	}
	words := strings.Split(out.String(), "\x00")
	return words[:len(words)-1]
}

// printScript returns a script that prints words, each followed by NUL.
func printScript(words []string) string {
	var script strings.Builder
	for _, word := range words {
		fmt.Fprintf(&script, "printf '%%s\\0' %s\n", POSIX.Quote(word))
	}
	return script.String()
}

func compareWords(t interface{ Errorf(string, ...any) }, shell string, got, want []string) {
	if len(got) != len(want) {
		t.Errorf("%s: %d words were read as %d: %.500q", shell, len(want), len(got), got)
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s read %s as %q, want %q", shell, POSIX.Quote(want[i]), got[i], want[i])
		}
	}
}

// hostileWords returns words that would run something, change or vanish if they
// were not quoted properly.
func hostileWords() []string {
	words := []string{
		"", " ", "plain", "two words", "-n", "--", "*", "?", "[a]", "~", "~root", "#", "a#b", ";", "&", "|", "<", ">", "(", ")", "{a,b}", "=ls", "%1", "^a^b", "!", "!!", "!$", "a!b", "it's !x", `"!x"`, `\!`,
		"$(touch evil)", "`touch evil`", "${HOME}", "$HOME", "$", "$$", "$'a'", `$"a"`, "\\", "\\\\", "\\\\\\", `\'`, `'\`, `\n`, `a\`, `\$(touch evil)`, "'", "''", "'''", `"`, `""`, `'"'`, `'"'"'`, `'\''`, "'; touch evil; '", `"; touch evil; "`,
		"\n", "a\nb", "a\n", "\r", "\r\n", "\t", "\x01", "\x03", "\x04", "\x1b[31m", "\x7f", "\xff", "\xc3", "caf\xe9", "é", "日本", "👩‍👩‍👧", "\u202e", "\u2028", "‘", "’", "“", "”", "‚touch evil‛", "\ufeff", "\u00a0", "\u0085",
		"(touch evil)", "\n(touch evil)\n", "a;touch evil", "$(touch evil)'", "'$(touch evil)", "'\\$(touch evil)\\'", "\\'$(touch evil)", "'\\\n$(touch evil)", strings.Repeat("x", 10_000), strings.Repeat("'\\", 500),
	}
	for c := 1; c < 256; c++ {
		words = append(words, string([]byte{byte(c)}), "a"+string([]byte{byte(c)})+"'\\")
	}
	return words
}

func TestHostileWordsRoundTripThroughShells(t *testing.T) {
	for name, shell := range installedShells(t) {
		t.Run(name, func(t *testing.T) {
			compareWords(t, name, runScript(t, shell, printScript(hostileWords()), false), hostileWords())
		})
	}
}

// It reads many words with one process, because starting a shell is slow.
func TestArbitraryWordsRoundTripThroughShells(t *testing.T) {
	word := rapid.Map(hostileText(), func(s string) string { return strings.ReplaceAll(s, "\x00", "") })
	var words []string
	rapid.Check(t, func(t *rapid.T) {
		words = append(words, rapid.SliceOfN(word, 1, 20).Draw(t, "words")...)
	})
	for name, shell := range installedShells(t) {
		t.Run(name, func(t *testing.T) {
			compareWords(t, name, runScript(t, shell, printScript(words), false), words)
		})
	}
}

// Interactive shells expand ! within double quotes.
func TestQuotePreventsHistoryExpansion(t *testing.T) {
	words := []string{"!", "!!", "!true", "a!true", "!$", "it's !!", `\!!`, `"!!"`, `'"!!"'`, `\'!!`, "'!!\n!!", "!?x?", "^true^evil"}
	found := installedShells(t)
	for _, name := range []string{"bash", "zsh"} {
		if shell, ok := found[name]; ok {
			t.Run(name, func(t *testing.T) {
				compareWords(t, name, runScript(t, shell, "true earlier\n"+printScript(words), true), words)
			})
			t.Run(name+" expands without it", func(t *testing.T) {
				got := runScript(t, shell, "true earlier\nprintf '%s\\0' \"a!true\"\n", true)
				compareWords(t, name, got, []string{"atrue earlier"})
			})
		}
	}
}

// recordArguments defines a command apono that prints its arguments, each
// followed by NUL.
func recordArguments(shell string) string {
	if shell == "fish" {
		return "function apono; printf '%s\\0' $argv; end\n"
	}
	return "apono() { printf '%s\\0' \"$@\"; }\n"
}

// A command line that is pasted into a shell runs the program with the same
// words and the same profile.
func TestCommandLinesRoundTripThroughShells(t *testing.T) {
	word := rapid.Map(rapid.OneOf(hostileText(), rapid.StringMatching(`[A-Za-z0-9_./:@+=-]{1,12}`), rapid.SampledFrom(hostileWords())), func(s string) string {
		return strings.ReplaceAll(s, "\x00", "")
	})
	var lines, want []string
	rapid.Check(t, func(t *rapid.T) {
		line := CommandLine{Profile: word.Draw(t, "profile"), QuoteProfile: rapid.Bool().Draw(t, "quote the profile")}
		words := rapid.SliceOfN(word, 1, 5).Draw(t, "words")
		lines = append(lines, string(line.Join(words...)))
		want = append(want, line.Args(words...)...)
	})
	for name, shell := range installedShells(t) {
		t.Run(name, func(t *testing.T) {
			script := recordArguments(name) + strings.Join(lines, "\n") + "\n"
			compareWords(t, name, runScript(t, shell, script, false), want)
		})
	}
}
