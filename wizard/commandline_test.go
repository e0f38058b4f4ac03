package wizard_test

import (
	"runtime"
	"testing"

	"apono/render"
	"apono/wizard"
)

// A session ID comes from the service, and a profile can have any name. Both must be
// quoted in a command that users paste into their shell.
func TestFlowCommandLineQuotesWordsAndProfile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the wanted command lines are quoted for POSIX shells")
	}
	for _, c := range []struct {
		profile, session string
		want             render.Command
	}{
		{"", "sqlite-shop-db-79a08a", "apono access use sqlite-shop-db-79a08a"},
		{"sandbox", "sqlite-shop-db-79a08a", "apono access use sqlite-shop-db-79a08a --profile sandbox"},
		{"my work", "sqlite-shop-db-79a08a", `apono access use sqlite-shop-db-79a08a --profile "my work"`},
		{"it's", "$(touch x)", `apono access use '$(touch x)' --profile 'it'"'"'s'`},
	} {
		flow := &wizard.Flow{Profile: c.profile}
		if got := flow.CommandLine("access", "use", c.session); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
