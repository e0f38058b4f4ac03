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

// shells are the shells on this machine, each with the arguments that run the
// script in a file and read no files of the person's. There is at least one.
func shells(t *testing.T) map[string][]string {
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

// readBack has a shell read a script that prints words, a NUL after each, and
// returns what it printed. The shell runs in an empty folder, with nothing to
// find in PATH; the test fails when the script leaves anything behind. A shell
// that is interactive reads the script as if it were typed.
func readBack(t *testing.T, shell []string, script string, interactive bool) []string {
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
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // away from the terminal that the tests run in
	cmd.Dir, cmd.Stdout, cmd.Stderr = work, &out, &errs
	cmd.Env = []string{"HOME=" + dir, "HISTFILE=/dev/null", "LC_ALL=C.UTF-8", "PATH=" + work}
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", shell[0], err, &errs)
	}
	if errs.Len() > 0 && !interactive { // there, prompts
		t.Errorf("%s said %q", shell[0], &errs)
	}
	left, err := os.ReadDir(work)
	if err != nil || len(left) > 0 {
		t.Errorf("%s left %v behind (%v)", shell[0], left, err)
	}
	words := strings.Split(out.String(), "\x00")
	return words[:len(words)-1]
}

func printing(words []string) string {
	var script strings.Builder
	for _, word := range words {
		fmt.Fprintf(&script, "printf '%%s\\0' %s\n", POSIX.Quote(word))
	}
	return script.String()
}

func compare(t interface{ Errorf(string, ...any) }, shell string, got, want []string) {
	if len(got) != len(want) {
		t.Errorf("%s: %d words became %d: %.500q", shell, len(want), len(got), got)
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s read %s as %q, want %q", shell, POSIX.Quote(want[i]), got[i], want[i])
		}
	}
}

// evil are words that would do harm, or vanish, between the wrong quotes.
func evil() []string {
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

func TestShellsReadWordsBack(t *testing.T) {
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			compare(t, name, readBack(t, shell, printing(evil()), false), evil())
		})
	}
}

// Arbitrary words, many to each process.
func TestShellsReadArbitraryWordsBack(t *testing.T) {
	word := rapid.Map(nasty(), func(s string) string { return strings.ReplaceAll(s, "\x00", "") })
	var words []string
	rapid.Check(t, func(t *rapid.T) {
		words = append(words, rapid.SliceOfN(word, 1, 20).Draw(t, "words")...)
	})
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			compare(t, name, readBack(t, shell, printing(words), false), words)
		})
	}
}

// A shell that a person types into expands ! within double quotes.
func TestHistoryIsSafe(t *testing.T) {
	words := []string{"!", "!!", "!true", "a!true", "!$", "it's !!", `\!!`, `"!!"`, `'"!!"'`, `\'!!`, "'!!\n!!", "!?x?", "^true^evil"}
	found := shells(t)
	for _, name := range []string{"bash", "zsh"} {
		if shell, ok := found[name]; ok {
			t.Run(name, func(t *testing.T) {
				compare(t, name, readBack(t, shell, "true earlier\n"+printing(words), true), words)
			})
			t.Run(name+" does expand", func(t *testing.T) {
				got := readBack(t, shell, "true earlier\nprintf '%s\\0' \"a!true\"\n", true)
				compare(t, name, got, []string{"atrue earlier"})
			})
		}
	}
}
