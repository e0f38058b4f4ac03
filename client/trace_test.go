package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// traced returns a client and the buffer that its trace is written to.
func traced(t *testing.T, token string, handler http.HandlerFunc) (*Client, *bytes.Buffer) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	var written bytes.Buffer
	cl, err := New(Config{BaseURL: server.URL, Tokens: StaticToken(token), Transport: Trace(nil, &written)})
	if err != nil {
		t.Fatal(err)
	}
	return cl, &written
}

func TestTraceWritesTheExchange(t *testing.T) {
	why := "because"
	cl, written := traced(t, "tok", func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err != nil || !strings.Contains(string(body), why) {
			t.Errorf("the service received %q, %v", body, err)
		}
		respond(w, http.StatusCreated, `{"request_ids":["AR-1"],"message":null}`)
	})
	made, err := cl.CreateRequest(t.Context(), NewRequest{Justification: &why})
	if err != nil || len(made.RequestIDs) != 1 {
		t.Fatalf("%v, %v", made, err)
	}
	for _, want := range []string{"> POST http://", requests, `"justification":"because"`, "< 201 Created in ", `{"request_ids":["AR-1"],"message":null}`} {
		if !strings.Contains(written.String(), want) {
			t.Errorf("no %q in\n%s", want, written)
		}
	}
	if strings.Contains(written.String(), "tok") {
		t.Errorf("the token is in\n%s", written)
	}
}

func TestTraceWithoutResponse(t *testing.T) {
	var written bytes.Buffer
	cl, err := New(Config{BaseURL: "https://service.example", Tokens: StaticToken("tok-1"), Transport: Trace(roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("refused tok-1 \x1b[31m")
	}), &written)})
	if err != nil {
		t.Fatal(err)
	}
	if err := cl.ResetCredentials(t.Context(), "s"); err == nil {
		t.Fatal("no error")
	}
	if text := written.String(); !strings.Contains(text, "no response after") || strings.Contains(text, "tok-1") || strings.Contains(text, "\x1b") {
		t.Errorf("%q", text)
	}
}

func TestTraceOmitsAccessDetails(t *testing.T) {
	for _, code := range []int{200, 400, 500} {
		cl, written := traced(t, "tok", func(w http.ResponseWriter, _ *http.Request) {
			respond(w, code, `{"instructions":{"plain":"log in with hunter2"},"message":"hunter2"}`)
		})
		details, err := cl.AccessDetails(t.Context(), "s")
		if code == 200 && (err != nil || !strings.Contains(details.Instructions.Plain, "hunter2")) {
			t.Errorf("%+v, %v", details, err)
		}
		if strings.Contains(written.String(), "hunter2") || !strings.Contains(written.String(), "not shown") {
			t.Errorf("%d:\n%s", code, written)
		}
	}
}

func TestMaskJSON(t *testing.T) {
	const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
	for _, c := range []struct{ name, body, want string }{
		{"text", `{"password":"hunter2","id":"x"}`, `{"password":"********","id":"x"}`},
		{"any case, part of a name", `{"DB_Password_1":"hunter2"}`, `{"DB_Password_1":"********"}`},
		{"number", `{"token": 123456}`, `{"token": "********"}`},
		{"object", `{"secret":{"a":"hunter2"},"b":1}`, `{"secret":"********","b":1}`},
		{"list", `{"apiKey":["hunter2"]}`, `{"apiKey":"********"}`},
		{"deep", `[{"a":[{"access_token":"hunter2"}]}]`, `[{"a":[{"access_token":"********"}]}]`},
		{"escaped name", `{"pass\u0077ord":"hunter2"}`, `{"pass\u0077ord":"********"}`},
		{"escaped quote", `{"password":"a\"hunter2"}`, `{"password":"********"}`},
		{"booleans and null", `{"has_token":true,"token":null,"secret":false}`, `{"has_token":true,"token":null,"secret":false}`},
		{"nothing secret", `{"id":"aws-account-secret","name":"token"}`, `{"id":"aws-account-secret","name":"token"}`},
		{"truncated in the secret", `{"id":1,"password":"hunt`, `{"id":1,"password": "********"`},
		{"truncated in a secret object", `{"id":1,"secret":{"a":"hunt`, `{"id":1,"secret": "********"`},
		{"truncated after the secret", `{"password":"hunter2","id":`, `{"password":"********","id":`},
		{"not JSON", `oops "password": "hunter2" oops`, `oops "password": "********" oops`},
		{"form", `code=a&refresh_token=hunter2&x=1`, `code=a&refresh_token=********&x=1`},
		{"bearer in text", `{"message":"Bearer abc.def has expired"}`, `{"message":"Bearer ******** has expired"}`},
		{"JWT in text", `{"message":"got ` + jwt + `"}`, `{"message":"got ********"}`},
		{"several values", `{"token":"a"}{"token":"b"}`, `{"token":"********"}{"token":"********"}`},
	} {
		if got := maskSecrets(string(maskJSON([]byte(c.body)))); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestTraceIsCleanAndTruncated(t *testing.T) {
	cl, written := traced(t, "", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusBadRequest, "\x1b[2J\u202e\u009b31m"+strings.Repeat("é", 100_000))
	})
	if _, err := cl.UserSession(t.Context()); err == nil {
		t.Fatal("no error")
	}
	if written.Len() > 2*maxTracedBody || !strings.Contains(written.String(), "bytes)") {
		t.Errorf("%d bytes written", written.Len())
	}
	if strings.ContainsFunc(written.String(), func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }) {
		t.Errorf("%.200q", written)
	}
}

// document draws a JSON value. It adds the values of fields with secret names to
// secrets.
func document(t *rapid.T, depth int, secret bool, secrets map[string]bool) any {
	kinds := []string{"text", "number", "list", "object"}
	if depth == 0 {
		kinds = kinds[:2]
	}
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "number":
		return rapid.Int().Draw(t, "number")
	case "list":
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			list = append(list, document(t, depth-1, secret, secrets))
		}
		return list
	case "object":
		object := map[string]any{}
		for range rapid.IntRange(0, 4).Draw(t, "fields") {
			name := rapid.SampledFrom([]string{"id", "name", `a "quoted" one`, "password", "db_password", "accessToken", "client-secret", "API_KEY", "Authorization", "set-cookie", "privateKey"}).Draw(t, "name")
			object[name] = document(t, depth-1, secret || secretNames.MatchString(name), secrets)
		}
		return object
	}
	word := rapid.StringMatching(`[qxz]{9}[\x00-\x7fé€]{0,20}`).Draw(t, "text")
	if secret {
		secrets[word[:9]] = true
		return word
	}
	return "harmless"
}

// The trace never contains the token or the value of a field with a secret name.
func TestTraceContainsNoSecrets(t *testing.T) {
	var body []byte
	var header string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header.Get("Authorization")
		w.Write(body)
	}))
	defer server.Close()
	rapid.Check(t, func(t *rapid.T) {
		token := rapid.StringMatching(`[A-Za-z0-9._~+/-]{8,40}=?`).Draw(t, "token")
		secrets := map[string]bool{token: true}
		value := document(t, 4, false, secrets)
		text, err := json.Marshal(map[string]any{"what": value, "echo": "you sent " + token + ", which has expired"})
		if err != nil {
			t.Fatal(err)
		}
		body = text[:rapid.IntRange(0, len(text)).Draw(t, "cut")]
		var written bytes.Buffer
		cl, err := New(Config{BaseURL: server.URL, Tokens: StaticToken(token), Transport: Trace(nil, &written)})
		if err != nil {
			t.Fatal(err)
		}
		once := call{method: http.MethodPost, path: "/x", body: json.RawMessage(text)}
		_ = cl.do(t.Context(), once, &acknowledgment{}) // the answer is not sound
		if header != "Bearer "+token {
			t.Fatalf("sent %q", header)
		}
		for secret := range secrets {
			if strings.Contains(written.String(), secret) {
				t.Fatalf("%q is in\n%s", secret, &written)
			}
		}
		if !strings.Contains(written.String(), "> POST") {
			t.Fatal("the trace is empty")
		}
	})
}

func FuzzMaskJSON(f *testing.F) {
	for _, seed := range []string{`{"password":"x"}`, `[{"a":{"token":[1]}}]`, `{"secret":`, `{"token" : {"a"`, "not JSON"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		masked := maskJSON(bytes.Clone(body))
		if json.Valid(body) != json.Valid(masked) && json.Valid(body) {
			t.Errorf("%q became %q", body, masked)
		}
		if again := maskJSON(bytes.Clone(masked)); json.Valid(body) && !bytes.Equal(again, masked) {
			t.Errorf("%q became %q, then %q", body, masked, again)
		}
	})
}
