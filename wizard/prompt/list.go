package prompt

import (
	"maps"
	"slices"
	"time"

	"github.com/AlecAivazis/survey/v2"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// listPrompt implements survey.Prompt for Select and MultiSelect. The cost of a
// key depends on the rows on the screen and the options that match the filter,
// not on the length of the list.
type listPrompt struct {
	asker
	list  List
	multi bool

	filter   filter
	total    int // number of options, those that are not in the list included
	rows     rows
	cursor   int  // highlighted row
	top      int  // first row on the screen
	moved    bool // the cursor was moved since the filter changed
	selected map[int]bool
	problem  string   // why the last Enter was not accepted
	gone     []string // the selected options that were replaced since the last key
	below    []string // what is shown in place of the key hint until the next key
	detailed bool     // below is about the highlighted row
	foot     []render.Text
	prefetch *time.Timer
}

// prefetchDelay is how long the cursor must stay on an option before
// List.Prefetch is called. Scrolling through a list therefore fetches nothing.
const prefetchDelay = 150 * time.Millisecond

func newListPrompt(list List, multi bool, a asker) *listPrompt {
	list.Title, list.Subject = render.Clean(list.Title), render.Clean(list.Subject)
	l := &listPrompt{list: list, multi: multi, asker: a, selected: map[int]bool{}}
	l.setOptions(list.source(), l.newFilter(list.source()))
	inRange := func(i int) bool { return i >= 0 && i < list.count() }
	if first := slices.IndexFunc(list.Initial, inRange); first >= 0 {
		l.cursor = l.rows.rowOf(list.Initial[first])
	}
	for _, i := range list.Initial {
		if multi && inRange(i) {
			l.selected[i] = true
		}
	}
	return l
}

// newFilter returns a filter for options, which keeps groups together.
func (l *listPrompt) newFilter(options Source) filter {
	f := newFilter(options)
	f.keepOrder = l.multi && hasGroups(options)
	return f
}

// setOptions makes options, as far as a filter shows them, those of the list.
func (l *listPrompt) setOptions(options Source, f filter) {
	l.list.Source, l.total, l.filter = options, options.Len(), f
	l.rows = newRows(options, &l.filter)
}

// Prompt implements survey.Prompt. It returns the chosen indexes.
func (l *listPrompt) Prompt(*survey.PromptConfig) (any, error) {
	defer l.cancelPrefetch()
	return l.run(l)
}

// Cleanup implements survey.Prompt. It replaces the prompt with one line.
func (l *listPrompt) Cleanup(_ *survey.PromptConfig, answer any) error {
	chosen, _ := answer.(choice)
	if chosen.open {
		return l.region.close()
	}
	return l.region.close(answered(l.streams, l.list.Title, l.summary(chosen.indexes)))
}

// Error implements survey.Prompt. It does nothing, because the prompt only
// returns valid answers.
func (l *listPrompt) Error(*survey.PromptConfig, error) error { return nil }

// choice is the answer to a list prompt.
type choice struct {
	indexes []int
	open    bool // the option was opened, not chosen
}

// submit implements widget.
func (l *listPrompt) submit() (any, bool) {
	if gone := l.gone; len(gone) > 0 { // what is highlighted or picked now has hardly been seen
		l.clearBelow()
		l.problem = goneProblem(gone, l.width()-len("  ✗ "))
		return nil, false
	}
	chosen, problem := l.chosen()
	l.clearBelow()
	l.problem = problem
	return choice{indexes: chosen}, chosen != nil
}

// chosen returns the indexes that Enter submits, or nil and the problem with them.
func (l *listPrompt) chosen() (chosen []int, problem string) {
	if !l.multi {
		if l.rows.count() == 0 {
			return nil, "" // the screen says so
		}
		return []int{l.rows.at(l.cursor).index}, ""
	}
	chosen = slices.Sorted(maps.Keys(l.selected))
	if problem := tooFewOrMany(l.list, chosen); problem != "" {
		if len(chosen) == 0 {
			problem += ": Space picks, Enter submits"
		}
		return nil, problem
	}
	return chosen, ""
}

// changed implements widget.
func (l *listPrompt) changed() keyboard.Code {
	l.filter.prepare() // now that the first rows are there
	select {
	case <-l.list.Updated:
		l.refresh()
		return keyboard.Redraw
	default:
		return keyboard.Ignored
	}
}

// busy implements widget.
func (l *listPrompt) busy() bool { return false }

// endsOnEOF implements widget. There is nothing that Ctrl-D could delete.
func (l *listPrompt) endsOnEOF() bool { return true }

// press implements widget.
func (l *listPrompt) press(k keyboard.Key) (answer any, err error) {
	below := l.below
	l.clearBelow()
	switch k.Code {
	case keyboard.F1:
		l.showBelow(below, l.keyHelp())
	case keyboard.Text:
		if k.Text == "?" && l.filter.text == "" {
			l.showBelow(below, l.keyHelp())
		} else {
			l.typed(k)
		}
	case keyboard.CtrlO:
		l.showDetails(below)
	case keyboard.Right:
		return l.right()
	case keyboard.AltE:
		if l.list.OpenVerb != "" {
			return l.right()
		}
	case keyboard.Left:
		return nil, l.left()
	case keyboard.Tab:
		l.tab()
	case keyboard.Paste:
		l.typed(k)
	case keyboard.Backspace:
		l.refilter(l.filter.backspace)
	case keyboard.DeleteWordLeft, keyboard.CtrlU:
		l.refilter(l.filter.clear)
	default:
		l.navigate(k.Code)
	}
	return nil, nil
}

// navigate moves the cursor.
func (l *listPrompt) navigate(code keyboard.Code) {
	switch code {
	case keyboard.Up, keyboard.ShiftTab:
		l.move(-1)
	case keyboard.Down:
		l.move(1)
	case keyboard.PageUp:
		l.scroll(-l.pageSize())
	case keyboard.PageDown:
		l.scroll(l.pageSize())
	case keyboard.Home:
		l.cursor = 0
	case keyboard.End:
		l.cursor = max(0, l.rows.count()-1)
	default:
		return
	}
	l.moved = true
}

// typed handles a character. A space picks unless a filter is being typed, of
// which it is a part then. Moving the cursor ends the typing.
func (l *listPrompt) typed(k keyboard.Key) {
	typing := l.filter.text != "" && !l.moved
	switch {
	case k.Code == keyboard.Text && k.Text == " " && l.multi && !typing:
		l.toggle()
	default:
		l.refilter(func() { l.filter.add(k.Text) })
	}
}

// tab picks and moves on. In a list of which one option is chosen, it only moves.
func (l *listPrompt) tab() {
	if l.multi {
		l.toggle()
	}
	l.moved = true
	l.move(1)
}

// right opens an option, or selects everything that matches.
func (l *listPrompt) right() (answer any, err error) {
	if l.list.OpenVerb != "" && l.rows.count() > 0 {
		return choice{indexes: []int{l.rows.at(l.cursor).index}, open: true}, nil
	}
	l.selectMatching(true)
	return nil, nil
}

// left goes back, or clears everything that matches.
func (l *listPrompt) left() error {
	if l.list.BackVerb != "" {
		return ErrBack
	}
	l.selectMatching(false)
	return nil
}

// showBelow shows lines below the list, unless they were shown before.
func (l *listPrompt) showBelow(before, lines []string) {
	if !slices.Equal(before, lines) {
		l.below = lines
	}
}

// clearBelow ends what is shown until the next key.
func (l *listPrompt) clearBelow() {
	l.problem, l.below, l.gone, l.detailed = "", nil, nil, false
}

// showDetails shows the lines about the highlighted option below the list, unless they
// were shown before.
func (l *listPrompt) showDetails(before []string) {
	l.showBelow(before, l.details())
	l.detailed = l.below != nil
}

// details returns the lines about the highlighted option.
func (l *listPrompt) details() []string {
	if l.list.Details == nil || l.rows.count() == 0 {
		return nil
	}
	return l.list.Details(l.rows.at(l.cursor).index)
}

// move moves the cursor by one row, from the last to the first and back.
func (l *listPrompt) move(by int) {
	if count := l.rows.count(); count > 0 {
		l.cursor = (l.cursor + by + count) % count
	}
}

// scroll moves the cursor by several rows and stops at the ends.
func (l *listPrompt) scroll(by int) {
	if count := l.rows.count(); count > 0 {
		l.cursor = min(max(l.cursor+by, 0), count-1)
	}
}

// refilter changes the filter. The cursor goes to the best match, or stays on its
// option if everything matches.
func (l *listPrompt) refilter(change func()) {
	highlighted := -1
	if l.cursor < l.rows.count() {
		highlighted = l.rows.at(l.cursor).index
	}
	change()
	l.rows.update()
	l.cursor, l.top, l.moved = 0, 0, false
	if l.filter.text == "" && highlighted >= 0 {
		l.cursor = l.rows.rowOf(highlighted)
	}
}

// toggle selects the highlighted option, or clears it if it is selected. On a
// heading, it does so with the group.
func (l *listPrompt) toggle() {
	if l.cursor >= l.rows.count() {
		return
	}
	if r := l.rows.at(l.cursor); !r.heading {
		l.setSelected(r.index, !l.selected[r.index])
	} else {
		group := l.rows.matchesIn(r.index)
		on := slices.ContainsFunc(group, func(i int) bool { return !l.selected[i] })
		for _, i := range group {
			l.setSelected(i, on)
		}
	}
}

// selectMatching selects or clears every option that matches the filter.
func (l *listPrompt) selectMatching(on bool) {
	if !l.multi {
		return
	}
	for n := range l.filter.count() {
		l.setSelected(l.filter.index(n), on)
	}
}

func (l *listPrompt) setSelected(index int, on bool) {
	if on {
		l.selected[index] = true
	} else {
		delete(l.selected, index)
	}
}

// schedulePrefetch restarts the wait for the cursor to stay on an option.
func (l *listPrompt) schedulePrefetch() {
	l.cancelPrefetch()
	if l.list.Prefetch == nil || l.cursor >= l.rows.count() {
		return
	}
	index := l.rows.at(l.cursor).index
	l.prefetch = time.AfterFunc(prefetchDelay, func() { l.list.Prefetch(index) })
}

func (l *listPrompt) cancelPrefetch() {
	if l.prefetch != nil {
		l.prefetch.Stop()
	}
}
