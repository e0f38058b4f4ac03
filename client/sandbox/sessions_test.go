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
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/connect"
	"apono/client/sandbox/permission"
	"apono/client/sandbox/store"
)

// password returns the secret in a session's instructions.
func password(t *testing.T, d *client.AccessDetails) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^Password: (.+)$`).FindStringSubmatch(d.Instructions.Plain)
	if found == nil {
		t.Fatalf("no password in %q", d.Instructions.Plain)
	}
	return found[1]
}

func (sb *sandboxFixture) details(id string) *client.AccessDetails {
	sb.t.Helper()
	return must(sb.api.AccessDetails(sb.t.Context(), id))(sb.t)
}

func (sb *sandboxFixture) login(id, password string) (*DatabaseAccess, error) {
	return sb.Login(sb.t.Context(), Credential{SessionID: id, Password: password})
}

func TestSecretIsShownOnce(t *testing.T) {
	sb := newSandboxFixture(t)
	_, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	if !regexp.MustCompile(`^sqlite-shop-db-[0-9a-f]{6}$`).MatchString(session.ID) {
		t.Errorf("session ID %s", session.ID)
	}
	if !session.Credentials.AreNew() || session.ConsumedBy != nil {
		t.Errorf("a new session: %+v, consumed by %v", session.Credentials, session.ConsumedBy)
	}
	first, second := sb.details(session.ID), sb.details(session.ID)
	secret := password(t, first)
	want := "APONO_SANDBOX_PASSWORD='" + secret + "' '/opt/my tools/apono' sandbox sql --session " + session.ID
	if first.CLI == nil || *first.CLI != want {
		t.Errorf("the command is %v, want %s", first.CLI, want)
	}
	if !strings.Contains(first.Instructions.Markdown, want) || !strings.Contains(first.Instructions.Plain, "shop.db") {
		t.Errorf("instructions %+v", first.Instructions)
	}
	if got := password(t, second); got != connect.Mask || strings.Contains(*second.CLI, secret) || !strings.Contains(*second.CLI, connect.Mask) {
		t.Errorf("the second view shows %s and %s", got, *second.CLI)
	}
	now := must(sb.api.AccessSession(t.Context(), session.ID))(t)
	if now.Credentials.Status != "USED" || now.ConsumedBy == nil || *now.ConsumedBy != client.Consumer {
		t.Errorf("afterwards: %+v, consumed by %v", now.Credentials, now.ConsumedBy)
	}
}

func TestResetCreatesANewSecret(t *testing.T) {
	sb := newSandboxFixture(t)
	_, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	old := password(t, sb.details(session.ID))
	if err := sb.api.ResetCredentials(t.Context(), session.ID); err != nil {
		t.Fatal(err)
	}
	state := func() string { return must(sb.api.AccessSession(t.Context(), session.ID))(t).Credentials.Status }
	if got := state(); got != "RESETTING" {
		t.Errorf("right after the reset: %s", got)
	}
	if got := password(t, sb.details(session.ID)); got != connect.Mask {
		t.Error("the secret is shown before it is new")
	}
	sb.clock.advance(time.Second)
	if got := state(); got != client.CredentialsNew {
		t.Errorf("a second later: %s", got)
	}
	fresh := password(t, sb.details(session.ID))
	if fresh == old || fresh == connect.Mask {
		t.Errorf("the secret after the reset: %s", fresh)
	}
	if _, err := sb.login(session.ID, fresh); err != nil {
		t.Error(err)
	}
	wantReason(t, sb, session.ID, old, ReasonReset)
}

func wantReason(t *testing.T, sb *sandboxFixture, id, secret string, reason Reason) {
	t.Helper()
	_, err := sb.login(id, secret)
	var refused *NoAccessError
	if !errors.As(err, &refused) || refused.Reason != reason {
		t.Errorf("login: %v, want reason %s", err, reason)
	} else if secret != "" && strings.Contains(err.Error(), secret) {
		t.Errorf("the error contains the secret: %v", err)
	}
}

func TestLoginReturnsTheAccess(t *testing.T) {
	sb := newSandboxFixture(t)
	tables := sb.newRequest("sqlite/shop", catalog.ShopTableType, permission.ReadWrite, "shop/orders", "shop/items")
	id, session := sb.createActive(tables)
	got, err := sb.login(session.ID, password(t, sb.details(session.ID)))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got.Tables)
	if got.Permission != permission.ReadWrite || !slices.Equal(got.Tables, []string{"items", "orders"}) || got.Path != sb.ShopPath() {
		t.Errorf("access %+v", got)
	}
	if want := sb.get(id).RevocationTime.Time(); !got.Expires.Equal(want) {
		t.Errorf("expires %v, want %v", got.Expires, want)
	}
	_, session = sb.createActive(sb.shopRequest(permission.Admin))
	got, err = sb.login(session.ID, password(t, sb.details(session.ID)))
	if err != nil || got.Permission != permission.Admin || got.Tables != nil {
		t.Errorf("access to the whole database: %+v %v", got, err)
	}
}

func TestLoginUsesTheWeakestPermission(t *testing.T) {
	sb := newSandboxFixture(t)
	database, tables := sb.resources("sqlite/shop", catalog.ShopDatabaseType, "shop")[0], sb.resources("sqlite/shop", catalog.ShopTableType, "shop/orders")[0]
	_, session := sb.createActive(client.NewRequest{AccessUnitIDs: []string{tables + "~" + permission.Admin, database + "~" + permission.ReadOnly}})
	got, err := sb.login(session.ID, password(t, sb.details(session.ID)))
	if err != nil || got.Permission != permission.ReadOnly || got.Tables != nil {
		t.Errorf("access %+v %v", got, err)
	}
}

func TestLoginIsRefusedWithoutAccess(t *testing.T) {
	sb := newSandboxFixture(t)
	wantReason(t, sb, "sqlite-shop-db-000000", "x", ReasonWrong)

	id, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	secret := password(t, sb.details(session.ID))
	wantReason(t, sb, session.ID, "", ReasonWrong)
	wantReason(t, sb, session.ID, secret+"x", ReasonWrong)
	wantReason(t, sb, session.ID, connect.Mask, ReasonWrong)
	sb.post(demoUser(), "access-requests/"+id+"/revoke", "")
	wantReason(t, sb, session.ID, secret, ReasonRevoked)

	_, session = sb.createActive(sb.shopRequest(permission.ReadOnly))
	secret = password(t, sb.details(session.ID))
	sb.clock.advance(time.Hour)
	wantReason(t, sb, session.ID, secret, ReasonExpired)

	bucket := sb.newRequest("aws-account/Playground", "aws-account-s3-bucket", permission.ReadOnly, "playground-scratch")
	_, session = sb.createActive(bucket)
	d := sb.details(session.ID)
	found := regexp.MustCompile(`aws_secret_access_key: (.+)`).FindStringSubmatch(d.Instructions.Plain)
	wantReason(t, sb, session.ID, found[1], ReasonOther)
}

func TestEndedSessionsAreListedOnRequest(t *testing.T) {
	sb := newSandboxFixture(t)
	_, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	sb.clock.advance(2 * time.Hour)
	if n := len(must(sb.api.AccessSessions(t.Context(), client.SessionQuery{}))(t)); n != 0 {
		t.Errorf("%d sessions", n)
	}
	status, body := sb.send(demoUser(), http.MethodGet, "access-sessions?include_disconnected=true&status=disconnected", "")
	if status != http.StatusOK || !strings.Contains(body, session.ID) {
		t.Errorf("ended sessions: %d %s", status, body)
	}
	_, err := sb.api.AccessDetails(t.Context(), session.ID)
	wantError(t, err, http.StatusNotFound, "Expired")
	wantError(t, sb.api.ResetCredentials(t.Context(), session.ID), http.StatusNotFound, "Expired")
}

func TestConnectionMethods(t *testing.T) {
	sb := newSandboxFixture(t)
	kubernetes := sb.newRequest("kubernetes/staging-eks", "kubernetes-namespace", "view", "checkout")
	for _, c := range []struct {
		request client.NewRequest
		methods []string
		has     func(*client.AccessDetails) bool
	}{
		{sb.shopRequest(permission.ReadOnly), []string{"cli", "instructions"}, func(d *client.AccessDetails) bool { return d.CLI != nil && d.JSON == nil && d.Link == nil }},
		{kubernetes, []string{"link", "instructions"}, func(d *client.AccessDetails) bool { return d.Link != nil && strings.HasPrefix(d.Link.URL, "https://") }},
		{sb.newRequest("aws-account/Playground", "aws-account-iam-role", "ASSUME", "PlaygroundDeployer"), []string{"json", "instructions"},
			func(d *client.AccessDetails) bool {
				return d.CLI == nil && strings.Contains(string(d.JSON), "aws_secret_access_key")
			}},
		{sb.newRequest("postgresql/analytics-replica", "postgresql-replica-database", permission.ReadOnly, "analytics"), []string{"instructions", "json"},
			func(d *client.AccessDetails) bool {
				return len(d.Launchers) == 3 && strings.Contains(d.Launchers[0].InvocationCommand, "__APONO_PASSWORD__") &&
					d.Launchers[1].PasswordEncoding == "url" && d.Launchers[0].AuthCommand != nil
			}},
	} {
		id, session := sb.createActive(c.request)
		if !slices.Equal(session.ConnectionMethods, c.methods) {
			t.Errorf("%s: methods %v, want %v", session.Integration.Title(), session.ConnectionMethods, c.methods)
		}
		d := sb.details(session.ID)
		if !c.has(d) || d.Instructions.Plain == "" {
			t.Errorf("%s (%s): %+v", session.Integration.Title(), id, d)
		}
		if got := session.HasLaunchers.Value; got != (len(d.Launchers) > 0) || len(session.Launchers) != len(d.Launchers) {
			t.Errorf("%s: the session has %d launchers, its details %d", session.Integration.Title(), len(session.Launchers), len(d.Launchers))
		}
	}
}

func TestSessionWithoutCredentials(t *testing.T) {
	sb := newSandboxFixture(t)
	id := sb.create(sb.newRequest("gcp-organization/acme.example", "gcp-project", "roles/viewer", "acme-data-lake"))[0]
	sb.clock.advance(grantDelay)
	if err := sb.PassMFA(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	sb.clock.advance(grantDelay)
	session := must(sb.api.AccessSessions(t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(t)[0]
	if session.Credentials != nil || !slices.Equal(session.ConnectionMethods, []string{"instructions"}) {
		t.Errorf("session %+v", session)
	}
	wantError(t, sb.api.ResetCredentials(t.Context(), session.ID), http.StatusConflict, "no credentials")
}

func TestSecretsAreNotStoredOnceShown(t *testing.T) {
	sb := newSandboxFixture(t)
	_, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	secret := password(t, sb.details(session.ID))
	err := sb.store.Read(t.Context(), func(tx *store.Tx) error {
		a, err := tx.Session(session.ID)
		if err == nil && (a.Unseen != "" || strings.Contains(a.Hash, secret)) {
			t.Errorf("a shown secret is still stored: %+v", a)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	files, err := filepath.Glob(filepath.Join(sb.dir, "sandbox.db*"))
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

func TestBundleHasOneSessionPerIntegration(t *testing.T) {
	sb := newSandboxFixture(t)
	id, _ := sb.createActive(client.NewRequest{BundleIDs: []string{catalog.StableID("bundle", "Checkout on call")}, Justification: text("pager")})
	var titles []string
	for _, s := range must(sb.api.AccessSessions(t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(t) {
		titles = append(titles, s.Integration.Title())
	}
	slices.Sort(titles)
	want := []string{"aws-account/Playground", "kubernetes/staging-eks", "mongodb-atlas/orders-cluster", "sqlite/shop"}
	if !slices.Equal(titles, want) {
		t.Errorf("sessions of %v, want %v", titles, want)
	}
	others := must(sb.api.AccessSessions(t.Context(), client.SessionQuery{BundleIDs: []string{catalog.StableID("bundle", "Shop support")}}))(t)
	if len(others) != 0 {
		t.Errorf("sessions of another bundle: %v", others)
	}
}

func TestAccessGroups(t *testing.T) {
	sb := newSandboxFixture(t)
	id, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	group := sb.get(id).AccessGroups[0]
	if !group.HasNewCredentials.Value {
		t.Error("the group has no new credentials")
	}
	_, first := sb.send(demoUser(), http.MethodGet, "access-groups/"+group.ID+"/details", "")
	if strings.Contains(first, connect.Mask) || !strings.Contains(first, session.ID) {
		t.Errorf("the first view: %s", first)
	}
	if _, second := sb.send(demoUser(), http.MethodGet, "access-groups/"+group.ID+"/details", ""); !strings.Contains(second, connect.Mask) {
		t.Errorf("the second view: %s", second)
	}
	sb.post(demoUser(), "access-groups/"+group.ID+"/reset", "")
	sb.clock.advance(time.Second)
	if !sb.get(id).AccessGroups[0].HasNewCredentials.Value {
		t.Error("no new credentials after the reset")
	}
	for _, id := range []string{"AG-00001-2", "AG-1-1", "AG-00099-1", "nonsense", "AG-00001-0"} {
		if status, body := sb.send(demoUser(), http.MethodGet, "access-groups/"+id+"/units", ""); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", id, status, body)
		}
	}
}
