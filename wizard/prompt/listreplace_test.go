//go:build !windows

package prompt_test

import (
	"slices"
	"strings"
	"testing"

	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// keyedOptions returns one option for each label, which is its key too.
func keyedOptions(labels ...string) []prompt.Option {
	list := optionsFor(labels...)
	for i := range list {
		list[i].Key = list[i].Label
	}
	return list
}

// keyedRows returns keyed options with the labels of numberedOptions.
func keyedRows(n int) []prompt.Option {
	list := numberedOptions(n)
	for i := range list {
		list[i].Key = list[i].Label
	}
	return list
}

// replacement makes list take options that the test sends to the function it returns.
func replacement(list *prompt.List) (replace func(options []prompt.Option)) {
	updated, latest := make(chan struct{}), make(chan []prompt.Option, 1)
	list.Updated = updated
	list.Replace = func() (prompt.Source, bool) {
		select {
		case options := <-latest:
			return prompt.Fixed(options), true
		default:
			return nil, false
		}
	}
	return func(options []prompt.Option) {
		latest <- options
		updated <- struct{}{}
	}
}

func TestReplaceKeepsCursor(t *testing.T) {
	t.Parallel()
	rows := keyedRows(60)
	tests := []struct {
		name    string
		keys    []string
		options []prompt.Option
		want    []string // at the start of the rows from the first one on
		answer  int
	}{
		{"an option above is new", []string{screen.Down}, keyedOptions("new", "row 000", "row 001"), []string{"  new", "  row 000", "› row 001"}, 2},
		{"an option above is gone", []string{screen.Down, screen.Down}, keyedOptions("row 001", "row 002", "x"), []string{"  row 001", "› row 002"}, 1},
		{"the option is gone", []string{screen.Down}, keyedOptions("a", "b", "c"), []string{"  a", "› b"}, 1},
		{"the last option is gone", []string{screen.End}, keyedOptions("a", "b"), []string{"  a", "› b"}, 1},
		{
			"the row stays on the screen", []string{screen.PageDown, screen.PageDown, screen.Up}, append(keyedOptions("new 1", "new 2"), rows...),
			[]string{"↑ row 016", "  row 017", "  row 018", "  row 019", "  row 020", "  row 021", "  row 022", "  row 023", "  row 024", "  row 025", "  row 026", "  row 027", "  row 028", "› row 029"}, 31,
		},
		{"the filter stays", []string{"row 02", screen.Down}, slices.Concat(keyedOptions("row 020 b", "other"), rows), []string{"  row 020 b", "  row 020", "› row 021"}, 23},
		{"the option no longer matches", []string{"row 02", screen.Down}, keyedOptions("a", "row 02", "row 023"), []string{"  row 02", "› row 023"}, 2},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			list := prompt.List{Title: "Select row", Options: rows}
			replace := replacement(&list)
			r := askSelect(s, list)
			s.Shows("? Select row")
			s.Press(c.keys...)
			s.Lacks("› row 000")
			replace(c.options)
			s.Shows("\n" + strings.Join(c.want, "\n"))
			s.Press(screen.Enter)
			if strings.Contains(c.name, "gone") && !strings.Contains(c.name, "above") || strings.Contains(c.name, "no longer") {
				s.Shows("No longer there: row 0") // nobody has chosen what is highlighted now
				s.Press(screen.Enter)
			}
			if got := r.Answer(); got != c.answer {
				t.Errorf("got %d, want %d", got, c.answer)
			}
		})
	}
}

func TestReplaceKeepsPicks(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	list := prompt.List{Title: "Select table", Options: keyedOptions("customers", "invoices", "ledger", "orders", "tax")}
	replace := replacement(&list)
	r := askMultiSelect(s, list)
	s.Shows("› [ ] customers")
	s.Press(screen.Tab, screen.Down, screen.Tab, screen.Tab, "o")
	s.Shows("? Select table  o", "3 selected, 1 hidden by the filter: ledger", "› [x] orders")
	replace(keyedOptions("accounts", "customers", "invoices", "ledger", "orders"))
	s.Is("? Select table  o", "› [x] orders", "  [ ] accounts", "  [x] customers", "  [ ] invoices", "  4 of 5 matches · 3 selected, 1 hidden by the filter: ledger", "  Space picks · Enter submits · Esc back · F1 keys")
	replace(keyedOptions("accounts", "customers", "invoices"))
	s.Is("? Select table  o", "› [ ] accounts", "  [x] customers", "  [ ] invoices", "  ✗ No longer there: ledger, orders")
	replace(keyedOptions("customers", "orders"))
	s.Is("? Select table  o", "› [ ] orders", "  [x] customers", "  ✗ No longer there: ledger, orders")
	s.Press(screen.Down)
	s.Is("? Select table  o", "  [ ] orders", "› [x] customers", "  2 of 2 matches · 1 selected", "  Space picks · Enter submits · Esc back · F1 keys")
	replace(nil)
	s.Shows(`No matches for "o"`, "No longer there: customers")
	s.Press("\x15")
	s.Is("? Select table", "  Nothing to choose from", "  0 of 0 selected · Esc back")
	replace(keyedOptions("tax", "zones"))
	s.Shows("› [ ] tax")
	s.Press(screen.Down, " ", screen.Enter)
	if got := r.Answer(); !slices.Equal(got, []int{1}) {
		t.Errorf("got %v, want [1]", got)
	}
	s.Is("✓ Select table  zones")
}

// TestReplaceNeedsKeys replaces options that nothing identifies: no other one is picked
// in their place.
func TestReplaceNeedsKeys(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	list := fruitList()
	list.Initial = []int{1, 2}
	replace := replacement(&list)
	r := askMultiSelect(s, list)
	s.Shows("› [x] Banana")
	replace(fruitList().Options)
	s.Shows("  [ ] Apple\n› [ ] Banana", "✗ No longer there: Banana, Cherry")
	s.Press(screen.Enter, screen.Enter) // the first one is not taken
	s.Shows("✗ Nothing is selected")
	s.Press(screen.Esc)
	r.Fails(prompt.ErrBack)
}

func TestReplaceKeepsHighlightedGroup(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	grouped := func(group string, labels ...string) []prompt.Option {
		options := keyedOptions(labels...)
		for i := range options {
			options[i].Group = group
		}
		return options
	}
	list := prompt.List{Title: "Select table", Options: slices.Concat(grouped("crm", "a"), grouped("shop", "b"))}
	replace := replacement(&list)
	r := askMultiSelect(s, list)
	s.Shows("› [ ] crm")
	s.Press(screen.Down, screen.Down)
	s.Shows("› [ ] shop  0 of 1")
	replace(slices.Concat(grouped("crm", "a", "c"), grouped("shop", "d", "e")))
	s.Shows("› [ ] shop  0 of 2")
	s.Press(" ", screen.Enter)
	if got := r.Answer(); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("got %v, want [2 3]", got)
	}
}

func TestReplaceHidesDetailsOfGoneOption(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	list := prompt.List{Title: "Select table", Options: keyedOptions("orders", "tax"), Details: func(int) []string { return []string{"12 columns"} }}
	replace := replacement(&list)
	askSelect(s, list)
	s.Shows("› orders")
	s.Press("\x0f")
	s.Shows("12 columns")
	replace(keyedOptions("invoices", "orders"))
	s.Shows("› orders", "12 columns")
	replace(keyedOptions("invoices", "tax"))
	s.Shows("› tax", "No longer there: orders")
	s.Lacks("12 columns")
}

func TestNote(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	updated, notes := make(chan struct{}), make(chan string, 1)
	note := "as of 3 days ago, updating"
	list := fruitList()
	list.Updated = updated
	list.Note = func() string {
		select {
		case note = <-notes:
		default:
		}
		return note
	}
	r := askSelect(s, list)
	s.Shows("  as of 3 days ago, updating · ↑↓ move · Enter submits · Esc back · ? keys")
	s.Press("an")
	s.Shows("  1 of 5 matches · as of 3 days ago, updating · Enter submits · F1 keys")
	notes <- ""
	updated <- struct{}{}
	s.Shows("  1 of 5 matches · Enter submits · Esc back · F1 keys")
	s.Press(screen.Enter)
	r.Answer()
}

func TestAccessibleNote(t *testing.T) {
	s := newAccessible(t)
	list := fruitList()
	list.Note = func() string { return "as of 3 days ago" }
	r := askSelect(s, list)
	s.Shows("Select fruit (5 options)\n  as of 3 days ago\n  1. Apple")
	s.Press("an\n", "2\n")
	r.Answer()
	if strings.Count(s.Text(), "as of") != 1 {
		t.Errorf("the note is not shown once:\n%s", s.Text())
	}
}
