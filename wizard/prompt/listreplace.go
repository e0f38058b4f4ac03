package prompt

import (
	"slices"

	"apono/render"
)

// refresh replaces the options if there are others now.
func (l *listPrompt) refresh() {
	if l.list.Replace == nil {
		return
	}
	if options, ok := l.list.Replace(); ok {
		f := l.newFilter(options)
		f.add(l.filter.text)
		before := l.position()
		label := ""
		if before.key != "" {
			label = render.Clean(l.list.label(l.rows.at(l.cursor).index))
		}
		if stays := l.replace(options, f); !stays && !l.multi && label != "" {
			l.gone = append(l.gone, label)
		}
	}
}

// replace puts options, as far as a filter shows them, in the place of those of the
// list. The cursor and what is selected stay on the options with the same keys. It
// reports whether the cursor could.
func (l *listPrompt) replace(options Source, f filter) (stays bool) {
	l.cancelPrefetch()
	from, before := l.position(), l.list.source()
	moved, gone := l.unselectMoved(options)
	highlighted := -1
	if from.key != "" {
		highlighted = options.Find(from.key)
	}
	for key, was := range moved {
		if i := options.Find(key); i >= 0 {
			l.selected[i] = true
		} else {
			gone = append(gone, was)
		}
	}
	slices.Sort(gone)
	for _, i := range gone {
		l.gone = append(l.gone, render.Clean(before.At(i).Label))
	}
	l.setOptions(options, f)
	return l.restore(from, highlighted)
}

// unselectMoved clears what is selected and has another index, or none, in options. It
// returns the old indexes of what may have another one, by key, and of what has no key
// and is gone.
func (l *listPrompt) unselectMoved(options Source) (moved map[string]int, gone []int) {
	moved = map[string]int{}
	for i := range l.selected {
		switch key := l.list.source().At(i).Key; {
		case key == "":
			gone = append(gone, i)
		case i < options.Len() && options.At(i).Key == key:
			continue
		default:
			moved[key] = i
		}
		delete(l.selected, i)
	}
	return moved, gone
}

// position is where the cursor is.
type position struct {
	key    string // of the highlighted option
	group  string // whose heading is highlighted
	row    int
	offset int // from the first row on the screen
}

// position returns where the cursor is.
func (l *listPrompt) position() position {
	p := position{row: l.cursor, offset: l.cursor - l.top}
	if l.cursor >= l.rows.count() {
		return p
	}
	r := l.rows.at(l.cursor)
	if option := l.list.source().At(r.index); r.heading {
		p.group = option.Group
	} else {
		p.key = option.Key
	}
	return p
}

// restore puts the cursor on the highlighted option, if its index is not negative and
// the filter shows it, or else on the row where it was. It reports whether the cursor
// is on what it was on. The row does not move on the screen.
func (l *listPrompt) restore(p position, highlighted int) (stays bool) {
	row := -1
	switch {
	case p.group != "":
		row = l.rows.headingOf(p.group)
	case highlighted >= 0 && l.filter.has(highlighted):
		row = l.rows.rowOf(highlighted)
	}
	if stays = row >= 0; !stays {
		row = min(p.row, l.rows.count()-1)
		if l.detailed {
			l.below, l.detailed = nil, false
		}
	}
	l.cursor = max(0, row)
	l.top = l.cursor - p.offset
	return stays
}
