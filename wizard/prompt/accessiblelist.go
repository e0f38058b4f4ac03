package prompt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"apono/render"
)

// start prints a list, or the only option of one that is not asked.
func (p *accessiblePrompter) start(list List, several string) error {
	switch {
	case list.count() == 0:
		return fmt.Errorf("prompt %q has no options", list.Title)
	case !list.NeedsPrompt():
		p.printf("%s: %s (the only one)\n", list.Title, list.label(0))
		return nil
	}
	title := render.Clean(list.Title)
	if list.Subject != "" {
		title += ": " + render.Clean(list.Subject)
	}
	p.printf("%s (%s%s)\n", title, render.Count(list.count(), "option"), several)
	if list.Note != nil {
		p.printNotes(notes(list.Note()))
	}
	p.printOptions(list, func(int) bool { return true })
	return nil
}

// printNotes prints what is to be known about the options of a list.
func (p *accessiblePrompter) printNotes(notes []string) {
	for _, note := range notes {
		p.printWrapped("  ", note, "  ")
	}
}

// maxLines is how many options are printed at once.
const maxLines = 20

// printMatches prints the options that match the words of an answer.
func (p *accessiblePrompter) printMatches(list List, answer string) {
	f := newFilter(list.source())
	f.keepOrder = true
	f.add(answer)
	if f.count() == 0 {
		p.printf("%s\n", noMatches(answer))
		return
	}
	p.printf("%s of %s match %q\n", render.Digits(f.count()), render.Digits(list.count()), answer)
	p.printOptions(list, f.has)
}

// printOptions prints options with their numbers, which a filter does not change.
func (p *accessiblePrompter) printOptions(list List, matches func(index int) bool) {
	printed, left, group := 0, 0, ""
	for i := range list.count() {
		if !matches(i) {
			continue
		}
		if printed == maxLines {
			left++
			continue
		}
		printed++
		option := list.option(i)
		if option.Group != group {
			group = option.Group
			p.printf("  %s\n", group)
		}
		p.printWrapped("  ", p.optionLine(i, option), "     ")
	}
	if left > 0 {
		p.printf("  and %s more: type words to filter\n", render.Digits(left))
	}
}

func (p *accessiblePrompter) optionLine(index int, option Option) string {
	line := fmt.Sprintf("%d. %s", index+1, render.Clean(option.Label))
	for _, text := range append(slices.Clone(option.Columns), option.Right) {
		if text != "" {
			line += ", " + render.Clean(text)
		}
	}
	return line
}

// printSelected names the selected options. If none are selected, it prints a line
// only if always is true.
func (p *accessiblePrompter) printSelected(list List, selected map[int]bool, always bool) {
	var labels []string
	for _, i := range indexesOf(selected) {
		labels = append(labels, render.Clean(list.label(i)))
	}
	if len(labels) > 0 {
		p.printWrapped("", fmt.Sprintf("%s selected: %s", render.Digits(len(labels)), joinNames(labels, 200)), "  ")
	} else if always {
		p.printf("Nothing is selected\n")
	}
}

// optionNumber returns the index of the option whose number a user typed.
func optionNumber(word string, list List) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(word))
	return n - 1, err == nil && n >= 1 && n <= list.count()
}

// optionNumbers returns the indexes of the options whose numbers and ranges of
// numbers a user typed, separated by commas or spaces.
func optionNumbers(text string, list List) ([]int, bool) {
	var numbers []int
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		from, to, isRange := strings.Cut(word, "-")
		first, ok := optionNumber(from, list)
		last := first
		if isRange && ok {
			last, ok = optionNumber(to, list)
		}
		if !ok || last < first {
			return nil, false
		}
		for n := first; n <= last; n++ {
			numbers = append(numbers, n)
		}
	}
	return numbers, len(numbers) > 0
}
