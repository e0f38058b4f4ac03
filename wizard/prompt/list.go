package prompt

import (
	"fmt"
	"slices"
	"time"

	"github.com/AlecAivazis/survey/v2"

	"apono/render"
)

// listPrompt implements survey.Prompt for Select and MultiSelect. The cost of a
// key depends on the rows on the screen and the options that match the filter,
// not on the length of the list.
type listPrompt struct {
	asker
	list  List
	multi bool

	filter   filter
	cursor   int // highlighted row, an index into the matching options
	top      int // first row on the screen
	selected map[int]bool
	problem  string // why the last Enter was not accepted
	prefetch *time.Timer
}

// prefetchDelay is how long the cursor must stay on an option before
// List.Prefetch is called. Scrolling through a list therefore fetches nothing.
const prefetchDelay = 150 * time.Millisecond

func newListPrompt(list List, multi bool, a asker) *listPrompt {
	list.Title = render.Clean(list.Title)
	l := &listPrompt{list: list, multi: multi, asker: a, filter: newFilter(list.Options), selected: map[int]bool{}}
	inRange := func(i int) bool { return i >= 0 && i < len(list.Options) }
	if first := slices.IndexFunc(list.Initial, inRange); first >= 0 {
		l.cursor = list.Initial[first]
	}
	for _, i := range list.Initial {
		if multi && inRange(i) {
			l.selected[i] = true
		}
	}
	return l
}

// Prompt implements survey.Prompt. It returns the chosen indexes.
func (l *listPrompt) Prompt(*survey.PromptConfig) (any, error) {
	defer l.cancelPrefetch()
	return l.run(l)
}

// Cleanup implements survey.Prompt. It replaces the prompt with one line.
func (l *listPrompt) Cleanup(_ *survey.PromptConfig, answer any) error {
	chosen, _ := answer.([]int)
	return l.region.close(answered(l.streams, l.list.Title, l.summary(chosen)))
}

// Error implements survey.Prompt. It does nothing, because the prompt only
// returns valid answers.
func (l *listPrompt) Error(*survey.PromptConfig, error) error { return nil }

// submit implements widget.
func (l *listPrompt) submit() (any, bool) {
	chosen, problem := l.chosen()
	l.problem = problem
	return chosen, problem == ""
}

// chosen returns the indexes that Enter submits, or the problem with them.
func (l *listPrompt) chosen() (chosen []int, problem string) {
	if !l.multi {
		if l.filter.count() == 0 {
			return nil, fmt.Sprintf("No matches for %q: Ctrl-U clears", l.filter.text)
		}
		return []int{l.filter.index(l.cursor)}, ""
	}
	for i := range l.list.Options {
		if l.selected[i] {
			chosen = append(chosen, i)
		}
	}
	switch {
	case len(chosen) == 0:
		return nil, "Nothing picked yet: Space picks, Enter accepts"
	case l.list.Max > 0 && len(chosen) > l.list.Max:
		return nil, fmt.Sprintf("%d picked, but at most %d are allowed", len(chosen), l.list.Max)
	}
	return chosen, ""
}

// endsOnEOF implements widget. There is nothing that Ctrl-D could delete.
func (l *listPrompt) endsOnEOF() bool { return true }

// press implements widget.
func (l *listPrompt) press(k key) error {
	l.problem = ""
	switch k.code {
	case keyUp, keyShiftTab:
		l.move(-1)
	case keyDown, keyTab:
		l.move(1)
	case keyPageUp:
		l.scroll(-l.pageSize())
	case keyPageDown:
		l.scroll(l.pageSize())
	case keyHome:
		l.cursor = 0
	case keyEnd:
		l.cursor = max(0, l.filter.count()-1)
	case keyBackspace:
		l.refilter(l.filter.backspace)
	case keyDeleteWordLeft, keyCtrlU:
		l.refilter(l.filter.clear)
	case keyRight:
		l.selectMatching(true)
	case keyLeft:
		l.selectMatching(false)
	case keyText:
		if k.text == " " && l.multi {
			l.toggle()
			break
		}
		l.refilter(func() { l.filter.add(k.text) })
	}
	return nil
}

// move moves the cursor by one row, from the last to the first and back.
func (l *listPrompt) move(by int) {
	if count := l.filter.count(); count > 0 {
		l.cursor = (l.cursor + by + count) % count
	}
}

// scroll moves the cursor by several rows and stops at the ends.
func (l *listPrompt) scroll(by int) {
	if count := l.filter.count(); count > 0 {
		l.cursor = min(max(l.cursor+by, 0), count-1)
	}
}

// refilter changes the filter and keeps the cursor on the same option if it
// still matches.
func (l *listPrompt) refilter(change func()) {
	highlighted := -1
	if l.cursor < l.filter.count() {
		highlighted = l.filter.index(l.cursor)
	}
	change()
	l.cursor = l.filter.row(highlighted)
	l.top = 0
}

// toggle selects the highlighted option, or clears it if it is selected.
func (l *listPrompt) toggle() {
	if l.cursor < l.filter.count() {
		i := l.filter.index(l.cursor)
		l.setSelected(i, !l.selected[i])
	}
}

// selectMatching selects or clears every option that matches the filter.
func (l *listPrompt) selectMatching(on bool) {
	if !l.multi {
		return
	}
	for row := range l.filter.count() {
		l.setSelected(l.filter.index(row), on)
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
	if l.list.Prefetch == nil || l.cursor >= l.filter.count() {
		return
	}
	index := l.filter.index(l.cursor)
	l.prefetch = time.AfterFunc(prefetchDelay, func() { l.list.Prefetch(index) })
}

func (l *listPrompt) cancelPrefetch() {
	if l.prefetch != nil {
		l.prefetch.Stop()
	}
}
