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
