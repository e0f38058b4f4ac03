package command_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"apono/wizard/command"
)

// faultyRuns says for every command of the program how to run it against a service whose
// every answer is wrong. A command without a row fails TestFaultyAnswers.
func faultyRuns() map[string]string {
	const local = ""
	return map[string]string{
		"apono requests":                 "requests",
		"apono requests create":          "requests create -i sqlite/shop -t sqlite-database -r shop -p READ_ONLY -j x -d 1h",
		"apono requests list":            "requests list",
		"apono requests describe":        "requests describe AR-00001",
		"apono requests units":           "requests units AR-00001",
		"apono requests revoke":          "requests revoke AR-00001",
		"apono request":                  "request -b Bundle -j x -d 1h",
		"apono request create":           "request create -b Bundle -j x -d 1h",
		"apono request list":             "request list",
		"apono request describe":         "request describe AR-00001",
		"apono request units":            "request units AR-00001",
		"apono request revoke":           "request revoke AR-00001 --wait",
		"apono access list":              "access list",
		"apono access use":               "access use x --run",
		"apono access reset-credentials": "access reset-credentials x",
		"apono access-details":           "access-details AR-00001",
		"apono inventory integrations":   "inventory integrations",
		"apono inventory resource-types": "inventory resource-types -i x",
		"apono inventory resources":      "inventory resources -i x -t y",
		"apono inventory permissions":    "inventory permissions -i x -t y",
		"apono inventory bundles":        "inventory bundles",
		"apono inventory access-units":   "inventory access-units -b x",
		"apono integrations":             "integrations",
		"apono resource-types":           "resource-types -i x",
		"apono resources":                "resources -i x -t y",
		"apono permissions":              "permissions -i x -t y",
		"apono search":                   "search x",
		"apono login":                    "login --profile new --personal-token t-0123456789abcdef --api-url URL --insecure-storage",
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
		"apono sandbox reset":            local,
		"apono sandbox sql":              local,
		"apono sandbox serve":            local,
		"apono sandbox token":            local,
	}
}

// rawText is what no error may show: texts of Go's libraries, and what was in the answer.
var rawText = regexp.MustCompile(`unmarshal|invalid character|unexpected end|EOF|hotel|panic|goroutine|%!`)

// TestFaultyAnswers runs every command against a service whose answers are not the API's:
// nothing is taken for done or for empty.
func TestFaultyAnswers(t *testing.T) {
	t.Parallel()
	rows := faultyRuns()
	for path := range command.RunnablePaths() {
		if _, ok := rows[path]; !ok {
			t.Errorf("%s has no row: say how to run it against a faulty service, or that it uses none", path)
		}
	}
	for fault, body := range map[string]string{"a captive portal": "<html>Sign in to the hotel's network</html>", "an empty object": "{}"} { // package client tests more
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
		t.Cleanup(server.Close)
		for path, line := range rows {
			if line == "" {
				continue
			}
			t.Run(fault+"/"+path, func(t *testing.T) {
				d := newCLIHarness(t).useService(server.URL)
				args := strings.Fields(strings.ReplaceAll(line, "URL", server.URL))
				code, out, stderr := d.run("", args...)
				if code != 1 || strings.Contains(out+stderr, "✓") || rawText.MatchString(out+stderr) || !strings.Contains(stderr, "✗") {
					t.Errorf("%q: exit code %d, stdout\n%s\nstderr\n%s", args, code, out, stderr)
				}
				if out != "" {
					t.Errorf("%q prints data: %s", args, out)
				}
			})
		}
	}
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

// What stands in the place of a URL is not shown: it may be a secret.
func TestInvalidURLIsNotShown(t *testing.T) {
	d := newCLIHarness(t)
	d.env = append(d.env, "APONO_TOKEN="+secretToken, "APONO_API_URL=hunter2@x y z")
	_, stderr := d.mustExit(2, []string{"APONO_API_URL: invalid URL"}, "requests", "list")
	if strings.Contains(stderr, "hunter2") {
		t.Errorf("it is shown:\n%s", stderr)
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
			d.mustExit(5, []string{"Not known what became of it after 1s: No answer in time", "apono requests describe AR-00001"}, append([]string{"requests", "create", "--timeout", "1s"}, answers.Args()...)...)
		})
	}
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
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for reader := bufio.NewReader(conn); ; {
					r, err := http.ReadRequest(reader)
					if err != nil {
						return
					}
					body := `{"data":[{"id":"i","type":"t","name":"x"}]}`
					if !strings.Contains(r.URL.Path, "integrations") {
						body = `{"data":[]}`
					}
					fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%sHTTP/1.1 200 hunter2\r\n\r\n", len(body), body)
				}
			}()
		}
	}()
	code, out, stderr := d.useService("http://"+listener.Addr().String()).run("", "inventory", "resource-types", "-i", "x")
	if strings.Contains(out+stderr, "hunter2") {
		t.Errorf("exit code %d\n%s%s", code, out, stderr)
	}
}
