//go:build !windows

package wizard_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"apono/wizard"
	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
)

// kept are the files below a folder.
func kept(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A request that was made before is sent without a look-up, and only then
// looked at: two round trips.
func TestARequestThatWasMadeBeforeTakesTwoRoundTrips(t *testing.T) {
	s, flow, _ := piped(t, atOnce)
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
	if n := len(s.calls) - before; n != 2 {
		t.Errorf("%d round trips: %+v", n, s.calls[before:])
	}
	made := s.created()
	if *made[1].Justification != "another" || *made[1].DurationInSec != 7200 {
		t.Errorf("sent %+v", made[1])
	}
	made[1].Justification, made[1].DurationInSec = made[0].Justification, made[0].DurationInSec
	if !reflect.DeepEqual(made[0], made[1]) {
		t.Errorf("%+v\n%+v", made[0], made[1])
	}
	if !reflect.DeepEqual(out.Answers, again) {
		t.Errorf("the answers are %+v, want %+v", out.Answers, again)
	}
	for _, path := range kept(t, dir) {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
		if data, _ := os.ReadFile(path); strings.Contains(string(data), "OPS-1") || strings.Contains(string(data), "another") {
			t.Errorf("%s holds a justification:\n%s", path, data)
		}
	}
}

// What the service contradicts is thrown away, and the command goes on.
func TestWhatIsRememberedWrongIsLookedUpAfresh(t *testing.T) {
	for _, status := range []int{400, 403, 404, 409, 422} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			s, flow, _ := piped(t, atOnce)
			flow.Recall = wizard.NewRecall(t.TempDir())
			if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			refusals := 1
			s.stands = func(req *http.Request) (*http.Response, bool) {
				if req.Method != http.MethodPost || !strings.HasSuffix(req.URL.Path, "/access-requests") || refusals == 0 {
					return nil, false
				}
				refusals--
				return answer(req, status, `{"message":"no such resource"}`), true
			}
			looked := s.asked("/resources")
			out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true})
			if err != nil || len(out.Requests) != 1 {
				t.Errorf("%d: %+v, %v", status, out, err)
			}
			if s.asked("/resources") == looked {
				t.Errorf("%d: nothing was looked up afresh", status)
			}
		})
	}
}

// A damaged, cut or foreign file is as good as none.
func TestADamagedMemoryIsIgnored(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "cut": `{"answers":{"Integration":"sqlite/`, "nonsense": "\x00\xff\x00end", "another shape": "[]\x00end"} {
		t.Run(name, func(t *testing.T) {
			s, flow, _ := piped(t, atOnce)
			dir := t.TempDir()
			flow.Recall = wizard.NewRecall(dir)
			if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			for _, path := range kept(t, dir) {
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			looked := s.asked("/resources")
			if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			if s.asked("/resources") == looked {
				t.Error("nothing was looked up")
			}
		})
	}
}

// A folder that cannot be written costs nothing but the memory.
func TestAMemoryThatCannotBeWritten(t *testing.T) {
	_, flow, _ := piped(t, atOnce)
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	flow.Recall = wizard.NewRecall(file)
	if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
		t.Error(err)
	}
}

// Answers to the account's own questions are nobody else's business.
func TestARequestWithCustomFieldsIsNotKept(t *testing.T) {
	s, flow, _ := piped(t, atOnce)
	if err := s.box.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	flow.Recall = wizard.NewRecall(dir)
	answers := shopAnswers()
	answers.CustomFields = []wizard.CustomField{{Key: "ticket", Value: "OPS-77"}}
	if _, err := flow.Request(t.Context(), answers, wizard.RequestOptions{NoWait: true}); err != nil {
		t.Fatal(err)
	}
	if files := kept(t, dir); len(files) > 0 {
		t.Errorf("kept %v", files)
	}
}

// The first question waits for no answer of the service, and what the next ones
// need is asked for meanwhile.
func TestTheFirstQuestionsWaitForNothing(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	release := make(chan struct{})
	asked := make(chan string, 16)
	g.service.stands = func(req *http.Request) (*http.Response, bool) {
		asked <- req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]
		<-release
		return nil, false
	}
	chosen := prompttest.AskContext(t.Context(), g.Terminal, func(ctx context.Context, _ prompt.Prompter) (wizard.MenuChoice, error) { return g.flow.Menu(ctx) })
	g.Shows("? What do you want to do?", "> Request new access")
	want := map[string]bool{"session": true, "integrations": true, "bundles": true}
	for range 3 {
		if path := <-asked; !want[path] {
			t.Errorf("asked for %s", path)
		}
	}
	close(release)
	g.Press("\r")
	if choice, err := chosen.Wait(); err != nil || choice != wizard.MenuRequest {
		t.Errorf("%v, %v", choice, err)
	}
}

// While the cursor rests on an option, what comes after it is fetched.
func TestWhatComesNextIsFetchedAhead(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	types := make(chan struct{}, 16)
	g.service.stands = func(req *http.Request) (*http.Response, bool) {
		if strings.HasSuffix(req.URL.Path, "/resource-types") {
			types <- struct{}{}
		}
		return nil, false
	}
	r := g.request(wizard.Answers{})
	g.answers(question{"Select request type", "\r"})
	g.Shows("? Select integration")
	<-types // nobody has chosen yet
	g.Press("\x03")
	if _, err := r.Wait(); err == nil {
		t.Error("no error after Ctrl-C")
	}
}

// A text that was cut short is not offered as if it were whole.
func TestATextThatWasCutIsNotRemembered(t *testing.T) {
	dir := t.TempDir()
	r := wizard.NewRecall(dir)
	r.PutText("choices", "orders\t\nitems\t\n")
	if text, _, ok := r.GetText("choices"); !ok || text != "orders\t\nitems\t\n" {
		t.Fatalf("%q, %v", text, ok)
	}
	for _, path := range kept(t, dir) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, info.Size()-1); err != nil {
			t.Fatal(err)
		}
	}
	if text, _, ok := r.GetText("choices"); ok {
		t.Errorf("%q is remembered", text)
	}
}
