package prompt

import (
	"time"

	"github.com/AlecAivazis/survey/v2"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// boxPrompt implements survey.Prompt for Find. It is a list whose options are what a
// search found for the typed text. Until the search for another text has results, the
// rows of the text before stay.
type boxPrompt struct {
	listPrompt
	box Box

	typed   textLine // with the cursor at its end
	search  *search  // for the typed text
	found   Results  // what it has found so far
	ended   bool     // it has returned
	slow    bool     // it has lasted long
	shown   Results  // what is on the screen
	current bool     // it was found for the typed text
	waiting bool     // Enter was pressed before there was anything to choose
}

// slowSearch is how long a search must last before the prompt says that it is going on.
const slowSearch = 300 * time.Millisecond

func newBoxPrompt(box Box, a asker) *boxPrompt {
	box.Placeholder = render.Clean(box.Placeholder)
	b := &boxPrompt{box: box, typed: newTextLine(render.CleanLines(box.Initial))}
	list := List{Title: box.Title, Subject: box.Subject, EnterVerb: box.EnterVerb, EscVerb: box.EscVerb}
	list.Note = func() string { return b.shown.Note }
	if box.Details != nil {
		list.Details = func(index int) []string { return box.Details(b.list.source().At(index)) }
	}
	b.listPrompt = *newListPrompt(list, false, a)
	b.setOptions(Fixed(nil), foundFilter(Fixed(nil), "", false))
	return b
}

// Prompt implements survey.Prompt. It returns the chosen index.
func (b *boxPrompt) Prompt(*survey.PromptConfig) (any, error) {
	b.searchTyped()
	defer func() { b.search.cancel() }()
	return b.run(b)
}

// searchTyped starts to search for the typed text.
func (b *boxPrompt) searchTyped() {
	if b.search != nil {
		b.search.cancel()
	}
	b.search = startSearch(b.ctx, b.box.Search, b.typed.text)
	b.found, b.ended, b.slow = Results{More: true}, false, false
	b.current, b.moved = false, false
}

// changed implements widget. It takes the results of the search.
func (b *boxPrompt) changed() keyboard.Code {
	found, fresh, ended := b.search.take()
	slow := b.search.lasts(slowSearch)
	if !fresh && ended == b.ended && slow == b.slow {
		return keyboard.Ignored
	}
	b.ended, b.slow = ended, slow
	if fresh {
		b.found = found
	}
	b.found.More = b.found.More && !ended
	if b.current || len(b.found.Options) > 0 || !b.found.More {
		b.show(b.found)
	}
	switch {
	case b.waiting && b.canChoose():
		return keyboard.Enter
	case ended:
		b.waiting = false
	}
	return keyboard.Redraw
}

// show shows results for the typed text. The cursor goes to the first row, unless the
// user moved it.
func (b *boxPrompt) show(results Results) {
	stays := b.replace(Fixed(results.Options), foundFilter(Fixed(results.Options), b.typed.text, results.Loose))
	if !b.moved {
		b.cursor, b.top = 0, 0
	} else if !stays {
		b.waiting = false // nobody has seen what is highlighted now
	}
	b.total = max(results.Total, len(results.Options))
	b.shown, b.current = results, true
}

// canChoose reports whether a row is that of a result for the typed text.
func (b *boxPrompt) canChoose() bool { return b.current && b.rows.count() > 0 }

// busy implements widget.
func (b *boxPrompt) busy() bool { return !b.ended }

// submit implements widget. An Enter before the results of the typed text waits for
// them.
func (b *boxPrompt) submit() (any, bool) {
	if b.canChoose() {
		return b.listPrompt.submit()
	}
	b.waiting = !b.ended
	return nil, false
}

// press implements widget.
func (b *boxPrompt) press(k keyboard.Key) (answer any, err error) {
	below := b.below
	b.clearBelow()
	b.waiting = false
	switch k.Code {
	case keyboard.Text, keyboard.Paste, keyboard.Backspace, keyboard.DeleteWordLeft, keyboard.CtrlU:
		b.edit(k)
	case keyboard.F1:
		b.showBelow(below, b.keyHelp())
	case keyboard.CtrlO:
		b.moved = true // the details are about this option
		b.showDetails(below)
	case keyboard.Tab:
		b.tab()
	default:
		b.navigate(k.Code)
	}
	return nil, nil
}

// edit changes the typed text.
func (b *boxPrompt) edit(k keyboard.Key) {
	before := b.typed.text
	b.typed.edit(k)
	if b.typed.text != before {
		b.searchTyped()
	}
}

// frame implements widget. The cursor of the terminal is where the user types.
func (b *boxPrompt) frame() frame {
	title, column := b.titleLine()
	f := b.frameOf(title, b.empty(), hintLines(b.state(), b.keyHints(), b.width()-2, true))
	f.row, f.column = 0, column
	return f
}

// titleLine returns the line with the title and the typed text, for which it keeps
// room, and the column where the user types.
func (b *boxPrompt) titleLine() (line render.Text, column int) {
	colors := b.streams.PaletteErr()
	room := func() int { return max(1, b.width()-line.Width()-len(columnGap)) } // after a gap
	line = colors.Answer("?") + " "
	line += colors.Bold(render.Cut(b.list.Title, max(1, room()-leastRoom)))
	if left := room() - leastRoom - len(columnGap); b.list.Subject != "" && left > 0 {
		line += columnGap + colors.Answer(render.CutStart(b.list.Subject, left))
	}
	typed, placeholder := colors.Answer(render.CutStart(b.typed.text, room())), render.Text("")
	if b.typed.text == "" {
		placeholder = colors.Faint(render.Cut(b.box.Placeholder, room()))
	}
	line += columnGap + typed
	return line + placeholder, min(line.Width(), b.width())
}

// searching reports whether the prompt says that the search is going on.
func (b *boxPrompt) searching() bool {
	return b.found.More && (b.current || b.slow || b.waiting)
}

// empty says why there are no rows.
func (b *boxPrompt) empty() string {
	switch {
	case b.searching():
		return "Searching …"
	case b.filter.text == "":
		return ""
	}
	return b.listPrompt.empty()
}

// state says how many options were found and whether there may be more.
func (b *boxPrompt) state() []string {
	if b.rows.count() == 0 {
		return notes(b.shown.Note)
	}
	state := b.listPrompt.state()
	if b.searching() {
		state = append(state, "searching …")
	}
	return state
}

// keyHints names the keys that matter now.
func (b *boxPrompt) keyHints() []string {
	var hints []string
	switch {
	case b.rows.count() > 0:
		hints = append(hints, "Enter "+orElse(b.list.EnterVerb, "submits"))
		if b.list.Details != nil {
			hints = append(hints, "Ctrl-O details")
		}
	case b.typed.text != "":
		hints = append(hints, "Ctrl-U clears")
	}
	return append(hints, b.escHint(), "F1 keys")
}

// keyHelp describes every key.
func (b *boxPrompt) keyHelp() []string {
	rows := [][2]string{
		{"↑ ↓ PgUp PgDn Home End", "move"},
		{"any text", "searches"},
		{"Ctrl-W Ctrl-U", "delete a word or everything"},
	}
	return helpLines(b.width()-2, append(rows, b.endHelp()...))
}
