//go:build !windows

package prompt_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// searches are the calls of a box's Search, which the test answers.
type searches struct {
	t     *testing.T
	calls chan searchCall
}

// searchCall is one call. It returns when the test closes done.
type searchCall struct {
	ctx  context.Context
	text string
	show func(prompt.Results)
	done chan struct{}
}

// newSearchBox returns a box and the calls of its Search.
func newSearchBox(t *testing.T) (prompt.Box, *searches) {
	s := &searches{t: t, calls: make(chan searchCall, 100)}
	return prompt.Box{Title: "Search everything", Placeholder: "type what you look for", Search: func(ctx context.Context, text string, show func(prompt.Results)) {
		call := searchCall{ctx, text, show, make(chan struct{})}
		s.calls <- call
		select {
		case <-call.done:
		case <-t.Context().Done():
		}
	}}, s
}

// next returns the call for a text. Earlier calls for other texts are skipped.
func (s *searches) next(text string) searchCall {
	s.t.Helper()
	for {
		select {
		case call := <-s.calls:
			if call.text == text {
				return call
			}
		case <-time.After(prompttest.Timeout):
			s.t.Fatalf("no search for %q", text)
		}
	}
}

// ends waits for the end of the call's context.
func (c searchCall) ends(t *testing.T) {
	t.Helper()
	select {
	case <-c.ctx.Done():
	case <-time.After(prompttest.Timeout):
		t.Fatalf("the search for %q goes on", c.text)
	}
}

// finds shows keyed options and ends the search.
func (c searchCall) finds(labels ...string) {
	c.show(prompt.Results{Options: keyedOptions(labels...)})
	close(c.done)
}

func TestFindShowsResultsAsTheyCome(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	box, searches := newSearchBox(t)
	box.EnterVerb, box.EscVerb = "requests it", "quits"
	r := askFind(s, box)
	s.Is("? Search everything  type what you look for", "  Esc quits · F1 keys")
	first := searches.next("")
	s.Press("orders")
	orders := searches.next("orders")
	first.ends(t)
	orders.show(prompt.Results{More: true})
	s.Is("? Search everything  orders", "  Searching …", "  Ctrl-U clears · Esc quits · F1 keys")
	s.Wait("the cursor after the text", func(string) bool {
		column, row, visible := s.Cursor()
		return column == len("? Search everything  orders") && row == 0 && visible
	})
	found := []prompt.Option{
		{Label: "orders", Columns: []string{"sqlite/shop"}, Right: "9m left", Key: "1"},
		{Label: "orders-archive", Columns: []string{"postgresql/analytics"}, Key: "2"},
	}
	orders.show(prompt.Results{Options: found, Total: 12_000, More: true, Note: "only these are loaded"})
	s.Is(
		"? Search everything  orders",
		"› orders          sqlite/shop                                           9m left",
		"  orders-archive  postgresql/analytics",
		"  2 of 12,000 matches · only these are loaded · searching …",
		"  Enter requests it · Esc quits · F1 keys",
	)
	orders.show(prompt.Results{Options: found[1:]})
	s.Is("? Search everything  orders", "› orders-archive  postgresql/analytics", "  1 of 1 matches · Enter requests it · Esc quits · F1 keys")
	s.Press(screen.Enter)
	if got := r.Answer(); got.Key != "2" {
		t.Errorf("got %+v, want option 2", got)
	}
	s.Is("✓ Search everything  orders-archive")
	orders.ends(t)
}

func TestFindEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key  string
		want error
	}{"esc": {screen.Esc, prompt.ErrBack}, "ctrl-c": {screen.CtrlC, prompt.ErrCanceled}, "ctrl-d": {screen.CtrlD, prompt.ErrCanceled}} {
		t.Run(name, func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			s.Streams.Printf("above\n")
			box, searches := newSearchBox(t)
			box.Initial = "tax"
			r := askFind(s, box)
			tax := searches.next("tax")
			s.Shows("? Search everything  tax")
			s.Press(c.key)
			r.Fails(c.want)
			tax.ends(t)
			s.Is("above")
		})
	}
}

func TestFindWithoutMatches(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	box, searches := newSearchBox(t)
	box.Initial = "zzz"
	r := askFind(s, box)
	zzz := searches.next("zzz")
	close(zzz.done) // without a call of show
	s.Is("? Search everything  zzz", `  No matches for "zzz"`, "  Ctrl-U clears · Esc back · F1 keys")
	s.Press(screen.Enter, screen.Down, screen.Up, screen.PageDown, screen.End, screen.Left, screen.Tab, "\x0f")
	s.Press("\x15", "tax")
	tax := searches.next("tax")
	s.Shows("? Search everything  tax", "Searching …") // slow
	tax.finds("tax")
	s.Shows("› tax")
	s.Press(screen.Enter)
	if got := r.Answer(); got.Label != "tax" {
		t.Errorf("got %q", got.Label)
	}
}

// TestFindDropsOutdatedResults types on while a search goes on. Its results are dropped,
// and the rows of the text before stay until there are others.
func TestFindDropsOutdatedResults(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	box, searches := newSearchBox(t)
	askFind(s, box)
	s.Shows("? Search everything")
	s.Press("a")
	a := searches.next("a")
	a.finds("apple", "banana")
	s.Shows("› apple", "2 of 2 matches")
	s.Press("b")
	ab := searches.next("ab")
	s.Press("c")
	abc := searches.next("abc")
	ab.ends(t)
	ab.finds("outdated")
	s.Is("? Search everything  abc", "› apple", "  banana", "  2 of 2 matches · searching … · Enter submits · Esc back · F1 keys")
	abc.show(prompt.Results{Options: keyedOptions("abc")})
	s.Is("? Search everything  abc", "› abc", "  1 of 1 matches · Enter submits · Esc back · F1 keys")
	if strings.Contains(s.Written(), "outdated") {
		t.Error("outdated results were shown")
	}
}

func TestFindKeepsCursor(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	box, searches := newSearchBox(t)
	box.Details = func(o prompt.Option) []string { return []string{"about " + o.Key} }
	r := askFind(s, box)
	first := searches.next("")
	first.show(prompt.Results{Options: keyedOptions("a", "b", "c")})
	s.Shows("› a")
	first.show(prompt.Results{Options: keyedOptions("b", "a", "c")})
	s.Shows("› b\n  a") // the first row, which was not moved
	s.Press(screen.Down, "\x0f")
	s.Shows("  b\n› a", "about a")
	first.show(prompt.Results{Options: keyedOptions("x", "y", "b", "a")})
	s.Shows("  y\n  b\n› a", "about a")
	first.show(prompt.Results{Options: keyedOptions("x", "y", "b")})
	s.Shows("  y\n› b", "Ctrl-O details") // on the same row, or the last one
	s.Press("q")
	searches.next("q").finds("m", "b")
	s.Shows("› m\n  b") // another text starts on the first row again
	s.Press(screen.Down, screen.Enter)
	if got := r.Answer(); got.Key != "b" {
		t.Errorf("got %q, want b", got.Key)
	}
}

func TestFindWaitsForResultsAfterEnter(t *testing.T) {
	for _, c := range []struct {
		name    string
		keys    string // after the text for which there are no results yet
		found   []string
		want    string
		chooses bool
	}{
		{"the first result", screen.Enter, []string{"bat", "cat"}, "bat", true},
		{"Enter twice", screen.Enter + screen.Enter, []string{"bat"}, "bat", true},
		{"a row that is still found", screen.Down + screen.Enter, []string{"bat", "cat", "tax"}, "tax", true},
		{"a row that is not found", screen.Down + screen.Enter, []string{"bat", "cat"}, "› cat", false},
		{"the user moves on", screen.Enter + screen.Down, []string{"bat", "cat"}, "› cat", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			box, searches := newSearchBox(t)
			r := askFind(s, box)
			searches.next("").finds("orders", "tax")
			s.Shows("› orders")
			s.Press("at" + c.keys)
			at := searches.next("at")
			s.Shows("searching …") // every key was handled: the search is slow
			at.finds(c.found...)
			if !c.chooses {
				s.Shows(c.want)
				s.Press(screen.CtrlC)
				r.Fails(prompt.ErrCanceled)
				return
			}
			if got := r.Answer(); got.Label != c.want {
				t.Errorf("got %q, want %q", got.Label, c.want)
			}
		})
	}
}

func TestFindEditsText(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	box := prompt.Box{Title: "Search", Initial: "one two", Search: func(_ context.Context, text string, show func(prompt.Results)) {
		show(prompt.Results{Options: keyedOptions("found " + text)})
	}}
	askFind(s, box)
	for _, c := range []struct{ keys, want string }{
		{"", "one two"},
		{"é?", "one twoé?"},
		{screen.Backspace + screen.Backspace, "one two"},
		{"\x17", "one "},
		{"\x1b[200~new\nline\x1b[201~", "one new line"},
		{screen.Home + screen.Left + "!", "one new line!"},
		{"\x15x", "x"},
	} {
		s.Press(c.keys)
		s.Shows(strings.TrimSpace("? Search  "+c.want)+"\n", strings.TrimSpace("› found "+c.want)+"\n")
	}
	s.Press("\x15")
	s.Is("? Search", "› found", "  Enter submits · Esc back · F1 keys")
}

func TestFindInNarrowTerminal(t *testing.T) {
	s := prompttest.New(t, 40, 8)
	box, searches := newSearchBox(t)
	box.Title, box.Subject = "Search everything that can be requested", "sandbox"
	askFind(s, box)
	options := keyedRows(30)
	for i := range options {
		options[i].Columns, options[i].Right = []string{"S3 Bucket"}, "9m left"
	}
	call := searches.next("")
	call.show(prompt.Results{Options: options, Total: 1200, Note: "only these are loaded"})
	s.Is(
		"? Search everything that c…  type what…",
		"› row 000                       9m left", "  row 001                       9m left", "  row 002                       9m left", "↓ row 003                       9m left",
		"  1 of 1,200 · only these are loaded",
		"  Enter submits · Esc back · F1 keys",
	)
	s.Press("checkout staging")
	searches.next("checkout staging").finds("acme-checkout-events-raw-staging-with-a-long-name")
	s.Is("? Search everything that c…  …t staging", "› acme-checkout-even…g-with-a-long-name", "  1 of 1 matches", "  Enter submits · Esc back · F1 keys")
}

func TestFindHelp(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	box, searches := newSearchBox(t)
	askFind(s, box)
	s.Shows("F1 keys")
	s.Press("\x1bOP")
	s.Shows("Ctrl-W Ctrl-U  ", "any text  ", "searches")
	searches.next("").finds("a")
	s.Shows("› a", "any text  ")
	s.Press(screen.Down)
	s.Shows("Enter submits · Esc back · F1 keys")
}

func TestFindInFullList(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	rows := keyedRows(200)
	r := askFind(s, prompt.Box{Title: "Search row", Search: func(_ context.Context, text string, show func(prompt.Results)) {
		words := prompt.Words(text)
		show(prompt.Results{Options: slices.DeleteFunc(slices.Clone(rows), func(o prompt.Option) bool { return !o.Matches(words) })})
	}})
	s.Shows("› row 000", "↓ row 014", "1 of 200")
	s.Press("row 15")
	s.Shows("› row 015", "12 of 12 matches", "  row 159")
	s.Press(screen.PageDown, screen.Up, screen.Enter)
	if got := r.Answer(); got.Key != "row 158" {
		t.Errorf("got %q, want row 158", got.Key)
	}
}

func TestFindMarksMatchedLetters(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	s.Streams.ColorErr = true
	askFind(s, prompt.Box{Title: "Search", Initial: "ct", Search: func(_ context.Context, text string, show func(prompt.Results)) {
		show(prompt.Results{Options: keyedOptions("first", "cat"), Loose: true})
	}})
	s.Shows("  cat")
	if want := "\x1b[1mc\x1b[22ma\x1b[1mt\x1b[22m"; !strings.Contains(s.Written(), want) {
		t.Errorf("got %q, want %q in it", s.Written(), want)
	}
}

func TestAccessibleFind(t *testing.T) {
	s := newAccessible(t)
	r := askFind(s, prompt.Box{
		Title: "Search everything", Placeholder: "words to look for", Search: func(_ context.Context, text string, show func(prompt.Results)) {
			switch text {
			case "tax":
				show(prompt.Results{Options: keyedOptions("partial"), More: true})
				show(prompt.Results{Options: keyedOptions("tax", "tax 2"), Total: 7, Note: "only these are loaded"})
			case "orders":
				show(prompt.Results{Options: keyedOptions("orders")})
			}
		},
	})
	s.Is("Search everything, words to look for:")
	s.Press("zzz\n")
	s.Shows("Searching …\nNo matches for \"zzz\"\nSearch everything, words to look for:")
	s.Press("tax\n")
	s.Shows("Matches for \"tax\" (2 options)\n  2 of 7 matches · only these are loaded\n  1. tax\n  2. tax 2\nNumber, words to filter, or back to search again:")
	s.Press("back\n", "orders\n")
	s.Shows("Matches for \"orders\" (1 option)\n  1. orders\nNumber:")
	s.Press("1\n")
	if got := r.Answer(); got.Key != "orders" {
		t.Errorf("got %q, want orders", got.Key)
	}
	s.Shows("Chosen: orders")
	if written := s.Written(); strings.Contains(written, "\x1b") || strings.Contains(written, "partial") {
		t.Errorf("got %q", written)
	}
	r = askFind(s, prompt.Box{Title: "Search"})
	s.Shows("Search:")
	s.Press("back\n")
	r.Fails(prompt.ErrBack)
}
