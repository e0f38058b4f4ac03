package command_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client/clienttest"
)

// respond responds with a status, headers and a body.
func respond(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// truncate announces more than it sends.
func truncate(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"data":[{"id":"1"`)
}

// hangUp closes the connection without a response.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func TestServiceErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		response http.HandlerFunc
		code     int
		says     []string
	}{
		"401":       {respond(401, `{"message":"nope"}`), 4, []string{"APONO_TOKEN"}},
		"403":       {respond(403, `{"message":"Not \u001b[31mthis one"}`), 1, []string{"You do not have permission to do this (403)", "Not this one", "Ask your admin"}},
		"404":       {respond(404, ``), 1, []string{"404"}},
		"422":       {respond(422, `{"message":"limit is too large"}`), 1, []string{"Limit is too large", "--verbose"}},
		"429":       {respond(429, `{}`, "Retry-After", "30"), 1, []string{"Rate limited (429)", "Try again after 30s"}},
		"500":       {respond(500, `{"message":"oops"}`, "X-Request-Id", "r-42"), 1, []string{"The service failed (500)", "oops", "Try again later", "Request ID for support: r-42"}},
		"503":       {respond(503, `{}`, "Retry-After", "3600"), 1, []string{"The service failed (503)", "Try again after 1h, or use --verbose"}},
		"503, HTML": {respond(503, `<html>Maintenance</html>`, "Content-Type", "text/html", "Retry-After", "3600"), 1, []string{"503", "Try again after 1h"}},
		"HTML":      {respond(200, `<html><body>Log in</body></html>`, "Content-Type", "text/html"), 1, []string{"Not the API's answer from", "A proxy or a login page"}},
		"502, HTML": {respond(502, `<html>Bad Gateway</html>`, "Content-Type", "text/html"), 1, []string{"502"}},
		"cut short": {truncate, 1, []string{"se --verbose for details"}},
		"hangs up":  {hangUp, 1, []string{"No answer from 127.0.0.1", "se --verbose for details"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newCLIHarness(t)
			s := newSandboxServer(t, time.Second)
			s.respondWith(c.response)
			out, stderr := d.useService(s.URL).mustExit(c.code, c.says, "inventory", "integrations")
			if out != "" || strings.Contains(stderr, "\x1b") {
				t.Errorf("stdout %q, stderr %q", out, stderr)
			}
		})
	}
}

// If time is up while the service asks to wait, the error says that it did.
func TestDeadlineWhileWaiting(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, time.Second)
	s.respondWith(respond(429, `{}`, "Retry-After", "20"))
	d.env = append(d.env, "APONO_DEADLINE=2s")
	d.useService(s.URL).mustExit(1, []string{"no complete answer within", "the last attempt failed: rate limited (429)", "APONO_DEADLINE"}, "inventory", "integrations")
}

func TestConnectionRefused(t *testing.T) {
	d := newCLIHarness(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	d.useService("http://"+address).mustExit(1, []string{"No answer from " + address + ": connection refused", "Check the network"}, "requests", "list")
}

func TestVerboseMasksTheToken(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, time.Second)
	_, stderr := d.useService(s.URL).mustExit(0, []string{"> GET " + s.URL + "/api/client/v1/inventory/integrations", "< 200"}, "inventory", "integrations", "--verbose")
	if strings.Contains(strings.ToLower(stderr), "bearer") {
		t.Errorf("it prints the header:\n%s", stderr)
	}
}

// A request is sent once, whatever happens. If its response is lost, the error says
// that the request may have been created.
func TestLostResponse(t *testing.T) {
	t.Parallel()
	args := append([]string{"requests", "create"}, func() []string { a := shopAnswers("READ_ONLY"); return a.Args() }()...)
	for name, c := range map[string]struct {
		response http.HandlerFunc
		says     []string
	}{
		"500":       {respond(500, `{"message":"oops"}`), []string{"may or may not have been created", "apono requests list"}},
		"cut short": {truncate, []string{"may or may not have been created", "apono requests list"}},
		"hangs up":  {hangUp, []string{"may or may not have been created", "apono requests list"}},
		"422":       {respond(422, `{"message":"no flow lets you have this"}`), []string{"No flow lets you have this"}},
		"403":       {respond(403, `{"message":"no"}`), []string{"You do not have permission to do this (403)"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newCLIHarness(t)
			s := newSandboxServer(t, 10*time.Second)
			s.respondWith(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					c.response(w, r)
					return
				}
				s.box.Handler().ServeHTTP(w, r)
			})
			d.useService(s.URL).mustExit(1, c.says, args...)
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.posts != 1 {
				t.Errorf("sent %d times", s.posts)
			}
		})
	}
}

func TestAmbiguousName(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, time.Second)
	s.respondWith(respond(200, `{"data":[{"id":"i-1","type":"aws","name":"Playground"},{"id":"i-2","type":"gcp","name":"Playground"}],"pagination":{"limit":100,"offset":0}}`))
	d.useService(s.URL).mustExit(2, []string{`"Playground" matches more than one integration`, "i-1, i-2", "apono inventory integrations"}, "inventory", "resource-types", "-i", "Playground")
}

// access use --run exits with the exit code of the session's command.
func TestExitCodeOfSessionCommand(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]int{"exit 7": 7, "kill -TERM $$": 143, "sh -c 'kill -KILL $$'": 137, "true": 0} {
		t.Run(command, func(t *testing.T) {
			d := newCLIHarness(t)
			s := newSandboxServer(t, 10*time.Second)
			session := s.grant(shopAnswers("READ_ONLY"))
			s.setCommand("cat; " + command)
			code, out, stderr := d.useService(s.URL).run("what is piped in", "access", "use", session.ID, "--run")
			if code != want || out != "what is piped in" {
				t.Errorf("exit code %d, want %d; stdout %q, stderr\n%s", code, want, out, stderr)
			}
			if strings.Contains(stderr, "✗") {
				t.Errorf("another program's failure is reported as an error:\n%s", stderr)
			}
		})
	}
}

func TestMissingProgram(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, 10*time.Second)
	session := s.grant(shopAnswers("READ_ONLY"))
	s.setCommand("PGPASSWORD=hunter2 psql-that-is-not-here --host=db")
	out, stderr := d.useService(s.URL).mustExit(127, []string{"psql-that-is-not-here is not installed", "Install psql-that-is-not-here", "apono access use " + session.ID + " -o instructions", "-o cli", "apono access reset-credentials " + session.ID}, "access", "use", session.ID, "--run")
	if strings.Contains(out+stderr, "hunter2") {
		t.Errorf("it prints the secret:\n%s%s", out, stderr)
	}
}

// A request that was sent but cannot be followed is on stdout with all that is known: its
// ID, which a script needs to go on.
func TestSentAndNotFollowed(t *testing.T) {
	answers := shopAnswers("READ_ONLY")
	for format, want := range map[string]string{"json": "{\n  \"id\": \"AR-00001\"\n}\n", "yaml": "id: AR-00001\n", "table": "ID: AR-00001\n"} {
		t.Run(format, func(t *testing.T) {
			d := newCLIHarness(t)
			s := newSandboxServer(t, 10*time.Second)
			s.respondWith(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/access-requests/") {
					respond(403, `{"message":"no"}`)(w, r)
					return
				}
				s.box.Handler().ServeHTTP(w, r)
			})
			out, _ := d.useService(s.URL).mustExit(1, []string{"apono requests describe AR-00001"}, append([]string{"requests", "create", "-o", format}, answers.Args()...)...)
			if out != want {
				t.Errorf("printed %q, want %q", out, want)
			}
		})
	}
}

// A token in the environment works even if the configuration cannot be read.
func TestTokenWithoutConfiguration(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, time.Second)
	d.useService(s.URL)
	path := filepath.Join(d.dir, "config.json")
	if err := os.Mkdir(path, 0o700); err != nil { // which not even root can read as a file
		t.Fatal(err)
	}
	out, _ := d.mustExit(0, []string{"! The configuration cannot be read", "Going on with the token"}, "inventory", "integrations")
	if !strings.Contains(out, "sqlite") {
		t.Errorf("stdout:\n%s", out)
	}
	d.mustExit(1, []string{"✗ The configuration cannot be read"}, "profiles", "list")
}

// Damage in one part of the configuration is said, once, and costs that part only.
func TestDamagedPartIsSaid(t *testing.T) {
	d := newCLIHarness(t)
	path := filepath.Join(d.dir, "config.json")
	if err := os.WriteFile(path, []byte("\ufeff"+`{"current_profile":"sandbox","aliases":{"good":"requests list","bad":5}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr := d.mustExit(0, []string{"! Ignored what is damaged in the configuration: aliases.bad", path, "No requests yet"}, "good")
	if strings.Count(stderr, "aliases.bad") != 1 {
		t.Errorf("said more than once:\n%s", stderr)
	}
	d.mustExit(2, []string{`apono has no command "bad"`}, "bad")
	d.mustExit(0, nil, "alias", "set", "bad", "access list")
	if _, stderr := d.mustExit(0, []string{"No access yet"}, "bad"); strings.Contains(stderr, "damaged") {
		t.Errorf("still damaged:\n%s", stderr)
	}
}

// Without a home, nothing is written to the current folder, and the error says what to do.
func TestWithoutHome(t *testing.T) {
	d := newCLIHarness(t)
	d.env = slices.DeleteFunc(d.env, func(one string) bool { return strings.HasPrefix(one, "APONO_CONFIG_DIR=") })
	d.env = append(d.env, "APONO_CONFIG_DIR=here")
	d.mustExit(1, []string{`APONO_CONFIG_DIR is not an absolute path: "here"`, "absolute path, or one that starts with"}, "requests", "list", "--profile", "sandbox")
	if _, err := os.Stat(filepath.Join(d.dir, "here")); err == nil {
		t.Error("it writes to the current folder")
	}
}

// What is in the way of a connection is named.
func TestProxyAndRedirect(t *testing.T) {
	d := newCLIHarness(t)
	d.env = append(d.env, "HTTPS_PROXY=http://user:hunter2@127.0.0.1:1")
	d.useService("https://api.example.invalid")
	_, stderr := d.mustExit(1, []string{"No answer from api.example.invalid through the proxy 127.0.0.1:1: connection refused", "HTTPS_PROXY and NO_PROXY"}, "inventory", "integrations")
	if strings.Contains(stderr, "hunter2") {
		t.Errorf("it prints the proxy's password:\n%s", stderr)
	}
}

// What a proxy says when it refuses is quoted.
func TestProxyRefuses(t *testing.T) {
	t.Parallel()
	for status, says := range map[string]string{
		"403 Blocked by policy": "the proxy refuses (403 Blocked by policy)",
		"502 Bad Gateway X":     "the proxy refuses (502 Bad Gateway X)",
		"407 ":                  "the proxy refuses (407 Proxy Authentication Required)",
	} {
		t.Run(status, func(t *testing.T) {
			d := newCLIHarness(t)
			proxy := clienttest.ServeRaw(t, clienttest.Always("HTTP/1.1 "+status+"\r\nContent-Length: 0\r\n\r\n"))
			d.env = append(d.env, "HTTPS_PROXY="+proxy)
			d.useService("https://api.example.invalid").mustExit(1, []string{"No answer from api.example.invalid through the proxy", says, "Check HTTPS_PROXY and NO_PROXY"}, "inventory", "integrations")
			d.mustExit(1, []string{"Cannot connect to login.example.invalid: " + says}, "login", "--no-browser", "--app-url", "https://login.example.invalid")
		})
	}
}

// A proxy variable that names no proxy is named, and not shown: it may be a secret.
func TestProxyVariableIsInvalid(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"hunter2@x y z", "http://user:hunter2@x y", "http://proxy.example:hunter2", "://hunter2"} {
		for _, variable := range []string{"HTTPS_PROXY", "https_proxy"} {
			t.Run(variable+" "+value, func(t *testing.T) {
				d := newCLIHarness(t)
				d.env = append(d.env, variable+"="+value)
				d.useService("https://api.example.invalid")
				says := []string{variable + " is not the address of a proxy", "Set " + variable + " to an address such as http://proxy.example:3128, or unset it"}
				_, stderr := d.mustExit(1, says, "inventory", "integrations", "--verbose")
				_, more := d.mustExit(1, says, "login", "--no-browser", "--app-url", "https://login.example.invalid")
				if strings.Contains(stderr+more, "hunter2") || strings.Contains(stderr+more, "through the proxy") {
					t.Errorf("it says\n%s%s", stderr, more)
				}
			})
		}
	}
}

func TestRedirectsThatAreNotFollowed(t *testing.T) {
	d := newCLIHarness(t)
	s := newSandboxServer(t, time.Second)
	d.useService(s.URL)
	s.respondWith(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://login.example/sign-in?secret=hunter2", http.StatusFound)
	})
	_, stderr := d.mustExit(1, []string{"redirects to https://login.example, which is not followed (302)", "Check the service's address: APONO_API_URL"}, "inventory", "integrations")
	if strings.Contains(stderr, "hunter2") {
		t.Errorf("it prints the query:\n%s", stderr)
	}
	answers := shopAnswers("READ_ONLY")
	s.respondWith(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			return
		}
		s.box.Handler().ServeHTTP(w, r)
	})
	d.mustExit(1, []string{"redirects to /elsewhere, which is not followed (307)"}, append([]string{"requests", "create"}, answers.Args()...)...)
	s.respondWith(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Redirect(w, r, "https://login.example/sign-in", http.StatusFound)
			return
		}
		s.box.Handler().ServeHTTP(w, r)
	})
	_, stderr = d.mustExit(1, []string{"redirects to https://login.example, which is not followed (302)"}, append([]string{"requests", "create"}, answers.Args()...)...)
	if strings.Contains(stderr, "may or may not") {
		t.Errorf("a redirect that is not followed has created nothing:\n%s", stderr)
	}
}
