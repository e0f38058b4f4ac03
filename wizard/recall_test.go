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
	flow.Recall = wizard.NewRecall(dir)
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
			flow.Recall = wizard.NewRecall(t.TempDir())
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

func TestDamagedCacheIsIgnored(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "truncated": `{"answers":{"Integration":"sqlite/`, "not JSON": "\x00\xff\x00end", "other type": "[]\x00end"} {
		t.Run(name, func(t *testing.T) {
			s, flow, _ := newFlowWithoutTerminal(t, fastClock)
			dir := t.TempDir()
			flow.Recall = wizard.NewRecall(dir)
			if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			for _, path := range cacheFiles(t, dir) {
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			before := s.countCalls("/resources")
			if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			if s.countCalls("/resources") == before {
				t.Error("the resources were not looked up again")
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
	flow.Recall = wizard.NewRecall(file)
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
	flow.Recall = wizard.NewRecall(dir)
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

// TestTruncatedTextIsIgnored removes the last byte of a cached text, such as when the disk
// was full. What is left of it must not be taken for the whole text.
func TestTruncatedTextIsIgnored(t *testing.T) {
	dir := t.TempDir()
	r := wizard.NewRecall(dir)
	const want = "orders\t\nitems\t\n"
	r.PutText("choices", want)
	if text, _, ok := r.GetText("choices"); !ok || text != want {
		t.Fatalf("got %q, %t, want %q", text, ok, want)
	}
	for _, path := range cacheFiles(t, dir) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, info.Size()-1); err != nil {
			t.Fatal(err)
		}
	}
	if text, _, ok := r.GetText("choices"); ok {
		t.Errorf("got %q, want no entry", text)
	}
}
