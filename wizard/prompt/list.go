package prompt

import (
	"fmt"
	"strings"
	"time"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"

	"apono/render"
)

// listPrompt is survey's Prompt for a choice of one or of many. What a key
// costs depends on what is on the screen and on what still matches, not on the
// length of the list.
type listPrompt struct {
	survey.Renderer
	list    List
	many    bool
	streams *render.Streams

	filter  filter
	cursor  int // the highlighted row, counted in what matches
	top     int // the first row on the screen
	ticked  map[int]bool
	problem string // what kept the last Enter from being accepted
	rest    *time.Timer
}

// restAfter is how long the cursor stands on an option before it rests there:
// long enough that running down a list fetches nothing.
const restAfter = 150 * time.Millisecond

func newListPrompt(list List, many bool, streams *render.Streams) *listPrompt {
	list.Title = render.Clean(list.Title)
	l := &listPrompt{list: list, many: many, streams: streams, filter: newFilter(list.Options), ticked: map[int]bool{}}
	for _, i := range list.Chosen {
		if i < 0 || i >= len(list.Options) {
			continue
		}
		if l.cursor == 0 {
			l.cursor = i
		}
		if many {
			l.ticked[i] = true
		}
	}
	return l
}

// Prompt implements survey.Prompt: it returns the chosen indexes.
func (l *listPrompt) Prompt(*survey.PromptConfig) (any, error) {
	cursor := l.NewCursor()
	_ = cursor.Hide()
	defer func() { _ = cursor.Show() }()
	defer l.leave()
	return readKeys(&l.Renderer, l)
}

// enter implements keyed.
func (l *listPrompt) enter() (any, bool) {
	chosen := l.accept()
	return chosen, chosen != nil
}

// settle starts to wait for the cursor to rest.
func (l *listPrompt) settle() {
	l.leave()
	if l.list.Rest == nil || l.cursor >= l.filter.count() {
		return
	}
	index := l.filter.at(l.cursor)
	l.rest = time.AfterFunc(restAfter, func() { l.list.Rest(index) })
}

// leave stops waiting for it.
func (l *listPrompt) leave() {
	if l.rest != nil {
		l.rest.Stop()
	}
}

// Cleanup implements survey.Prompt: one line stays of an answered question.
func (l *listPrompt) Cleanup(_ *survey.PromptConfig, answer any) error {
	chosen, _ := answer.([]int)
	return l.Render("{{.}}", answered(l.streams, l.list.Title, l.summary(chosen)))
}

// Error implements survey.Prompt. Answers are checked before they are given, so
// there is never one to show.
func (l *listPrompt) Error(*survey.PromptConfig, error) error { return nil }

// accept returns what Enter chooses; nil, with a problem, where it cannot.
func (l *listPrompt) accept() []int {
	if !l.many {
		if l.filter.count() == 0 {
			l.problem = "Nothing matches: delete some of what you typed"
			return nil
		}
		return []int{l.filter.at(l.cursor)}
	}
	var chosen []int
	for i := range l.list.Options {
		if l.ticked[i] {
			chosen = append(chosen, i)
		}
	}
	switch {
	case len(chosen) == 0:
		l.problem = "Nothing is picked yet: Space picks, Enter accepts"
		return nil
	case l.list.Most > 0 && len(chosen) > l.list.Most:
		l.problem = fmt.Sprintf("%d are picked, and at most %d can be", len(chosen), l.list.Most)
		return nil
	}
	return chosen
}

func (l *listPrompt) press(key rune) {
	l.problem = ""
	switch key {
	case keyUp:
		l.move(-1, true)
	case keyDown, terminal.KeyTab:
		l.move(1, true)
	case keyPageUp:
		l.move(-l.page(), false)
	case keyPageDown:
		l.move(l.page(), false)
	case keyHome, terminal.SpecialKeyHome:
		l.cursor = 0
	case keyEnd, terminal.SpecialKeyEnd:
		l.cursor = max(0, l.filter.count()-1)
	case terminal.KeyBackspace, terminal.KeyDelete:
		l.refilter(l.filter.shorter)
	case terminal.KeyDeleteWord, terminal.KeyDeleteLine, '\x15':
		l.refilter(l.filter.clear)
	case keyRight:
		l.tickMatching(true)
	case keyLeft:
		l.tickMatching(false)
	case terminal.KeySpace:
		if l.many {
			l.tick()
			return
		}
		l.refilter(func() { l.filter.longer(key) })
	default:
		if key > terminal.KeySpace {
			l.refilter(func() { l.filter.longer(key) })
		}
	}
}

// move takes the cursor some rows on, around the ends where wrap says so.
func (l *listPrompt) move(by int, wrap bool) {
	count := l.filter.count()
	if count == 0 {
		return
	}
	next := l.cursor + by
	if wrap {
		l.cursor = (next + count) % count
		return
	}
	l.cursor = min(max(next, 0), count-1)
}

// refilter changes the filter and keeps the highlighted option highlighted as
// long as it matches.
func (l *listPrompt) refilter(change func()) {
	before := -1
	if l.cursor < l.filter.count() {
		before = l.filter.at(l.cursor)
	}
	change()
	l.cursor = l.filter.position(before)
	l.top = 0
}

func (l *listPrompt) tick() {
	if l.cursor >= l.filter.count() {
		return
	}
	i := l.filter.at(l.cursor)
	if l.ticked[i] {
		delete(l.ticked, i)
		return
	}
	l.ticked[i] = true
}

func (l *listPrompt) tickMatching(on bool) {
	if !l.many {
		return
	}
	for row := range l.filter.count() {
		if on {
			l.ticked[l.filter.at(row)] = true
			continue
		}
		delete(l.ticked, l.filter.at(row))
	}
}

// mostRows is how many options are shown at once, on however tall a terminal.
const mostRows = 15

// page is how many options fit: the screen less title, hint and a spare line.
func (l *listPrompt) page() int {
	return max(1, min(mostRows, l.streams.Height()-4))
}

func (l *listPrompt) draw() error {
	page := l.page()
	count := l.filter.count()
	l.cursor = min(l.cursor, max(0, count-1))
	l.top = min(max(l.top, l.cursor-page+1), l.cursor)
	l.top = max(0, min(l.top, count-page))

	colors, width := l.streams.PaletteErr(), l.streams.Width()-1
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", colors.Good("?"), colors.Bold(render.Cut(l.list.Title, width-3)))
	if room := width - render.Width(l.list.Title) - 5; l.filter.text != "" && room > 0 {
		fmt.Fprintf(&b, "  %s", colors.Answer(render.Cut(l.filter.text, room)))
	}
	b.WriteByte('\n')
	for row := l.top; row < min(l.top+page, count); row++ {
		b.WriteString(l.row(row, colors, width))
		b.WriteByte('\n')
	}
	if l.problem != "" {
		fmt.Fprintf(&b, "%s\n", colors.Bad(render.Cut("  "+l.problem, width)))
	} else {
		fmt.Fprintf(&b, "%s\n", colors.Faint(render.Cut("  "+l.hint(count), width)))
	}
	err := l.Render("{{.}}", b.String())
	l.settle()
	return err
}

func (l *listPrompt) row(row int, colors render.Palette, width int) string {
	index := l.filter.at(row)
	mark := "  "
	if row == l.cursor {
		mark = "> "
	}
	if l.many {
		box := "[ ] "
		if l.ticked[index] {
			box = "[x] "
		}
		mark += box
	}
	label := render.CutMiddle(render.Clean(l.list.Options[index].Label), width-render.Width(mark))
	if row == l.cursor {
		return string(colors.Answer(mark + label))
	}
	return mark + label
}

func (l *listPrompt) hint(count int) string {
	all := len(l.list.Options)
	parts := []string{fmt.Sprintf("%d of %d", count, all)}
	if count == all {
		parts[0] = fmt.Sprintf("%d", all)
	}
	if l.many {
		parts = append(parts, fmt.Sprintf("%d picked", len(l.ticked)), "Space picks", "Enter accepts", "Esc back", "type to filter (* for a space)", "→ all", "← none")
		return strings.Join(parts, " · ")
	}
	return strings.Join(append(parts, "Enter accepts", "Esc back", "type to filter"), " · ")
}

// summary names what was chosen: the first few, and how many more.
func (l *listPrompt) summary(chosen []int) string {
	const named = 3
	var labels []string
	for _, i := range chosen[:min(named, len(chosen))] {
		labels = append(labels, render.Clean(l.list.Options[i].Label))
	}
	text := strings.Join(labels, ", ")
	if more := len(chosen) - named; more > 0 {
		text = fmt.Sprintf("%d: %s and %d more", len(chosen), text, more)
	}
	return text
}

// answered is the line that stays of a question.
func answered(streams *render.Streams, title, answer string) string {
	colors := streams.PaletteErr()
	title = render.Cut(title, max(1, streams.Width()-12))
	room := streams.Width() - 4 - render.Width(title)
	return fmt.Sprintf("%s %s %s\n", colors.Good("✓"), title, colors.Answer(render.CutMiddle(answer, max(1, room))))
}
