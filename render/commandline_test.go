package render

import (
	"slices"
	"testing"
)

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		name  string
		line  CommandLine
		words []string
		want  Command
	}{
		{"no arguments", CommandLine{}, nil, "apono"},
		{"only a profile", CommandLine{Profile: "work"}, nil, "apono --profile work"},
		{"plain words", CommandLine{}, []string{"access", "use", "sqlite-shop-db-79a08a", "-o", "instructions"}, "apono access use sqlite-shop-db-79a08a -o instructions"},
		{"plain profile", CommandLine{Profile: "work"}, []string{"requests", "describe", "AR-00007"}, "apono requests describe AR-00007 --profile work"},
		{"URL", CommandLine{}, []string{"login", "--api-url", "http://127.0.0.1:8080"}, "apono login --api-url http://127.0.0.1:8080"},
		{"key and value", CommandLine{}, []string{"--custom-field", "team=a@b"}, "apono --custom-field team=a@b"},
		{"word with a space", CommandLine{}, []string{"search", "on call"}, `apono search "on call"`},
		{"empty word", CommandLine{}, []string{"search", ""}, `apono search ""`},
		{"substitution", CommandLine{}, []string{"access", "use", "$(touch x)"}, `apono access use '$(touch x)'`},
		{"profile with a space", CommandLine{Profile: "my work"}, []string{"access"}, `apono access --profile "my work"`},
		{"profile with a quote", CommandLine{Profile: "it's"}, []string{"access"}, `apono access --profile 'it'"'"'s'`},
		{"quoted profile", CommandLine{Profile: "work", QuoteProfile: true}, []string{"access"}, `apono access --profile "work"`},
		{"PowerShell", CommandLine{Shell: PowerShell, Profile: "it's"}, []string{"access", "AR-1", "$x"}, `apono access AR-1 '$x' --profile 'it''s'`},
		{"PowerShell splits these", CommandLine{Shell: PowerShell}, []string{"-a.b", "-a:b", "a.b", "--flag"}, `apono "-a.b" "-a:b" a.b --flag`},
		{"glob, home, comment, expansion", CommandLine{}, []string{"*", "~", "#", "=ls", "@x", "{a,b}", "%1"}, `apono "*" "~" "#" "=ls" "@x" "{a,b}" "%1"`},
	} {
		if got := c.line.Join(c.words...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestCommandLineWrap(t *testing.T) {
	for _, c := range []struct {
		profile   string
		arguments Arguments
		want      Command
	}{
		{"", "", "apono"},
		{"", `search "on call"`, `apono search "on call"`},
		{"my work", `search "on call"`, `apono search "on call" --profile "my work"`},
	} {
		if got := (CommandLine{Profile: c.profile}).Wrap(c.arguments); got != c.want {
			t.Errorf("%s: %s, want %s", c.arguments, got, c.want)
		}
	}
}

// Args must not write into the array behind the caller's words.
func TestCommandLineArgs(t *testing.T) {
	words := make([]string, 1, 4)
	words[0] = "access"
	first, second := CommandLine{Profile: "a"}.Args(words...), CommandLine{Profile: "b"}.Args(words...)
	if want := []string{"access", "--profile", "a"}; !slices.Equal(first, want) {
		t.Errorf("%q, want %q", first, want)
	}
	if want := []string{"access", "--profile", "b"}; !slices.Equal(second, want) {
		t.Errorf("%q, want %q", second, want)
	}
	if got := (CommandLine{}).Args("access"); !slices.Equal(got, []string{"access"}) {
		t.Errorf("%q without a profile", got)
	}
}
