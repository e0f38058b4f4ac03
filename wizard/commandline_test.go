package wizard_test

import (
	"runtime"
	"testing"

	"apono/wizard"
)

// Words of printed commands come from the service, and profiles have any name.
func TestFlowCommandLineQuotesWordsAndProfile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the expected lines are quoted for POSIX shells")
	}
	for _, c := range []struct{ profile, session, want string }{
		{"", "sqlite-shop-db-79a08a", "apono access use sqlite-shop-db-79a08a"},
		{"sandbox", "sqlite-shop-db-79a08a", "apono access use sqlite-shop-db-79a08a --profile sandbox"},
		{"my work", "sqlite-shop-db-79a08a", `apono access use sqlite-shop-db-79a08a --profile "my work"`},
		{"it's", "$(touch x)", `apono access use '$(touch x)' --profile 'it'"'"'s'`},
	} {
		flow := &wizard.Flow{Profile: c.profile}
		if got := flow.CommandLine("access", "use", c.session); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
