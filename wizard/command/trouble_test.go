package command_test

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"apono/wizard"
)

// says answers with a status, headers and a body.
func says(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// cut promises more than it sends.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"data":[{"id":"1"`)
}

// hangUp drops the connection without an answer.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func TestAServiceInTrouble(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stands http.HandlerFunc
		code   int
		says   []string
	}{
		"401":       {says(401, `{"message":"nope"}`), 4, []string{"APONO_TOKEN"}},
		"403":       {says(403, `{"message":"Not \u001b[31mthis one"}`), 1, []string{"You do not have permission to do this (403)", "Not this one", "Ask your admin"}},
		"404":       {says(404, ``), 1, []string{"404"}},
		"422":       {says(422, `{"message":"limit is too large"}`), 1, []string{"Limit is too large", "--verbose"}},
		"429":       {says(429, `{}`, "Retry-After", "30"), 1, []string{"Rate limited (429)", "Try again after 30s"}},
		"500":       {says(500, `{"message":"oops"}`, "X-Request-Id", "r-42"), 1, []string{"The service failed (500)", "oops", "Try again later", "Request ID for support: r-42"}},
		"HTML":      {says(200, `<html><body>Log in</body></html>`, "Content-Type", "text/html"), 1, []string{"not the API's JSON", "A proxy or a login page"}},
		"502, HTML": {says(502, `<html>Bad Gateway</html>`, "Content-Type", "text/html"), 1, []string{"502"}},
		"cut short": {cut, 1, []string{"se --verbose for details"}},
		"hangs up":  {hangUp, 1, []string{"No response from 127.0.0.1", "se --verbose for details"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			s := newServed(t, time.Second)
			s.instead(c.stands)
			out, said := d.at(s.URL).wants(c.code, c.says, "inventory", "integrations")
			if out != "" || strings.Contains(said, "\x1b") {
				t.Errorf("it prints %q and says %q", out, said)
			}
		})
	}
}

func TestAPortWhereNobodyListens(t *testing.T) {
	d := newDesk(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	d.at("http://"+address).wants(1, []string{"No response from " + address + ": connection refused", "Check your network"}, "requests", "list")
}

func TestVerboseShowsTheExchangeWithoutTheToken(t *testing.T) {
	d := newDesk(t)
	s := newServed(t, time.Second)
	_, said := d.at(s.URL).wants(0, []string{"> GET " + s.URL + "/api/client/v1/inventory/integrations", "< 200"}, "inventory", "integrations", "--verbose")
	if strings.Contains(strings.ToLower(said), "bearer") {
		t.Errorf("it shows the header:\n%s", said)
	}
}

// TestWhereTheAnswerToARequestIsLost sends a request once, whatever happens, and
// says that it may have been made.
func TestWhereTheAnswerToARequestIsLost(t *testing.T) {
	t.Parallel()
	args := append([]string{"requests", "create"}, func() []string { a := shopAnswers("READ_ONLY"); return a.Args() }()...)
	for name, c := range map[string]struct {
		stands http.HandlerFunc
		says   []string
	}{
		"500":       {says(500, `{"message":"oops"}`), []string{"may or may not have been created", "apono requests list"}},
		"cut short": {cut, []string{"may or may not have been created", "apono requests list"}},
		"hangs up":  {hangUp, []string{"may or may not have been created", "apono requests list"}},
		"422":       {says(422, `{"message":"no flow lets you have this"}`), []string{"No flow lets you have this"}},
		"403":       {says(403, `{"message":"no"}`), []string{"You do not have permission to do this (403)"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			s := newServed(t, 10*time.Second)
			s.instead(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					c.stands(w, r)
					return
				}
				s.box.Handler().ServeHTTP(w, r)
			})
			d.at(s.URL).wants(1, c.says, args...)
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.posts != 1 {
				t.Errorf("it was sent %d times", s.posts)
			}
		})
	}
}

func TestANameThatTwoHave(t *testing.T) {
	d := newDesk(t)
	s := newServed(t, time.Second)
	s.instead(says(200, `{"data":[{"id":"i-1","type":"aws","name":"Playground"},{"id":"i-2","type":"gcp","name":"Playground"}],"pagination":{"limit":100,"offset":0}}`))
	d.at(s.URL).wants(2, []string{`"Playground" names more than one integration`, "i-1, i-2", "apono inventory integrations"}, "inventory", "resource-types", "-i", "Playground")
}

func TestMoreResourcesThanARequestTakes(t *testing.T) {
	d := newDesk(t)
	args := []string{"requests", "create", "--profile", "sandbox", "-i", "Playground", "-t", "aws-account-s3-bucket", "-p", "READ_ONLY"}
	for i := range wizard.MostResources + 1 {
		args = append(args, "-r", "bucket-"+strconv.Itoa(i))
	}
	d.wants(2, []string{"1001 resources are too many: a request takes at most 1000"}, args...)
}

// TestTheCommandsExitCodeIsOurs runs sessions whose command ends in several ways.
func TestTheCommandsExitCodeIsOurs(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]int{"exit 7": 7, "kill -TERM $$": 143, "sh -c 'kill -KILL $$'": 137, "true": 0} {
		t.Run(command, func(t *testing.T) {
			d := newDesk(t)
			s := newServed(t, 10*time.Second)
			session := s.grant(shopAnswers("READ_ONLY"))
			s.runs("cat; " + command)
			code, out, said := d.at(s.URL).types("what is piped in", "access", "use", session.ID, "--run")
			if code != want || out != "what is piped in" {
				t.Errorf("it ends with %d, want %d; it prints %q and says\n%s", code, want, out, said)
			}
			if strings.Contains(said, "✗") {
				t.Errorf("a program's own end is reported as an error:\n%s", said)
			}
		})
	}
}

func TestAProgramThatIsNotInstalled(t *testing.T) {
	d := newDesk(t)
	s := newServed(t, 10*time.Second)
	session := s.grant(shopAnswers("READ_ONLY"))
	s.runs("PGPASSWORD=hunter2 psql-that-is-not-here --host=db")
	out, said := d.at(s.URL).wants(127, []string{"psql-that-is-not-here is not installed", "Install psql-that-is-not-here", "apono access use " + session.ID + " -o instructions", "-o cli", "apono access reset-credentials " + session.ID}, "access", "use", session.ID, "--run")
	if strings.Contains(out+said, "hunter2") {
		t.Errorf("it shows the secret:\n%s%s", out, said)
	}
}
