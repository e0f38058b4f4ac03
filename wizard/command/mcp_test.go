package command

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"apono/client"
)

// The relay forwards messages and prints one answer for each that has an ID. It
// answers itself if the service cannot.
func TestRelay(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		if strings.Contains(string(body), "broken") {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte("{\n\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"ok\":true},\"error\":null}"))
	}))
	t.Cleanup(service.Close)
	api, err := client.New(client.Config{BaseURL: service.URL})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, in, want string }{
		{"an answer", `{"jsonrpc":"2.0","id":1,"method":"ping"}`, `{"id":1,"jsonrpc":"2.0","result":{"ok":true}}` + "\n"},
		{"a notification", `{"jsonrpc":"2.0","method":"notifications/initialized"}`, ""},
		{"an empty line", "\n\n", ""},
		{"not JSON", "nope", `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not a JSON-RPC message"}}` + "\n"},
		{"a service that fails", `{"id":"x","method":"broken"}`, `{"jsonrpc":"2.0","id":"x","error":{"code":-32603,"message":"The service failed (500)"}}` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			if err := relay(t.Context(), api, strings.NewReader(c.in), &out); err != nil {
				t.Fatal(err)
			}
			if out.String() != c.want {
				t.Errorf("%q, want %q", out.String(), c.want)
			}
		})
	}
}

// An answer that is none, or is to another message, becomes an error with the message's
// own ID. Else the assistant would wait for ever.
func TestRelayOfFaultyAnswers(t *testing.T) {
	for _, c := range []struct{ name, reply, want string }{
		{"nothing but the version", `{"jsonrpc":"2.0"}`, "neither a result nor an error"},
		{"another ID", `{"jsonrpc":"2.0","id":8,"result":{}}`, "another ID"},
		{"an ID of another type", `{"jsonrpc":"2.0","id":"7","result":{}}`, "another ID"},
		{"no ID", `{"jsonrpc":"2.0","result":{}}`, "another ID"},
		{"neither", `{"jsonrpc":"2.0","id":7}`, "neither a result nor an error"},
		{"both null", `{"jsonrpc":"2.0","id":7,"result":null,"error":null}`, "neither a result nor an error"},
		{"both", `{"jsonrpc":"2.0","id":7,"result":{},"error":{"code":1,"message":"m"}}`, "both a result and an error"},
		{"a bare error", `{"jsonrpc":"2.0","id":7,"error":"no"}`, "no code and message"},
		{"an array", `[]`, "Not the API's answer"},
		{"null", `null`, "Not the API's answer"},
		{"nothing", ``, "Not the API's answer"},
		{"cut short", `{"jsonrpc":"2.0","id":7,"re`, "Not the API's answer"},
		{"HTML", `<html>Sign in</html>`, "Not the API's answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(c.reply)) }))
			t.Cleanup(service.Close)
			api, err := client.New(client.Config{BaseURL: service.URL})
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			in := `{"jsonrpc":"2.0","id":7,"method":"tools/list"}` + "\n" + `{"jsonrpc":"2.0","method":"notifications/initialized"}`
			if err := relay(t.Context(), api, strings.NewReader(in), &out); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(out.String(), `{"jsonrpc":"2.0","id":7,"error":{"code":-32603,`) || !strings.Contains(out.String(), c.want) || strings.Count(out.String(), "\n") != 1 {
				t.Errorf("%q, want one error with %q", out.String(), c.want)
			}
		})
	}
}

// The error of a service that could not read the ID is an answer, too.
func TestRelayOfAnErrorWithoutID(t *testing.T) {
	got, err := checkAnswer([]byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}`), []byte("7"))
	if want := `{"error":{"code":-32600,"message":"Invalid Request"},"id":7,"jsonrpc":"2.0"}`; err != nil || string(got) != want {
		t.Errorf("got %s and error %v, want %s", got, err, want)
	}
}
