package sandbox

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client"
)

// password takes the secret from a session's instructions.
func password(t *testing.T, d *client.AccessDetails) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^Password: (.+)$`).FindStringSubmatch(d.Instructions.Plain)
	if found == nil {
		t.Fatalf("no password in %q", d.Instructions.Plain)
	}
	return found[1]
}

func (b *box) details(id string) *client.AccessDetails {
	b.t.Helper()
	return must(b.api.AccessDetails(b.t.Context(), id))(b.t)
}

func (b *box) login(id, password string) (*DatabaseAccess, error) {
	return b.Login(b.t.Context(), Credential{SessionID: id, Password: password})
}

func TestSecretIsShownOnce(t *testing.T) {
	b := newBox(t)
	_, session := b.active(b.shop(ReadOnly))
	if !regexp.MustCompile(`^sqlite-shop-db-[0-9a-f]{6}$`).MatchString(session.ID) {
		t.Errorf("session ID %s", session.ID)
	}
	if !session.Credentials.AreNew() || session.ConsumedBy != nil {
		t.Errorf("a new session: %+v, consumed by %v", session.Credentials, session.ConsumedBy)
	}
	first, second := b.details(session.ID), b.details(session.ID)
	secret := password(t, first)
	want := "APONO_SANDBOX_PASSWORD='" + secret + "' '/opt/my tools/apono' sandbox sql --session " + session.ID
	if first.CLI == nil || *first.CLI != want {
		t.Errorf("the command is %v, want %s", first.CLI, want)
	}
	if !strings.Contains(first.Instructions.Markdown, want) || !strings.Contains(first.Instructions.Plain, "shop.db") {
		t.Errorf("instructions %+v", first.Instructions)
	}
	if got := password(t, second); got != mask || strings.Contains(*second.CLI, secret) || !strings.Contains(*second.CLI, mask) {
		t.Errorf("the second view shows %s and %s", got, *second.CLI)
	}
	now := must(b.api.AccessSession(t.Context(), session.ID))(t)
	if now.Credentials.Status != "USED" || now.ConsumedBy == nil || *now.ConsumedBy != client.Consumer {
		t.Errorf("afterwards: %+v, consumed by %v", now.Credentials, now.ConsumedBy)
	}
}

func TestResetMakesANewSecret(t *testing.T) {
	b := newBox(t)
	_, session := b.active(b.shop(ReadOnly))
	old := password(t, b.details(session.ID))
	if err := b.api.ResetCredentials(t.Context(), session.ID); err != nil {
		t.Fatal(err)
	}
	state := func() string { return must(b.api.AccessSession(t.Context(), session.ID))(t).Credentials.Status }
	if got := state(); got != "RESETTING" {
		t.Errorf("right after the reset: %s", got)
	}
	if got := password(t, b.details(session.ID)); got != mask {
		t.Error("the secret shows before it is new")
	}
	b.clock.advance(time.Second)
	if got := state(); got != client.CredentialsNew {
		t.Errorf("a second later: %s", got)
	}
	fresh := password(t, b.details(session.ID))
	if fresh == old || fresh == mask {
		t.Errorf("the secret after the reset: %s", fresh)
	}
	if _, err := b.login(session.ID, fresh); err != nil {
		t.Error(err)
	}
	wantsReason(t, b, session.ID, old, ReasonReset)
}

func wantsReason(t *testing.T, b *box, id, secret string, reason Reason) {
	t.Helper()
	_, err := b.login(id, secret)
	var refused *NoAccessError
	if !errors.As(err, &refused) || refused.Reason != reason {
		t.Errorf("login: %v, want reason %s", err, reason)
	} else if secret != "" && strings.Contains(err.Error(), secret) {
		t.Errorf("the error tells the secret: %v", err)
	}
}

func TestLoginSaysWhatASessionOpens(t *testing.T) {
	b := newBox(t)
	tables := b.asks("sqlite/shop", shopTableType, ReadWrite, "shop/orders", "shop/items")
	id, session := b.active(tables)
	got, err := b.login(session.ID, password(t, b.details(session.ID)))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got.Tables)
	if got.Permission != ReadWrite || !slices.Equal(got.Tables, []string{"items", "orders"}) || got.Path != b.ShopPath() {
		t.Errorf("access %+v", got)
	}
	if want := b.get(id).RevocationTime.Time(); !got.Expires.Equal(want) {
		t.Errorf("expires %v, want %v", got.Expires, want)
	}
	_, session = b.active(b.shop(Admin))
	got, err = b.login(session.ID, password(t, b.details(session.ID)))
	if err != nil || got.Permission != Admin || got.Tables != nil {
		t.Errorf("access to everything: %+v %v", got, err)
	}
}

func TestLoginTakesTheWeakestOfSeveralPermissions(t *testing.T) {
	b := newBox(t)
	database, tables := b.resources("sqlite/shop", shopDatabaseType, "shop")[0], b.resources("sqlite/shop", shopTableType, "shop/orders")[0]
	_, session := b.active(client.NewRequest{AccessUnitIDs: []string{tables + "~" + Admin, database + "~" + ReadOnly}})
	got, err := b.login(session.ID, password(t, b.details(session.ID)))
	if err != nil || got.Permission != ReadOnly || got.Tables != nil {
		t.Errorf("access %+v %v", got, err)
	}
}

func TestLoginIsRefusedAfterTheEnd(t *testing.T) {
	b := newBox(t)
	wantsReason(t, b, "sqlite-shop-db-000000", "x", ReasonWrong)

	id, session := b.active(b.shop(ReadOnly))
	secret := password(t, b.details(session.ID))
	wantsReason(t, b, session.ID, "", ReasonWrong)
	wantsReason(t, b, session.ID, secret+"x", ReasonWrong)
	wantsReason(t, b, session.ID, mask, ReasonWrong)
	b.post(demoUser(), "access-requests/"+id+"/revoke", "")
	wantsReason(t, b, session.ID, secret, ReasonRevoked)

	_, session = b.active(b.shop(ReadOnly))
	secret = password(t, b.details(session.ID))
	b.clock.advance(time.Hour)
	wantsReason(t, b, session.ID, secret, ReasonExpired)

	bucket := b.asks("aws-account/Playground", "aws-account-s3-bucket", ReadOnly, "playground-scratch")
	_, session = b.active(bucket)
	d := b.details(session.ID)
	found := regexp.MustCompile(`aws_secret_access_key: (.+)`).FindStringSubmatch(d.Instructions.Plain)
	wantsReason(t, b, session.ID, found[1], ReasonOther)
}

func TestEndedSessionsAreGoneButForThoseWhoAsk(t *testing.T) {
	b := newBox(t)
	_, session := b.active(b.shop(ReadOnly))
	b.clock.advance(2 * time.Hour)
	if n := len(must(b.api.AccessSessions(t.Context(), client.SessionQuery{}))(t)); n != 0 {
		t.Errorf("%d sessions", n)
	}
	status, said := b.send(demoUser(), http.MethodGet, "access-sessions?include_disconnected=true&status=disconnected", "")
	if status != http.StatusOK || !strings.Contains(said, session.ID) {
		t.Errorf("ended sessions: %d %s", status, said)
	}
	_, err := b.api.AccessDetails(t.Context(), session.ID)
	refused(t, err, http.StatusNotFound, "Expired")
	refused(t, b.api.ResetCredentials(t.Context(), session.ID), http.StatusNotFound, "Expired")
}

func TestWaysToConnect(t *testing.T) {
	b := newBox(t)
	onCall := b.asks("kubernetes/staging-eks", "kubernetes-namespace", "view", "checkout")
	for _, c := range []struct {
		ask     client.NewRequest
		methods []string
		has     func(*client.AccessDetails) bool
	}{
		{b.shop(ReadOnly), []string{"cli", "instructions"}, func(d *client.AccessDetails) bool { return d.CLI != nil && string(d.JSON) == "null" && d.Link == nil }},
		{onCall, []string{"link", "instructions"}, func(d *client.AccessDetails) bool { return d.Link != nil && strings.HasPrefix(d.Link.URL, "https://") }},
		{b.asks("aws-account/Playground", "aws-account-iam-role", "ASSUME", "PlaygroundDeployer"), []string{"json", "instructions"},
			func(d *client.AccessDetails) bool {
				return d.CLI == nil && strings.Contains(string(d.JSON), "aws_secret_access_key")
			}},
		{b.asks("postgresql/analytics-replica", "postgresql-replica-database", ReadOnly, "analytics"), []string{"instructions", "json"},
			func(d *client.AccessDetails) bool {
				return len(d.Launchers) == 3 && strings.Contains(d.Launchers[0].InvocationCommand, "__APONO_PASSWORD__") &&
					d.Launchers[1].PasswordEncoding == "url" && d.Launchers[0].AuthCommand != nil
			}},
	} {
		id, session := b.active(c.ask)
		if !slices.Equal(session.ConnectionMethods, c.methods) {
			t.Errorf("%s: methods %v, want %v", session.Integration.Title(), session.ConnectionMethods, c.methods)
		}
		d := b.details(session.ID)
		if !c.has(d) || d.Instructions.Plain == "" {
			t.Errorf("%s (%s): %+v", session.Integration.Title(), id, d)
		}
		if got := session.HasLaunchers; got != (len(d.Launchers) > 0) || len(session.Launchers) != len(d.Launchers) {
			t.Errorf("%s: the session has %d launchers, its details %d", session.Integration.Title(), len(session.Launchers), len(d.Launchers))
		}
	}
}

func TestSessionWithoutCredentials(t *testing.T) {
	b := newBox(t)
	id := b.create(b.asks("gcp-organization/acme.example", "gcp-project", "roles/viewer", "acme-data-lake"))[0]
	b.clock.advance(granting)
	if err := b.PassMFA(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.clock.advance(granting)
	session := must(b.api.AccessSessions(t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(t)[0]
	if session.Credentials != nil || !slices.Equal(session.ConnectionMethods, []string{"instructions"}) {
		t.Errorf("session %+v", session)
	}
	refused(t, b.api.ResetCredentials(t.Context(), session.ID), http.StatusConflict, "no credentials")
}

func TestSecretsAreKeptFromOthersAndNotKeptAtAll(t *testing.T) {
	b := newBox(t)
	_, session := b.active(b.shop(ReadOnly))
	secret := password(t, b.details(session.ID))
	err := b.store.read(t.Context(), func(x *tx) error {
		a, err := x.session(session.ID)
		if err == nil && (a.Unseen != "" || strings.Contains(a.Hash, secret)) {
			t.Errorf("a seen secret is still stored: %+v", a)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits: the user's folder protects the file")
	}
	files, err := filepath.Glob(filepath.Join(b.dir, "sandbox.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("files %v %v", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", filepath.Base(file), info.Mode())
		}
	}
}

func TestSessionsOfABundleAreOneForEachIntegration(t *testing.T) {
	b := newBox(t)
	id, _ := b.active(client.NewRequest{BundleIDs: []string{stableID("bundle", "Checkout on call")}, Justification: text("pager")})
	var titles []string
	for _, s := range must(b.api.AccessSessions(t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(t) {
		titles = append(titles, s.Integration.Title())
	}
	slices.Sort(titles)
	want := []string{"aws-account/Playground", "kubernetes/staging-eks", "mongodb-atlas/orders-cluster", "sqlite/shop"}
	if !slices.Equal(titles, want) {
		t.Errorf("sessions of %v, want %v", titles, want)
	}
	by := must(b.api.AccessSessions(t.Context(), client.SessionQuery{BundleIDs: []string{stableID("bundle", "Shop support")}}))(t)
	if len(by) != 0 {
		t.Errorf("sessions of another bundle: %v", by)
	}
}

func TestFirstGenerationReadsItsGroup(t *testing.T) {
	b := newBox(t)
	id, session := b.active(b.shop(ReadOnly))
	group := b.get(id).AccessGroups[0]
	if !group.HasNewCredentials {
		t.Error("the group has no new credentials")
	}
	_, first := b.send(demoUser(), http.MethodGet, "access-groups/"+group.ID+"/details", "")
	if strings.Contains(first, mask) || !strings.Contains(first, session.ID) {
		t.Errorf("the first view: %s", first)
	}
	if _, second := b.send(demoUser(), http.MethodGet, "access-groups/"+group.ID+"/details", ""); !strings.Contains(second, mask) {
		t.Errorf("the second view: %s", second)
	}
	b.post(demoUser(), "access-groups/"+group.ID+"/reset", "")
	b.clock.advance(time.Second)
	if !b.get(id).AccessGroups[0].HasNewCredentials {
		t.Error("no new credentials after the reset")
	}
	for _, id := range []string{"AG-00001-2", "AG-1-1", "AG-00099-1", "nonsense", "AG-00001-0"} {
		if status, said := b.send(demoUser(), http.MethodGet, "access-groups/"+id+"/units", ""); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", id, status, said)
		}
	}
}
