package command

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/auth"
	"apono/wizard/prompt"
)

func TestTabOffersTheInventory(t *testing.T) {
	h := newSandboxHarness(t)
	create := func(words ...string) []string { return append([]string{"requests", "create"}, words...) }

	integrations := h.complete(create("-i", "")...)
	if !slices.IsSorted(integrations) || len(integrations) < 5 {
		t.Errorf("the integrations are %q", integrations)
	}
	shop := h.ids("integrations")["shop"]
	h.offers(create("-i", "sq"), "sqlite/shop\t"+shop)
	h.offersOnly(create("-i", "sqlite/shop", "-t", ""), "sqlite-database\tDatabase", "sqlite-table\tTable")
	h.offersOnly(create("-i", "sqlite/shop", "--resource-type", ""), "sqlite-database\tDatabase", "sqlite-table\tTable")
	h.offersOnly(create("-i", "sqlite/shop", "-t", "sqlite-database", "-r", ""), "shop")
	h.offersOnly(create("-i", "sqlite/shop", "-t", "Table", "-p", ""), "ADMIN", "READ_ONLY", "READ_WRITE")
	h.offersOnly(create("-i", "sqlite/shop", "-t", "Table", "-p", "READ_ONLY,"), "READ_ONLY,ADMIN", "READ_ONLY,READ_WRITE")
	h.offers(create("-i", "aws-account/Playground", "-t", "aws-account-s3-bucket", "-r", ""), "arn:aws:s3:::acme-checkout-access-logs-staging\tacme-checkout-access-logs-staging")
	h.offersOnly([]string{"inventory", "resources", "-i", "sqlite/shop", "--type", ""}, "sqlite-database\tDatabase", "sqlite-table\tTable")
	h.offersOnly([]string{"permissions", "-i", "sqlite/shop", "-t", ""}, "sqlite-database\tDatabase", "sqlite-table\tTable")
}

func TestTabOffersBundlesAndTheirUnits(t *testing.T) {
	h := newSandboxHarness(t)
	bundles := h.ids("bundles")
	for _, words := range [][]string{{"requests", "create", "-b", ""}, {"access", "list", "-b", ""}} {
		h.offers(words, "Month-end closing (billing)\t"+bundles["Month-end closing (billing)"], "Shop support\t"+bundles["Shop support"])
	}
	units := h.ids("access-units", "-b", "Shop support")
	want := []string{
		units["shop/customers"] + "\tsqlite/shop: shop/customers (READ_ONLY)",
		units["shop/orders"] + "\tsqlite/shop: shop/orders (READ_ONLY)",
	}
	slices.Sort(want)
	h.offersOnly([]string{"requests", "create", "-b", "Shop support", "--access-units", ""}, want...)
	h.offersOnly([]string{"requests", "create", "-b", "No such bundle", "--access-units", ""})
}

func TestTabOffersNothingIfTheLineSelectsNothing(t *testing.T) {
	h := newSandboxHarness(t)
	for _, words := range [][]string{
		{"-t", ""}, {"-i", "nothing", "-t", ""}, {"-i", "sqlite/shop", "-r", ""}, {"--access-units", ""}, {"-j", ""}, {"-d", ""}, {""},
	} {
		h.offersOnly(append([]string{"requests", "create"}, words...))
	}
}

func TestTabOffersRequestsToExtendAndRepeat(t *testing.T) {
	h := newSandboxHarness(t)
	for _, line := range []string{
		"-i sqlite/shop -t sqlite-database -r shop", "-i mysql/billing-production -t mysql-database -r invoices", "-i postgresql/analytics-replica -t Database -r analytics",
	} {
		if code, _, stderr := h.run(strings.Fields("requests create -p READ_ONLY -d 1h -j test " + line)...); code != 0 {
			t.Fatal(stderr)
		}
	}
	h.offersOnly([]string{"requests", "extend", ""}, "AR-00001\tActive: test") // the others wait, or cannot be extended
	h.offersOnly([]string{"requests", "again", ""}, "AR-00003\tActive: test", "AR-00001\tActive: test")
	h.offersOnly([]string{"requests", "again", "AR-00001", ""})
	h.offersOnly([]string{"requests", "unfavorite", ""})
	if code, _, stderr := h.run("requests", "favorite", "AR-00001"); code != 0 {
		t.Fatal(stderr)
	}
	h.offersOnly([]string{"requests", "unfavorite", ""}, "AR-00001\tActive: test")
	h.offersOnly([]string{"requests", "favorite", ""}, "AR-00003\tActive: test", "AR-00002\tPending Approval: test")
}

func TestTabOffersFixedWords(t *testing.T) {
	h := newSandboxHarness(t)
	h.offersOnly([]string{"requests", "list", "-o", ""}, "table", "json", "yaml")
	h.offersOnly([]string{"access", "use", "x", "-o", ""}, "cli", "link", "instructions", "json")
	h.offersOnly([]string{"requests", "list", "--status", "Active,Pen"}, // the shell picks those that match
		"Active,Expired", "Active,Failed", "Active,Granting", "Active,Initializing", "Active,Pending", "Active,Pending Approval", "Active,Pending MFA", "Active,Rejected", "Active,Revoked", "Active,Revoking")
	h.offersOnly([]string{"sandbox", "custom-fields", ""}, "on", "off")
	h.offersOnly([]string{"config", "set", ""}, auth.SettingAccessible+"\ttrue or false", auth.SettingPromptHints+"\ttrue or false", auth.SettingReplayNotice+"\ttrue or false", auth.SettingCatalog+"\ttrue or false", auth.SettingDesktopNotifications+"\ttrue or false", auth.SettingFeatureAnnouncements+"\ttrue or false")
	h.offersOnly([]string{"config", "set", auth.SettingFeatureAnnouncements, ""}, "true", "false")
	h.offersOnly([]string{"config", "get", auth.SettingFeatureAnnouncements, ""})
	h.offersOnly([]string{"completion", "p"}, "powershell")
}

func TestTabOffersCommandsAndFlags(t *testing.T) {
	h := newSandboxHarness(t)
	var out bytes.Buffer
	create, _, err := newRootCmd(newFactory(h.app(&out, &out), func() prompt.Prompter { return nil }, nil)).Find([]string{"requests", "create"})
	if err != nil {
		t.Fatal(err)
	}
	h.offers([]string{"requests", "cr"}, "create\t"+create.Short)
	h.offers([]string{"requests", "create", "--just"}, "--justification\t"+create.Flag("justification").Usage)
}

func TestTabOffersRequestsAndSessions(t *testing.T) {
	h := newSandboxHarness(t)
	h.mustRun("requests", "create", "-i", "mysql/billing-production", "-t", "mysql-database", "-r", "tax", "-p", "READ_ONLY", "-d", "1", "-j", "Taxes", "--no-wait")
	// The next command waits for its grant. By then, the first request waits for
	// approval.
	h.mustRun("requests", "create", "-i", "sqlite/shop", "-t", "sqlite-database", "-r", "shop", "-p", "READ_ONLY", "-d", "1", "-j", "Look into\torder 42")
	const active, waiting = "AR-00002\tActive: Look into order 42", "AR-00001\tPending Approval: Taxes"

	for _, command := range [][]string{{"requests", "describe"}, {"requests", "get"}, {"requests", "units"}, {"request", "describe"}} {
		h.offersOnly(append(command, ""), active, waiting) // the newest first
	}
	h.offersOnly([]string{"requests", "describe", "AR-00002", ""})
	h.offersOnly([]string{"requests", "revoke", ""}, active)
	h.offersOnly([]string{"requests", "revoke", "AR-00002", ""})
	h.offersOnly([]string{"access", "list", "-r", ""}, active)
	h.offersOnly([]string{"access-details", ""}, active)
	for _, command := range []string{"approve", "reject"} {
		h.offersOnly([]string{"sandbox", command, ""}, waiting)
	}
	h.offersOnly([]string{"sandbox", "pass-mfa", ""})
	h.env = nil // the sandbox's own commands need no profile
	h.offersOnly([]string{"sandbox", "approve", ""}, waiting)
	sessions := h.complete("access", "use", "--profile", "sandbox", "")
	if len(sessions) != 1 || !strings.Contains(sessions[0], "\tsqlite/shop ") {
		t.Errorf("the sessions are %q", sessions)
	}
	h.offersOnly([]string{"access", "reset-credentials", "--profile", "sandbox", ""}, sessions...)
}

func TestTabOffersReviews(t *testing.T) {
	h := newCompletionHarness(t, nil)
	for _, why := range []string{"OPS-1", "OPS-2"} {
		h.mustRun("requests", "create", "--profile", "sandbox", "-i", "mysql/billing-production", "-t", "mysql-database", "-r", "tax", "-p", "READ_ONLY", "-d", "1", "-j", why)
	}
	for _, words := range [][]string{{"review"}, {"requests", "review"}, {"requests", "approve"}, {"requests", "reject"}} {
		h.offersOnly(append(words, "--profile", "sandbox-approver", ""), "AR-00001\tRobin Meyer: OPS-1", "AR-00002\tRobin Meyer: OPS-2")
		h.offersOnly(append(words, "--profile", "sandbox", ""))
	}
	h.offersOnly([]string{"requests", "approve", "--profile", "sandbox-approver", "AR-00001", ""}, "AR-00002\tRobin Meyer: OPS-2")
}

func TestTabOffersProfiles(t *testing.T) {
	h := newCompletionHarness(t, nil)
	h.saveLogin("work", "https://api.example.com", time.Time{}, "")
	builtIn := []string{"work\tAcme", "sandbox\tbuilt in: needs no login", "sandbox-approver\tbuilt in: reviews the requests of sandbox"}
	h.offersOnly([]string{"--profile", ""}, builtIn...)
	h.offersOnly([]string{"profiles", "set", ""}, builtIn...)
	h.offersOnly([]string{"profiles", "delete", ""}, "work\tAcme")
	h.offersOnly([]string{"logout", ""}, "work\tAcme")
	h.offersOnly([]string{"login", "--profile", ""}, "work\tAcme")
}

func TestTabOffersNoValuesThatTerminalsCannotShow(t *testing.T) {
	server := newBundleServer(t, "plain", "a\x1b[2Jb", "two\nlines", "a\ttab", "a:colon 'quote' \"quote\" $(x)")
	h := newCompletionHarness(t, tokenEnv(server.url))
	h.offersOnly([]string{"requests", "create", "-b", ""}, "a:colon 'quote' \"quote\" $(x)\tid-4", "id-1", "id-2", "id-3", "plain\tid-0")
}

// The words below are sent by scripts that were installed long ago.
func TestTabAnswersEveryShell(t *testing.T) {
	h := newCompletionHarness(t, tokenEnv(newBundleServer(t, "a b", "a c").url))
	words := []string{"requests", "create", "-b"}
	encoded := []string{".QSBD", ".cmVxdWVzdHM=", ".Y3JlYXRl", ".LWI="} // "A C" and words
	for request, test := range map[string]struct {
		args []string
		want string
	}{
		"__complete-bash":            {[]string{"apono requests create -b a", "a", "9", "80"}, `a\ b` + "\n" + `a\ c`},
		"__complete-bash-bare":       {[]string{"apono requests create -b ", "", "63", "80"}, "a b\na c"},
		"__complete-zsh":             {append([]string{"80", "a"}, words...), "a b\ta b  (id-0)\na c\ta c  (id-1)\n"},
		"__complete-zsh-bare":        {append([]string{"80", "a"}, words...), "a b\ta b\na c\ta c\n"},
		"__complete-fish":            {append([]string{"'a"}, words...), "a b\tid-0\na c\tid-1\n"},
		"__complete-fish-bare":       {append([]string{"'a"}, words...), "a b\na c\n"},
		"__complete-powershell":      {encoded, "ImEgYyI= YSBj aWQtMQ==\n"},
		"__complete-powershell-bare": {encoded, "ImEgYyI= YSBj YSBj\n"},
		"__complete-another":         {words, ""},
		"__complete-bash-":           {words, ""},
	} {
		code, out, errOut := h.run(append([]string{request}, test.args...)...)
		if code != 0 || errOut != "" || out != test.want {
			t.Errorf("%s: exits with %d, prints %q and answers %q, want %q", request, code, errOut, out, test.want)
		}
		if code, out, errOut := h.run(request); code != 0 || out+errOut != "" {
			t.Errorf("%s without arguments: exits with %d and prints %q", request, code, out+errOut)
		}
	}
}
