package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/auth"
	"apono/client"
	"apono/render"
)

// tabber presses Tab in a program that keeps what it keeps in a folder of the
// test. No two of them run side by side: the folder is named by the environment.
type tabber struct {
	t   *testing.T
	env map[string]string
	app App
}

func newTabber(t *testing.T, env map[string]string) *tabber {
	t.Helper()
	t.Setenv(auth.ConfigDirVariable, t.TempDir())
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "no-bus"))
	b := &tabber{t: t, env: env}
	b.app = App{Interrupts: &Interrupts{}, Env: func(name string) (string, bool) {
		value, ok := b.env[name]
		return value, ok
	}}
	return b
}

// run runs the program, whatever its arguments, and returns what it printed.
func (b *tabber) run(args ...string) (code int, out, problems string) {
	b.t.Helper()
	var stdout, stderr bytes.Buffer
	app := b.app
	app.Streams = &render.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}
	code = app.Run(b.t.Context(), args)
	return code, stdout.String(), stderr.String()
}

// must is run for what comes before the Tab.
func (b *tabber) must(args ...string) {
	b.t.Helper()
	if code, _, problems := b.run(args...); code != 0 {
		b.t.Fatalf("%v ended with %d: %s", args, code, problems)
	}
}

// press returns what is offered for the last of the words. It never fails, and
// never says anything else.
func (b *tabber) press(words ...string) []string {
	b.t.Helper()
	code, out, problems := b.run(append([]string{"__complete"}, words...)...)
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if code != 0 || problems != "" {
		b.t.Errorf("%q ended with %d and said %q", words, code, problems)
	}
	if last := lines[len(lines)-1]; last != ":4" && last != ":36" {
		b.t.Errorf("%q offers files as well: it ends with %q", words, last)
	}
	return lines[:len(lines)-1]
}

// offers checks that all of these are offered, in this order, among others.
func (b *tabber) offers(words []string, want ...string) {
	b.t.Helper()
	got := b.press(words...)
	rest := got
	for _, line := range want {
		at := slices.Index(rest, line)
		if at < 0 {
			b.t.Errorf("%q offers %q, and lacks %q there", words, got, line)
			return
		}
		rest = rest[at+1:]
	}
}

func (b *tabber) offersOnly(words []string, want ...string) {
	b.t.Helper()
	if got := b.press(words...); !slices.Equal(got, want) {
		b.t.Errorf("%q offers %q, want %q", words, got, want)
	}
}

func TestTabOffersWhatTheServiceHas(t *testing.T) {
	b := newTabber(t, map[string]string{auth.ProfileVariable: auth.SandboxProfile})
	const bucket = "aws-account-s3-bucket"
	create := []string{"requests", "create"}
	in := func(words ...string) []string { return append(slices.Clone(create), words...) }

	integration := b.press(in("-i", "")...)
	if !slices.IsSorted(integration) || len(integration) < 5 {
		t.Errorf("the integrations are %q", integration)
	}
	b.offers(in("-i", "sq"), "sqlite/shop\t"+integrationID(t, integration, "sqlite/shop"))
	b.offersOnly(in("-i", "sqlite/shop", "-t", ""), "sqlite-database\tDatabase", "sqlite-table\tTable")
	b.offersOnly(in("-i", "sqlite/shop", "--resource-type", ""), "sqlite-database\tDatabase", "sqlite-table\tTable")
	b.offersOnly(in("-i", "sqlite/shop", "-t", "sqlite-database", "-r", ""), "shop")
	b.offersOnly(in("-i", "sqlite/shop", "-t", "Table", "-p", ""), "ADMIN", "READ_ONLY", "READ_WRITE")
	b.offersOnly(in("-i", "sqlite/shop", "-t", "Table", "-p", "READ_ONLY,"), "READ_ONLY,ADMIN", "READ_ONLY,READ_WRITE")
	b.offers(in("-i", "aws-account/Playground", "-t", bucket, "-r", ""), "arn:aws:s3:::acme-checkout-access-logs-staging\tacme-checkout-access-logs-staging")
	b.offers(in("-b", ""), "Month-end closing (billing)\t"+bundleID(t, b.press(in("-b", "")...)))
	b.offers(in("-b", "Shop support", "--access-units", ""), b.press(in("-b", "Shop support", "--access-units", "")...)...)
	b.offers([]string{"access", "list", "-b", ""}, "Shop support\t"+strings.TrimPrefix(lineOf(t, b.press(in("-b", "")...), "Shop support"), "Shop support\t"))
	b.offersOnly([]string{"inventory", "resources", "-i", "sqlite/shop", "--type", ""}, "sqlite-database\tDatabase", "sqlite-table\tTable")
	b.offersOnly([]string{"permissions", "-i", "sqlite/shop", "-t", ""}, "sqlite-database\tDatabase", "sqlite-table\tTable")

	// Where the line does not say enough, there is nothing to choose from.
	for _, words := range [][]string{in("-t", ""), in("-i", "nothing", "-t", ""), in("-i", "sqlite/shop", "-r", ""), in("--access-units", ""), in("-j", ""), in("-d", ""), in("")} {
		b.offersOnly(words)
	}
	b.offersOnly([]string{"requests", "list", "-o", ""}, "table", "json", "yaml")
	b.offersOnly([]string{"access", "use", "x", "-o", ""}, "cli", "link", "instructions", "json")
	b.offersOnly([]string{"requests", "list", "--status", "Active,Pen"}, // the shell picks what matches
		"Active,Expired", "Active,Failed", "Active,Granting", "Active,Initializing", "Active,Pending", "Active,Pending Approval", "Active,Pending MFA", "Active,Rejected", "Active,Revoked", "Active,Revoking")
	b.offersOnly([]string{"sandbox", "custom-fields", ""}, "on", "off")
	b.offersOnly([]string{"config", "set", ""}, auth.SettingFeatureAnnouncements+"\ttrue or false")
	b.offersOnly([]string{"config", "set", auth.SettingFeatureAnnouncements, ""}, "true", "false")
	b.offersOnly([]string{"config", "get", auth.SettingFeatureAnnouncements, ""})
	b.offersOnly([]string{"completion", "p"}, "powershell")
	b.offers([]string{"requests", "cr"}, "create\tRequest access")
	b.offers([]string{"requests", "create", "--just"}, "--justification\tWhy the access is needed")
}

func integrationID(t *testing.T, lines []string, name string) string {
	t.Helper()
	_, id, _ := strings.Cut(lineOf(t, lines, name), "\t")
	return id
}

func bundleID(t *testing.T, lines []string) string {
	t.Helper()
	return integrationID(t, lines, "Month-end closing (billing)")
}

func lineOf(t *testing.T, lines []string, value string) string {
	t.Helper()
	for _, line := range lines {
		if strings.HasPrefix(line, value+"\t") {
			return line
		}
	}
	t.Fatalf("there is no %q in %q", value, lines)
	return ""
}

func TestTabOffersRequestsAndAccesses(t *testing.T) {
	b := newTabber(t, map[string]string{auth.ProfileVariable: auth.SandboxProfile})
	b.must("requests", "create", "-i", "mysql/billing-production", "-t", "mysql-database", "-r", "tax", "-p", "READ_ONLY", "-d", "1", "-j", "Taxes", "--no-wait")
	// When this one has been granted, the other has long been waiting.
	b.must("requests", "create", "-i", "sqlite/shop", "-t", "sqlite-database", "-r", "shop", "-p", "READ_ONLY", "-d", "1", "-j", "Look into\torder 42")
	const active, waiting = "AR-00002\tActive: Look into order 42", "AR-00001\tPending Approval: Taxes"

	for _, command := range [][]string{{"requests", "describe"}, {"requests", "get"}, {"requests", "units"}, {"request", "describe"}} {
		b.offersOnly(append(command, ""), active, waiting) // the newest first
	}
	b.offersOnly([]string{"requests", "describe", "AR-00002", ""})
	b.offersOnly([]string{"requests", "revoke", ""}, active)
	b.offersOnly([]string{"requests", "revoke", "AR-00002", ""})
	b.offersOnly([]string{"access", "list", "-r", ""}, active)
	b.offersOnly([]string{"access-details", ""}, active)
	for _, command := range []string{"approve", "reject"} {
		b.offersOnly([]string{"sandbox", command, ""}, waiting)
	}
	b.offersOnly([]string{"sandbox", "pass-mfa", ""})
	b.env = nil // the sandbox's own commands need no profile
	b.offersOnly([]string{"sandbox", "approve", ""}, waiting)
	sessions := b.press("access", "use", "--profile", "sandbox", "")
	if len(sessions) != 1 || !strings.Contains(sessions[0], "\tsqlite/shop ") {
		t.Errorf("the accesses are %q", sessions)
	}
	b.offersOnly([]string{"access", "reset-credentials", "--profile", "sandbox", ""}, sessions...)
}

func TestTabOffersProfiles(t *testing.T) {
	b := newTabber(t, nil)
	b.login("work", "https://api.example.com", time.Time{}, "")
	const builtIn = "sandbox\tbuilt in: needs no login"
	b.offersOnly([]string{"--profile", ""}, "work\tAcme", builtIn)
	b.offersOnly([]string{"profiles", "set", ""}, "work\tAcme", builtIn)
	b.offersOnly([]string{"profiles", "delete", ""}, "work\tAcme")
	b.offersOnly([]string{"logout", ""}, "work\tAcme")
	b.offersOnly([]string{"login", "--profile", ""}, "work\tAcme")
}

// login stores a login in the test's folder.
func (b *tabber) login(name, address string, expiry time.Time, refresh string) {
	b.t.Helper()
	dirs, err := auth.UserDirs()
	if err != nil {
		b.t.Fatal(err)
	}
	p := auth.Profile{Name: name, APIURL: address, AppURL: address, PortalURL: address, AccountName: "Acme"}
	token := auth.Token{Access: "a-token", Refresh: refresh, Expiry: expiry, Kind: auth.OAuth}
	if _, err := auth.NewLogins(dirs).Save(b.t.Context(), p, token, auth.PlaceFile); err != nil {
		b.t.Fatal(err)
	}
}

func TestTabIsQuietWithoutALogin(t *testing.T) {
	b := newTabber(t, nil)
	for _, words := range [][]string{
		{"requests", "create", "-i", ""}, {"requests", "create", "-b", ""}, {"requests", "describe", ""}, {"access", "use", ""},
		{"requests", "create", "--profile", "unknown", "-b", ""}, {"no", "such", "command", ""},
	} {
		b.offersOnly(words)
	}
	dirs, err := auth.UserDirs()
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dirs.Config); len(left) > 0 {
		t.Errorf("Tab has made %v", left)
	}
}

func TestTabLeavesADamagedConfigurationAlone(t *testing.T) {
	b := newTabber(t, nil)
	dirs, err := auth.UserDirs()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dirs.Config, "config.json")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.offersOnly([]string{"requests", "create", "-b", ""})
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file is gone, and nobody was told: %v", err)
	}
}

// oddBundles is a service with bundles that have odd names.
func oddBundles(t *testing.T, names ...string) string {
	t.Helper()
	bundles := []client.Bundle{}
	for i, name := range names {
		bundles = append(bundles, client.Bundle{ID: fmt.Sprint("id-", i), Name: name})
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer a-token" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(client.Page[client.Bundle]{Data: bundles})
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func tokenFor(address string) map[string]string {
	return map[string]string{auth.TokenVariable: "a-token", auth.APIURLVariable: address}
}

func TestTabCleansWhatTheServiceSays(t *testing.T) {
	b := newTabber(t, tokenFor(oddBundles(t, "plain", "a\x1b[2Jb", "two\nlines", "a\ttab", "a:colon 'quote' \"quote\" $(x)")))
	b.offersOnly([]string{"requests", "create", "-b", ""}, "a:colon 'quote' \"quote\" $(x)\tid-4", "id-1", "id-2", "id-3", "plain\tid-0")
}

// What is fetched and what is remembered is offered alike: whatever some shell
// may take for a match.
func TestTabOffersTheSameOnceMore(t *testing.T) {
	b := newTabber(t, tokenFor(oddBundles(t, "plain", "Plane", "explain", "other")))
	for range 2 {
		for _, flag := range [][]string{{"--bundle=PLA"}, {"-b", "pla"}} {
			b.offersOnly(append([]string{"requests", "create"}, flag...), "Plane\tid-1", "explain\tid-2", "plain\tid-0")
		}
	}
}

func TestTabGivesUpInTime(t *testing.T) {
	arrived := make(chan struct{}, 8)
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-ended // it would hang for ever
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(ended) })
	b := newTabber(t, tokenFor(server.URL))
	b.app.tabLimit = 300 * time.Millisecond
	b.offersOnly([]string{"requests", "create", "-b", ""})
	if len(arrived) == 0 {
		t.Error("the service was not asked at all")
	}
	if _, out, problems := b.run("__complete-zsh", "80", "", "requests", "create", "-b"); out+problems != "" {
		t.Errorf("zsh gets %q and %q", out, problems)
	}
}

func TestTabRefusedByTheService(t *testing.T) {
	env := tokenFor(oddBundles(t, "plain"))
	env[auth.TokenVariable] = "another-token"
	newTabber(t, env).offersOnly([]string{"requests", "create", "-b", ""})
}

// A refresh token is good for one use. A process that ends at its limit must
// not be the one that has used it.
func TestTabLeavesRenewalsToAProcessOfTheirOwn(t *testing.T) {
	used := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		used <- r.URL.Path
		w.WriteHeader(http.StatusInternalServerError)
	}))
	t.Cleanup(server.Close)
	newExpired := func(t *testing.T, address string) *tabber {
		b := newTabber(t, nil)
		b.login("default", address, time.Now().Add(-time.Hour), "good-for-one-use")
		return b
	}
	t.Run("it does not end in time", func(t *testing.T) {
		b := newExpired(t, server.URL)
		b.app.tabLimit = 300 * time.Millisecond
		started := make(chan string, 1)
		b.app.renew = func(profile string) (<-chan struct{}, error) {
			started <- profile
			return make(chan struct{}), nil
		}
		b.offersOnly([]string{"requests", "create", "-b", ""})
		if profile := <-started; profile != "default" || len(used) > 0 {
			t.Errorf("a process was started for %q, and this one went to %d pages", profile, len(used))
		}
	})
	t.Run("it ends in time", func(t *testing.T) {
		address := oddBundles(t, "plain")
		b := newExpired(t, address)
		b.app.renew = func(profile string) (<-chan struct{}, error) {
			b.login(profile, address, time.Now().Add(time.Hour), "another")
			ended := make(chan struct{})
			close(ended)
			return ended, nil
		}
		b.offersOnly([]string{"requests", "create", "-b", ""}, "plain\tid-0")
	})
	t.Run("the process renews", func(t *testing.T) {
		b := newExpired(t, server.URL)
		if code, out, problems := b.run(requestRenew, "default"); code != 0 || out+problems != "" {
			t.Errorf("it ends with %d and says %q", code, out+problems)
		}
		if path := <-used; path != "/oauth/token" {
			t.Errorf("it asks for %s", path)
		}
	})
}

func TestTabForEachShell(t *testing.T) {
	b := newTabber(t, tokenFor(oddBundles(t, "a b", "a c")))
	line := []string{"requests", "create", "-b"}
	for request, test := range map[string]struct {
		args []string
		want string
	}{
		requestBash:                 {[]string{"apono requests create -b a", "a", "9", "80"}, `a\ b` + "\n" + `a\ c`},
		requestBash + noAbout:       {[]string{"apono requests create -b ", "", "63", "80"}, "a b\na c"},
		requestZsh:                  {append([]string{"80", "a"}, line...), "a b\ta b  (id-0)\na c\ta c  (id-1)\n"},
		requestZsh + noAbout:        {append([]string{"80", "a"}, line...), "a b\ta b\na c\ta c\n"},
		requestFish:                 {append([]string{"'a"}, line...), "a b\tid-0\na c\tid-1\n"},
		requestPowerShell:           {[]string{".QSBD", ".cmVxdWVzdHM=", ".Y3JlYXRl", ".LWI="}, "ImEgYyI= YSBj aWQtMQ==\n"},
		requestPowerShell + noAbout: {[]string{".QSBD", ".cmVxdWVzdHM=", ".Y3JlYXRl", ".LWI="}, "ImEgYyI= YSBj YSBj\n"},
		"__complete-another":        {line, ""},
		"__complete-bash-":          {line, ""},
	} {
		code, out, problems := b.run(append([]string{request}, test.args...)...)
		if code != 0 || problems != "" || out != test.want {
			t.Errorf("%s ends with %d, says %q and answers %q, want %q", request, code, problems, out, test.want)
		}
	}
	for _, request := range slices.Sorted(maps.Keys(map[string]bool{requestBash: true, requestZsh: true, requestFish: true, requestPowerShell: true})) {
		if code, out, problems := b.run(request); code != 0 || out+problems != "" {
			t.Errorf("%s without arguments ends with %d and says %q", request, code, out+problems)
		}
	}
}

// A press of Tab whose caller has gone.
func TestTabEndsWithItsContext(t *testing.T) {
	b := newTabber(t, tokenFor(oddBundles(t, "plain")))
	var out bytes.Buffer
	b.app.Streams = &render.Streams{In: strings.NewReader(""), Out: &out, Err: &out}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := b.app.Run(ctx, []string{"__complete", "requests", "create", "-b", ""}); code != 0 || out.String() != ":4\n" && out.String() != ":36\n" {
		t.Errorf("it ends with %d and says %q", code, out.String())
	}
}
