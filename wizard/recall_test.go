//go:build !windows

package wizard_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"apono/wizard"
	"apono/wizard/catalog"
)

// cacheFiles returns the files in the cache's folder. The test fails if there are none.
func cacheFiles(t *testing.T, dir string) []string {
	t.Helper()
	files := listFiles(t, dir)
	if len(files) == 0 {
		t.Fatal("nothing was cached")
	}
	return files
}

// openCatalog gives a flow the catalog in a folder.
func openCatalog(t *testing.T, flow *wizard.Flow, dir string) *catalog.Store {
	t.Helper()
	flow.Catalog = catalog.Open(dir)
	t.Cleanup(func() { _ = flow.Catalog.Close() })
	return flow.Catalog
}

func listFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestCachedRequestTakesTwoRoundTrips submits a request again with another justification
// and duration. That needs no lookups, only the submission and a poll. It also checks that
// the cache is private and does not contain justifications.
func TestCachedRequestTakesTwoRoundTrips(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	dir := filepath.Join(t.TempDir(), "cache")
	openCatalog(t, flow, dir)
	if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
		t.Fatal(err)
	}
	before := len(s.calls)
	again := shopAnswers()
	again.Justification, again.Duration = "another", 2*time.Hour
	out, err := flow.Request(t.Context(), again, wizard.RequestOptions{NoWait: true})
	if err != nil {
		t.Fatal(err)
	}
	if calls := s.calls[before:]; len(calls) != 2 {
		t.Errorf("made %d calls, want 2: %+v", len(calls), calls)
	}
	sent := s.submitted()
	if *sent[1].Justification != "another" || *sent[1].DurationInSec != 7200 {
		t.Errorf("submitted %+v, want the new justification and duration", sent[1])
	}
	sent[1].Justification, sent[1].DurationInSec = sent[0].Justification, sent[0].DurationInSec
	if !reflect.DeepEqual(sent[0], sent[1]) {
		t.Errorf("apart from justification and duration, submitted\n%+v, want\n%+v", sent[1], sent[0])
	}
	if !reflect.DeepEqual(out.Answers, again) {
		t.Errorf("got answers %+v, want %+v", out.Answers, again)
	}
	for _, path := range cacheFiles(t, dir) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s: got mode %v, want %v", path, got, os.FileMode(0o600))
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "OPS-1") || strings.Contains(string(data), "another") {
			t.Errorf("%s contains a justification:\n%s", path, data)
		}
	}
}

// TestRejectedCacheEntryIsLookedUpAgain makes the service reject a request from the cache
// once, as if an ID in it were out of date.
func TestRejectedCacheEntryIsLookedUpAgain(t *testing.T) {
	for _, status := range []int{400, 403, 404, 409, 422} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			s, flow, _ := newFlowWithoutTerminal(t, fastClock)
			openCatalog(t, flow, t.TempDir())
			if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			rejected := false
			s.override = func(req *http.Request) (*http.Response, bool) {
				if req.Method != http.MethodPost || !strings.HasSuffix(req.URL.Path, "/access-requests") || rejected {
					return nil, false
				}
				rejected = true
				return jsonResponse(req, status, `{"message":"no such resource"}`), true
			}
			before := s.countCalls("/resources")
			out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true})
			if err != nil || len(out.Requests) != 1 {
				t.Errorf("got outcome %+v and error %v, want one request", out, err)
			}
			if !rejected {
				t.Error("the cached request was not submitted")
			}
			if s.countCalls("/resources") == before {
				t.Error("the resources were not looked up again")
			}
		})
	}
}

func TestDamagedCatalogIsReplaced(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"empty": func([]byte) []byte { return nil }, "not a database": func([]byte) []byte { return []byte("\x00\xff\x00 not a database") },
		"truncated":   func(text []byte) []byte { return text[:len(text)/2] },
		"overwritten": func(text []byte) []byte { return append(text[:4096:4096], make([]byte, len(text)-4096)...) },
		"undamaged":   func(text []byte) []byte { return text },
	} {
		t.Run(name, func(t *testing.T) {
			s, flow, _ := newFlowWithoutTerminal(t, fastClock)
			dir := t.TempDir()
			store := openCatalog(t, flow, dir)
			if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			for _, path := range cacheFiles(t, dir) {
				content, err := os.ReadFile(path)
				if err == nil {
					err = os.WriteFile(path, damage(content), 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			openCatalog(t, flow, dir)
			for _, lookedUp := range []bool{name != "undamaged", false} { // what replaces it is used again
				before := s.countCalls("/resources")
				if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
					t.Fatal(err)
				}
				if got := s.countCalls("/resources") > before; got != lookedUp {
					t.Errorf("the resources were looked up: %t, want %t", got, lookedUp)
				}
			}
		})
	}
}

// TestUnwritableCacheIsIgnored uses a file as the cache's folder, so that nothing can be
// cached.
func TestUnwritableCacheIsIgnored(t *testing.T) {
	_, flow, _ := newFlowWithoutTerminal(t, fastClock)
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	openCatalog(t, flow, file)
	if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
		t.Errorf("got error %v", err)
	}
}

// Custom fields are private and differ from request to request, like justifications.
func TestRequestWithCustomFieldsIsNotCached(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	if err := s.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	openCatalog(t, flow, dir)
	answers := shopAnswers()
	answers.CustomFields = []wizard.CustomField{{Key: "ticket", Value: "OPS-77"}}
	if _, err := flow.Request(t.Context(), answers, wizard.RequestOptions{NoWait: true}); err != nil {
		t.Fatal(err)
	}
	for _, file := range listFiles(t, dir) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "OPS-77") || strings.Contains(string(content), "custom_fields") {
			t.Errorf("the request is cached: %s", content)
		}
	}
}
