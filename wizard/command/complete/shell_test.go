package complete

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"apono/wizard"
	"apono/wizard/kind"
)

func TestReadFishWord(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		`a`: "a", `'a b`: "a b", `"a b`: "a b", `a\ b\`: "a b", `'it\'s \\ \n'`: `it's \ \n`, `"\"\$\n"x`: `"$\nx`, `a'b'"c"`: "abc", ``: "",
	} {
		if got := readFishWord(typed); got != want {
			t.Errorf("readFishWord(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestQuotePowerShell(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"aws-account/Playground": "aws-account/Playground", "arn:aws:s3:::b": "arn:aws:s3:::b", "a b": `"a b"`, "$(x)": "'$(x)'", "it's": "'it''s'",
		"a,b": `"a,b"`, "@x": `"@x"`, "größe": "größe", "": `""`,
	} {
		if got := quotePowerShell(word); got != want {
			t.Errorf("quotePowerShell(%q) = %s, want %s", word, got, want)
		}
	}
}

func TestColumnsFitTheTerminal(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 70)
	list := []kind.Choice{{Value: "--r=a,b", Description: "the first"}, {Value: "--r=a," + long, Description: "the second"}, {Value: "--r=a,cd"}}
	want := []string{"b" + strings.Repeat(" ", 39) + "  (the first)", long + "  (the s…", "cd"}
	if got := columns(list, "--r=a,", 80); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDetectShell(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ path, goos, want string }{
		{"/bin/zsh", "linux", "zsh"},
		{"/usr/local/bin/bash", "darwin", "bash"},
		{"/usr/bin/pwsh", "linux", "powershell"},
		{"/usr/bin/fish.exe", "windows", "fish"},
		{"", "windows", "powershell"},
		{"", "linux", ""},
		{"/bin/dash", "linux", ""},
		{"/bin/dash", "windows", ""},
	} {
		env := map[string]string{"SHELL": test.path}
		got, err := DetectShell(func(name string) string { return env[name] }, test.goos)
		checkShell(t, "$SHELL="+test.path+" on "+test.goos, got, err, test.want)
	}
}

func TestShellNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"fish": "fish", "powershell": "powershell", "pwsh": "", "tcsh": "", "": ""} {
		got, err := ShellNamed(name)
		checkShell(t, name, got, err, want)
	}
}

// checkShell checks for a shell, or a usage error if want is "".
func checkShell(t *testing.T, input string, got Shell, err error, want string) {
	t.Helper()
	var usage *wizard.UsageError
	if got.Name() != want || errors.As(err, &usage) != (want == "") || want != "" && err != nil {
		t.Errorf("%q: got %q, %v, want %q", input, got.Name(), err, want)
	}
}

// Scripts that were installed by earlier versions send these words.
func TestRequestsAreAContract(t *testing.T) {
	t.Parallel()
	if got, want := ShellNames(), []string{"bash", "zsh", "fish", "powershell"}; !slices.Equal(got, want) {
		t.Errorf("the shells are %q, want %q", got, want)
	}
	for _, s := range shells() {
		for describe, request := range map[bool]string{true: "__complete-" + s.Name() + " ", false: "__complete-" + s.Name() + "-bare "} {
			script := s.Script(describe)
			if strings.Count(script, request) != 1 || strings.Contains(script, requestPlaceholder) {
				t.Errorf("the %s script, described %t, is %q", s.Name(), describe, script)
			}
			if !IsRequest([]string{strings.TrimSpace(request)}) {
				t.Errorf("%q is not a request", request)
			}
		}
	}
	for _, args := range [][]string{{"completion"}, {"requests", "__complete-bash"}, {}} {
		if IsRequest(args) {
			t.Errorf("%q is a request", args)
		}
	}
}
