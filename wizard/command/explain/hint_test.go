package explain

import (
	"runtime"
	"testing"

	"apono/render"
)

func TestHintsQuoteTheProfile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the expected lines are quoted for POSIX shells")
	}
	for _, c := range []struct {
		profile string
		run     render.Arguments
		want    render.Command
	}{
		{"", "access list", "apono access list"},
		{"work", "access list", "apono access list --profile work"},
		{"my work", "access list", `apono access list --profile "my work"`},
		{"$(touch x)", `search "on call"`, `apono search "on call" --profile '$(touch x)'`},
		{"work", "login", "apono login"},
		{"work", "", ""},
	} {
		if got := (Hint{Command: c.run}).CommandLine(c.profile); got != c.want {
			t.Errorf("%s with profile %s: %s, want %s", c.run, c.profile, got, c.want)
		}
	}
}
