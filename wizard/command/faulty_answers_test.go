package command_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"apono/client/clienttest"
	"apono/client/sandbox"
	"apono/wizard/command"
)

// faultyRun says how to run a command against a faulty service, and what it does there.
type faultyRun struct {
	// line are the arguments, with SESSION, PERSONAL, TOKEN and URL for those of the service; empty
	// if the command uses no service. Lookups are by ID, because names may be hostile.
	line string
	// changes is the end of the path of the call that changes something, or whose answer
	// can be had only once, or DELETE for the call with that method; empty if there is
	// none.
	changes string
	// lost is the exit code if the answer to that call is lost after the service acted.
	lost int
	// reviews is true if the command is the approver's, for whom AR-00002 waits.
	reviews bool
	// lists is true if the command cannot do without a list.
	lists bool
	// favorite is true if AR-00001 is a favorite.
	favorite bool
}

// isChange reports whether a call is the one that changes something.
func (r faultyRun) isChange(call *http.Request) bool {
	if r.changes == http.MethodDelete {
		return call.Method == http.MethodDelete
	}
	reads := call.Method == http.MethodGet && r.changes != "/access-details"
	return !reads && strings.HasSuffix(call.URL.Path, r.changes)
}

// faultyRuns returns a row for every command of the program. A command without a row fails
// TestFaultyAnswers.
func faultyRuns() map[string]faultyRun {
	const (
		shop     = "998a1f0b-75fb-c08d-aa12-65bef37b647b"
		database = "db5320c0-b08c-326b-6b9d-206e346b6ea3"
		starter  = "5166d92b-c02c-3206-40bf-a4c00a6406aa"
		below    = " -i " + shop + " -t sqlite-database"
		create   = below + " -r " + database + " -p READ_ONLY -j x -d 1h"
		bundle   = " -b " + starter + " -j x -d 1h"
	)
	local := faultyRun{}
	list := func(line string) faultyRun { return faultyRun{line: line, lists: true} }
	request := func(line string) faultyRun { return faultyRun{line: line, changes: "/access-requests", lists: true} }
	revoke := func(line string) faultyRun { return faultyRun{line: line, changes: "/revoke"} }
	decide := func(line, verb string) faultyRun { return faultyRun{line: line, changes: verb, reviews: true} }
	use := func(line string) faultyRun {
		return faultyRun{line: line, changes: "/access-details", lost: 1, lists: true}
	}
	return map[string]faultyRun{
		"apono requests":                 list("requests"),
		"apono requests create":          request("requests create" + create),
		"apono requests list":            list("requests list"),
		"apono requests describe":        {line: "requests describe AR-00001"},
		"apono requests units":           {line: "requests units AR-00001"},
		"apono requests revoke":          revoke("requests revoke AR-00001"),
		"apono requests extend":          {line: "requests extend AR-00001 -y", changes: "/extend"},
		"apono requests again":           {line: "requests again AR-00001", changes: "/request-again"},
		"apono requests favorite":        {line: "requests favorite AR-00001", changes: "/favorite"},
		"apono requests unfavorite":      {line: "requests unfavorite AR-00001", changes: "/favorite", favorite: true},
		"apono request extend":           {line: "request extend AR-00001 -y", changes: "/extend"},
		"apono request again":            {line: "request again AR-00001 -j more", changes: "/request-again"},
		"apono request favorite":         {line: "request favorite AR-00001", changes: "/favorite"},
		"apono request unfavorite":       {line: "request unfavorite AR-00001", changes: "/favorite", favorite: true},
		"apono requests wait":            {line: "requests wait AR-00001"},
		"apono request wait":             {line: "request wait AR-00001 --for decided"},
		"apono status":                   list("status"),
		"apono request":                  request("request" + bundle),
		"apono request create":           request("request create" + bundle),
		"apono request list":             list("request list"),
		"apono request describe":         {line: "request describe AR-00001"},
		"apono request units":            {line: "request units AR-00001"},
		"apono request revoke":           revoke("request revoke AR-00001 --wait"),
		"apono requests review":          local, // needs a terminal
		"apono requests approve":         decide("requests approve AR-00002", "/approve"),
		"apono requests reject":          decide("requests reject AR-00002 -j no", "/reject"),
		"apono request review":           local, // needs a terminal
		"apono request approve":          decide("request approve AR-00002 -j fine", "/approve"),
		"apono request reject":           decide("request reject AR-00002", "/reject"),
		"apono review":                   local, // needs a terminal
		"apono access list":              list("access list"),
		"apono access use":               use("access use SESSION --run"),
		"apono access reset-credentials": {line: "access reset-credentials SESSION", changes: "/reset-credentials", lost: 1, lists: true},
		"apono access-details":           use("access-details AR-00001"),
		"apono inventory integrations":   list("inventory integrations"),
		"apono inventory resource-types": list("inventory resource-types -i " + shop),
		"apono inventory resources":      list("inventory resources" + below),
		"apono inventory permissions":    list("inventory permissions" + below),
		"apono inventory bundles":        list("inventory bundles"),
		"apono inventory access-units":   list("inventory access-units -b " + starter),
		"apono integrations":             list("integrations"),
		"apono resource-types":           list("resource-types -i " + shop),
		"apono resources":                list("resources" + below),
		"apono permissions":              list("permissions" + below),
		"apono search":                   list("search shop"),
		"apono tokens list":              {line: "tokens list"},
		"apono tokens create":            {line: "tokens create ci --expires 30d", changes: "/personal-tokens", lost: 1},
		"apono tokens delete":            {line: "tokens delete PERSONAL -y", changes: http.MethodDelete},
		"apono tokens":                   local,
		"apono login":                    {line: "login --profile new --personal-token TOKEN --api-url URL --insecure-storage"},
		"apono":                          local, // needs a terminal
		"apono access":                   local, // needs a terminal
		"apono alias":                    local,
		"apono config":                   local,
		"apono inventory":                local,
		"apono profiles":                 local,
		"apono sandbox":                  local,
		"apono mcp":                      local, // has answers of its own; see the tests of the relay
		"apono logout":                   local,
		"apono version":                  local,
		"apono completion":               local,
		"apono alias set":                local,
		"apono alias list":               local,
		"apono alias delete":             local,
		"apono alias rename":             local,
		"apono alias import":             local,
		"apono alias export":             local,
		"apono config get":               local,
		"apono config set":               local,
		"apono config list":              local,
		"apono profiles list":            local,
		"apono profiles set":             local,
		"apono profiles delete":          local,
		"apono profiles import":          local,
		"apono sandbox approve":          local,
		"apono sandbox reject":           local,
		"apono sandbox pass-mfa":         local,
		"apono sandbox custom-fields":    local,
		"apono sandbox mfa":              local,
		"apono sandbox reset":            local,
		"apono sandbox sql":              local,
		"apono sandbox serve":            local,
		"apono sandbox token":            local,
	}
}

// faultyAnswers are answers that are not the API's.
func faultyAnswers() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"a captive portal": respond(200, "<html>Sign in to the hotel's network</html>", "Content-Type", "text/html"),
		"nothing":          respond(200, ""),
		"null":             respond(200, "null"),
		"an empty list":    respond(200, "[]"),
		"an empty object":  respond(200, "{}"),
		"204":              func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"cut short":        truncate,
	}
}

// rawText is what no error may show: texts of Go's libraries, and what was in the answer.
var rawText = regexp.MustCompile(`unmarshal|invalid character|unexpected end|EOF|hotel|panic|goroutine|%!`)

// faultyProxy answers calls in place of a service, or passes them on.
type faultyProxy func(service http.Handler, w http.ResponseWriter, r *http.Request)

// result is how a command ended.
type result struct {
	code        int
	out, stderr string
}

// says reports whether something is printed.
func (r result) says(text string) bool { return strings.Contains(r.out+r.stderr, text) }

// failsPlainly reports whether a command has failed in words, and neither printed data nor
// said that something is done.
func (r result) failsPlainly() bool {
	return r.code == 1 && r.out == "" && !r.says("✓") && strings.Contains(r.stderr, "✗") && !rawText.MatchString(r.stderr)
}

// runFaulty runs each command through its proxy, several at once, because they mostly wait.
// It leaves out those without a proxy. AR-00001 has granted an access.
func runFaulty(t *testing.T, proxy func(faultyRun) faultyProxy, check func(*testing.T, faultyRun, result), env ...string) {
	var group errgroup.Group
	group.SetLimit(4)
	for path, row := range faultyRuns() {
		through := proxy(row)
		if row.line == "" || through == nil {
			continue
		}
		group.Go(func() error {
			t.Run(path, func(t *testing.T) {
				d := newWaitingHarness(t)
				s := newSandboxServer(t, 10*time.Second)
				session := s.grant(shopAnswers("READ_ONLY"))
				s.setCommand("true")
				if row.reviews {
					s.requestReview()
					s.actAs(sandbox.ApproverUser)
				}
				if row.favorite {
					s.makeFavorite("AR-00001")
				}
				if strings.Contains(row.line, "PERSONAL") {
					row.line = strings.ReplaceAll(row.line, "PERSONAL", s.addPersonalToken("old"))
				}
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { through(s, w, r) }))
				t.Cleanup(server.Close)
				line := strings.NewReplacer("SESSION", session.ID, "TOKEN", secretToken, "URL", server.URL).Replace(row.line)
				d.useService(server.URL).env = append(d.env, env...)
				var got result
				got.code, got.out, got.stderr = d.run("", strings.Fields(line)...)
				check(t, row, got)
				if t.Failed() {
					t.Logf("%s: exit code %d, stdout\n%s\nstderr\n%s", line, got.code, got.out, got.stderr)
				}
			})
			return nil
		})
	}
	_ = group.Wait() // the subtests have failed
}

// TestFaultyAnswers runs every command against services with faulty answers. Each service
// is faulty in one way.
func TestFaultyAnswers(t *testing.T) {
	t.Parallel()
	rows := faultyRuns()
	for path := range command.RunnablePaths() {
		if _, ok := rows[path]; !ok {
			t.Errorf("%s has no row: say how to run it against a faulty service, or that it uses none", path)
		}
	}
	for name, test := range map[string]func(*testing.T){
		"every answer":   testEveryAnswerFaulty,
		"the change":     testChangeFaulty,
		"a lost change":  testChangeLost,
		"endless lists":  testEndlessLists,
		"hostile texts":  testHostileTexts,
		"hostile errors": testHostileErrors,
		"a pause":        testPauseIsSaid,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

// Nothing is taken for done or for empty.
func testEveryAnswerFaulty(t *testing.T) {
	for _, fault := range []string{"a captive portal", "an empty object"} { // package client tests more
		t.Run(fault, func(t *testing.T) {
			answer := faultyAnswers()[fault]
			runFaulty(t, func(faultyRun) faultyProxy {
				return func(_ http.Handler, w http.ResponseWriter, r *http.Request) { answer(w, r) }
			}, func(t *testing.T, _ faultyRun, got result) {
				if !got.failsPlainly() {
					t.Error("it does not fail plainly")
				}
			})
		})
	}
}

// onChange returns a proxy that answers only the call that changes something; nil if there
// is none.
func onChange(row faultyRun, answer faultyProxy) faultyProxy {
	if row.changes == "" {
		return nil
	}
	return func(service http.Handler, w http.ResponseWriter, r *http.Request) {
		if !row.isChange(r) {
			service.ServeHTTP(w, r)
			return
		}
		answer(service, w, r)
	}
}

// A change that the service has not made is not taken for made.
func testChangeFaulty(t *testing.T) {
	for fault, answer := range faultyAnswers() {
		t.Run(fault, func(t *testing.T) {
			runFaulty(t, func(row faultyRun) faultyProxy {
				return onChange(row, func(_ http.Handler, w http.ResponseWriter, r *http.Request) { answer(w, r) })
			}, func(t *testing.T, _ faultyRun, got result) {
				if !got.failsPlainly() {
					t.Error("it does not fail plainly")
				}
			})
		})
	}
}

// A change that the service has made is found, or said to be lost.
func testChangeLost(t *testing.T) {
	portal := faultyAnswers()["a captive portal"]
	runFaulty(t, func(row faultyRun) faultyProxy {
		return onChange(row, func(service http.Handler, w http.ResponseWriter, r *http.Request) {
			service.ServeHTTP(httptest.NewRecorder(), r)
			portal(w, r)
		})
	}, func(t *testing.T, row faultyRun, got result) {
		switch {
		case got.code != row.lost || rawText.MatchString(got.stderr):
			t.Errorf("exit code %d, want %d", got.code, row.lost)
		case row.lost == 0 && !got.says("! The answer was lost, but"):
			t.Error("it does not say that the answer was lost")
		case row.lost != 0 && !got.failsPlainly():
			t.Error("it does not fail plainly")
		}
	})
}

// A list without an end ends the command at the deadline; it is not cut.
func testEndlessLists(t *testing.T) {
	runFaulty(t, func(faultyRun) faultyProxy { return endlessLists }, func(t *testing.T, row faultyRun, got result) {
		switch {
		case row.lists && (!got.failsPlainly() || !got.says("no complete answer within")):
			t.Error("it does not fail at the deadline")
		case !row.lists && got.code != 0:
			t.Error("it fails without a list that it can do without")
		}
	}, "APONO_DEADLINE=500ms")
}

// endlessLists makes every list of the service endless.
func endlessLists(service http.Handler, w http.ResponseWriter, r *http.Request) {
	editAnswer(service, w, r, func(answer any) any {
		page, ok := answer.(map[string]any)
		items, isList := page["data"].([]any)
		if !ok || !isList {
			return answer
		}
		item := map[string]any{}
		if len(items) > 0 {
			item = items[0].(map[string]any)
		}
		var endless []any
		for i := range 10 {
			next := maps.Clone(item)
			next["id"] = fmt.Sprintf("item-%s-%d", r.URL.Query().Get("skip"), i)
			endless = append(endless, next)
		}
		return map[string]any{"data": endless, "pagination": map[string]any{"limit": 10, "has_more": true}}
	})
}

// editAnswer changes what the service answers.
func editAnswer(service http.Handler, w http.ResponseWriter, r *http.Request, edit func(any) any) {
	kept := httptest.NewRecorder()
	service.ServeHTTP(kept, r)
	var answer any
	if kept.Code != http.StatusOK || json.Unmarshal(kept.Body.Bytes(), &answer) != nil {
		w.WriteHeader(kept.Code)
		_, _ = w.Write(kept.Body.Bytes())
		return
	}
	_ = json.NewEncoder(w).Encode(edit(answer)) // the client may have disconnected
}

// hostileText has line breaks, a control sequence, and a line that looks like the program's.
const hostileText = "x\n✓ AR-99999 is Active\r\n\x1b[31m\tdone"

// staysOnItsLine fails the test if a text of the service looks like a line of the program,
// whose symbols are indented by two columns at most. Lines of a field are further in.
func (r result) staysOnItsLine(t *testing.T) {
	for _, line := range strings.FieldsFunc(r.out+"\n"+r.stderr, func(c rune) bool { return c == '\n' || c == '\r' }) {
		if strings.HasPrefix(strings.TrimPrefix(line, "  "), "✓ AR-99999") || strings.Contains(line, "\x1b") {
			t.Errorf("a line of the service's: %q", line)
		}
	}
}

func testHostileTexts(t *testing.T) {
	runFaulty(t, func(faultyRun) faultyProxy {
		return func(service http.Handler, w http.ResponseWriter, r *http.Request) {
			editAnswer(service, w, r, withHostileTexts)
		}
	}, func(t *testing.T, _ faultyRun, got result) {
		got.staysOnItsLine(t)
		if got.code != 0 {
			t.Error("it fails")
		}
	})
}

// withHostileTexts replaces every text that people have written.
func withHostileTexts(answer any) any {
	switch v := answer.(type) {
	case []any:
		for i := range v {
			v[i] = withHostileTexts(v[i])
		}
	case map[string]any:
		for key, value := range v {
			if _, isText := value.(string); isText && slices.Contains([]string{"name", "display_name", "type_display_name", "display_path", "description", "justification", "message", "email"}, key) {
				v[key] = hostileText
				continue
			}
			v[key] = withHostileTexts(value)
		}
	}
	return answer
}

func testHostileErrors(t *testing.T) {
	message, err := json.Marshal(map[string]string{"message": hostileText})
	if err != nil {
		t.Fatal(err)
	}
	refuse := respond(422, string(message))
	runFaulty(t, func(faultyRun) faultyProxy {
		return func(_ http.Handler, w http.ResponseWriter, r *http.Request) { refuse(w, r) }
	}, func(t *testing.T, _ faultyRun, got result) {
		got.staysOnItsLine(t)
		if got.code != 1 || !got.says("x ✓ AR-99999 is Active done") {
			t.Error("it does not say what the service says")
		}
	})
}

// While a command waits, it says why and how long.
func testPauseIsSaid(t *testing.T) {
	limit := respond(429, `{}`, "Retry-After", "2")
	runFaulty(t, func(faultyRun) faultyProxy {
		var first sync.Once
		return func(service http.Handler, w http.ResponseWriter, r *http.Request) {
			answer := service.ServeHTTP
			first.Do(func() { answer = limit })
			answer(w, r)
		}
	}, func(t *testing.T, _ faultyRun, got result) {
		if got.code != 0 || !got.says("! Waiting: rate limited (429), retry in 2s") {
			t.Error("it does not say that it waits")
		}
	})
}

// A text of the service never starts a line that looks like one of the program.
func TestHostileTextStaysOnItsLine(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, time.Second)
	d.useService(s.URL)
	const hostile = `no\n✓ AR-00001 is Active\r\n\tdone`
	s.respondWith(respond(422, `{"message":"`+hostile+`"}`))
	_, stderr := d.mustExit(1, []string{"✗ no ✓ AR-00001 is Active done"}, "inventory", "integrations")
	s.respondWith(respond(200, `{"data":[{"id":"b","name":"`+hostile+`"},{"id":"c","name":"`+hostile+`"}]}`))
	_, more := d.mustExit(2, nil, "inventory", "access-units", "-b", "none")
	for _, line := range strings.Split(stderr+more, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "✓") {
			t.Errorf("a line of the service's: %q", line)
		}
	}
}

// The tests that docs/reliability.md names exist, in the files that it names.
func TestReliabilityNamesTests(t *testing.T) {
	const root = "../.."
	page, err := os.ReadFile(filepath.Join(root, "docs", "reliability.md"))
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, name := range regexp.MustCompile("`([a-z0-9_/]+_test\\.go)`").FindAllStringSubmatch(string(page), -1) {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name[1])))
		if err != nil {
			t.Error(err)
		}
		tests.Write(text)
	}
	names := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(string(page), -1)
	if len(names) < 16 {
		t.Errorf("it names only %d tests", len(names))
	}
	for _, name := range names {
		if !strings.Contains(tests.String(), "func "+name[1]+"(t *testing.T)") {
			t.Errorf("%s does not exist", name[1])
		}
	}
}

// mistype replaces the values of fields that no command acts on, at any depth.
func mistype(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = mistype(v[i])
		}
	case map[string]any:
		for name := range v {
			switch name {
			case "favorite", "extension_count", "extend_options", "grantee", "email", "photo", "distinct_resource_names",
				"path", "display_path", "type_display_name", "launchers", "icons", "labels", "metadata", "plan":
				v[name] = []any{"wrong"}
			default:
				v[name] = mistype(v[name])
			}
		}
	}
	return value
}

// Fields of another type that no command acts on fail none.
func TestMistypedFieldsFailNothing(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, 10*time.Second)
	s.grant(shopAnswers("READ_ONLY"))
	d.useService(s.URL)
	s.respondWith(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		s.box.Handler().ServeHTTP(recorder, r)
		var body any
		if err := json.Unmarshal(recorder.Body.Bytes(), &body); err != nil {
			t.Error(err)
		}
		w.WriteHeader(recorder.Code)
		if err := json.NewEncoder(w).Encode(mistype(body)); err != nil {
			t.Error(err)
		}
	})
	d.mustExit(0, nil, "requests", "list")
	d.mustExit(0, nil, "requests", "describe", "AR-00001")
	d.mustExit(0, nil, "access", "list")
	d.mustExit(0, nil, "search", "shop")
	d.mustExit(0, nil, "inventory", "integrations")
	d.mustExit(0, nil, "login", "--profile", "new", "--personal-token", secretToken, "--api-url", s.URL, "--insecure-storage")
	out, _ := d.mustExit(0, nil, "requests", "list", "-o", "json")
	if !strings.Contains(strings.Join(strings.Fields(out), ""), `"extension_count":["wrong"]`) {
		t.Errorf("it does not print what the service sent:\n%s", out)
	}
}

// While it waits, the program says why and how long.
func TestWaitingIsSaid(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, time.Second)
	d.useService(s.URL)
	limited := true
	s.respondWith(func(w http.ResponseWriter, r *http.Request) {
		if limited && strings.Contains(r.URL.Path, "integrations") {
			limited = false
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		s.box.Handler().ServeHTTP(w, r)
	})
	d.mustExit(0, []string{"! Waiting: rate limited (429), retry in 2s"}, "inventory", "integrations")
}

// What stands in the place of a URL is not shown, only whose place: it may be a secret.
func TestInvalidURLIsNotShown(t *testing.T) {
	d := newCLIHarness(t)
	check := func(source string, args ...string) {
		t.Helper()
		_, stderr := d.mustExit(2, []string{source + ": invalid URL: must start with https://"}, args...)
		if strings.Contains(stderr, "hunter2") {
			t.Errorf("%s: it is shown:\n%s", source, stderr)
		}
	}
	for _, secret := range []string{"hunter2@x y z", "http://hunter2", "hunter2"} {
		for _, flag := range []string{"--api-url", "--app-url", "--token-url", "--portal-url"} {
			check(flag, "login", "--no-browser", flag, secret)
		}
		d.env = append(d.env, "APONO_TOKEN="+secretToken, "APONO_API_URL="+secret)
		check("APONO_API_URL", "requests", "list")
		d.env = d.env[:len(d.env)-2]
	}
}

// If every look at a request fails, the error says why.
func TestFollowingFaultyAnswers(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, 10*time.Second)
	d.useService(s.URL)
	s.respondWith(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/access-requests/AR-") {
			respond(200, `{}`)(w, r)
			return
		}
		s.box.Handler().ServeHTTP(w, r)
	})
	answers := shopAnswers("READ_ONLY")
	d.mustExit(5, []string{`Not the API's answer`, `it lacks "id"`, "apono requests describe AR-00001"}, append([]string{"requests", "create", "--timeout", "3s"}, answers.Args()...)...)
}

// The timeout cuts a poll short that gets no answer, and the error says so.
func TestTimeoutCutsPollsShort(t *testing.T) {
	t.Parallel()
	for name, poll := range map[string]http.HandlerFunc{
		"no answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"a pause":   respond(429, `{}`, "Retry-After", "15"),
	} {
		t.Run(name, func(t *testing.T) {
			d := newCLIHarness(t)
			s := newSandboxServer(t, 10*time.Second)
			d.useService(s.URL)
			s.respondWith(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/access-requests/AR-") {
					poll(w, r)
					return
				}
				s.box.Handler().ServeHTTP(w, r)
			})
			answers := shopAnswers("READ_ONLY")
			d.mustExit(5, []string{"The outcome is not known after 1s: No answer in time", "apono requests describe AR-00001"}, append([]string{"requests", "create", "--timeout", "1s"}, answers.Args()...)...)
		})
	}
}

// An ID of the service is one word of a command that the user is to run.
func TestIDsAreQuotedInCommands(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, time.Second)
	d.useService(s.URL)
	s.respondWith(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			respond(200, `{"request_ids":["x; touch pwned"]}`)(w, r)
		case strings.Contains(r.URL.Path, "/access-requests/"):
			respond(403, `{"message":"no"}`)(w, r)
		default:
			s.box.Handler().ServeHTTP(w, r)
		}
	})
	answers := shopAnswers("READ_ONLY")
	d.mustExit(1, []string{`Check on it with: apono requests describe "x; touch pwned"`}, append([]string{"requests", "create"}, answers.Args()...)...)
}

// If it is not known when accesses end, the list says so: an empty cell means that one has
// no end.
func TestUnknownEndsAreSaid(t *testing.T) {
	t.Parallel()
	for name, failing := range map[string]string{"requests": "/access-requests?", "units": "/access_units?", "accesses": "request_id="} {
		t.Run(name, func(t *testing.T) {
			d := newCLIHarness(t)
			s := newSandboxServer(t, 10*time.Second)
			session := s.grant(shopAnswers("READ_ONLY"))
			s.respondWith(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.String(), failing) {
					respond(403, `{"message":"no"}`)(w, r)
					return
				}
				s.box.Handler().ServeHTTP(w, r)
			})
			out, _ := d.useService(s.URL).mustExit(0, []string{"! Not known when every access ends", "You do not have permission to do this (403)"}, "access", "list")
			if !strings.Contains(out, session.ID) {
				t.Errorf("stdout:\n%s", out)
			}
			if _, stderr := d.mustExit(0, nil, "access", "list", "-o", "json"); stderr != "" {
				t.Errorf("with -o json, which says nothing about ends, it prints\n%s", stderr)
			}
		})
	}
}

// A tool that an assistant calls may take longer than any deadline.
func TestMCPHasNoDeadline(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, time.Second)
	d.useService(s.URL)
	d.env = append(d.env, "APONO_DEADLINE=1ns")
	d.mustExit(1, []string{"no complete answer within"}, "inventory", "integrations")
	code, out, stderr := d.run(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, "mcp")
	if code != 0 || !strings.Contains(out, `"result":`) {
		t.Errorf("exit code %d, stdout\n%s\nstderr\n%s", code, out, stderr)
	}
}

// What a server sends beyond its answer is not printed: net/http logs it.
func TestExcessOfAnAnswerIsNotPrinted(t *testing.T) {
	d := newCLIHarness(t)
	url := clienttest.ServeRaw(t, func(r *http.Request) string {
		body := `{"data":[{"id":"i","type":"t","name":"x"}]}`
		if !strings.Contains(r.URL.Path, "integrations") {
			body = `{"data":[]}`
		}
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%sHTTP/1.1 200 hunter2\r\n\r\n", len(body), body)
	})
	code, out, stderr := d.useService(url).run("", "inventory", "resource-types", "-i", "x")
	if strings.Contains(out+stderr, "hunter2") {
		t.Errorf("exit code %d\n%s%s", code, out, stderr)
	}
}
