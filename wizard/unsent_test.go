package wizard_test

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox"
	"apono/render"
	"apono/wizard"
	"apono/wizard/catalog"
)

// unauthorized refuses new requests, as if the login had expired, once expired is
// set.
type unauthorized struct {
	next    http.RoundTripper
	expired bool
}

// RoundTrip implements http.RoundTripper.
func (u *unauthorized) RoundTrip(req *http.Request) (*http.Response, error) {
	if !u.expired || req.Method != http.MethodPost || !strings.HasSuffix(req.URL.Path, "/access-requests") {
		return u.next.RoundTrip(req)
	}
	return &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
}

// If the login expires before a request is sent, its error carries the answers,
// even if the request came from the cache.
func TestUnsentRequestKeepsItsAnswers(t *testing.T) {
	t.Parallel()
	want := wizard.Answers{
		Integration: "sqlite/shop", ResourceType: "sqlite-database", Resources: []string{"shop"}, Permissions: []string{"READ_ONLY"},
		Duration: time.Hour, Justification: "OPS-1",
	}
	for _, cached := range []bool{false, true} {
		box, err := sandbox.Open(t.Context(), sandbox.Options{Dir: t.TempDir(), Program: []string{"true"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = box.Close() })
		transport := &unauthorized{next: box.Transport()}
		api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		flow := &wizard.Flow{Client: api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
		if cached {
			store := catalog.Open(t.TempDir())
			t.Cleanup(func() { _ = store.Close() })
			flow.Catalog = store
			if _, err := flow.Request(t.Context(), want, wizard.RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
		}
		transport.expired = true
		_, err = flow.Request(t.Context(), want, wizard.RequestOptions{NoWait: true})
		var unsent *wizard.UnsentError
		var refused *client.Error
		if !errors.As(err, &unsent) || !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
			t.Fatalf("cached %t: error %v", cached, err)
		}
		if !reflect.DeepEqual(unsent.Answers, want) {
			t.Errorf("cached %t: answers\n%+v, want\n%+v", cached, unsent.Answers, want)
		}
	}
}
