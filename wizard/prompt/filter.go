package prompt

import (
	"runtime"
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"
)

// filter keeps the options that match the typed text, the best matches first. Each
// typed character narrows the previous matches, and deleting one restores them, so
// neither searches the whole list again.
type filter struct {
	options Source
	// folded returns the options that are not ASCII, folded, at their indexes.
	folded func() []*Option
	// keepOrder keeps matches in the order of the list.
	keepOrder bool
	// loose is true if the letters of the words may be apart, although every option
	// matches.
	loose    bool
	text     string
	prepared bool    // folded was started
	levels   []level // the last one is for text; none if text is empty
}

// level is what matches a text.
type level struct {
	length  int     // of the text, in bytes
	matches []int32 // indexes in list order
	best    []int32 // the same indexes, best match first
	// loose is true if no option contains every word. The letters of the words
	// may then be apart.
	loose bool
}

// newFilter returns a filter for options.
func newFilter(options Source) filter {
	return filter{options: options, folded: sync.OnceValue(func() []*Option { return foldOptions(options) })}
}

// prepare prepares a long list in another goroutine, while the user reads the first
// rows.
func (f *filter) prepare() {
	if f.folded != nil && !f.prepared && f.options.Len() >= smallList {
		f.prepared = true
		go f.folded()
	}
}

// foundFilter returns a filter of options that were found for a text: all of them
// match.
func foundFilter(options Source, text string, loose bool) filter {
	return filter{options: options, text: text, loose: loose}
}

// top returns the level of the text, or nil if every option matches.
func (f *filter) top() *level {
	if len(f.levels) == 0 {
		return nil
	}
	return &f.levels[len(f.levels)-1]
}

// count returns how many options match.
func (f *filter) count() int {
	if top := f.top(); top != nil {
		return len(top.best)
	}
	return f.options.Len()
}

// index returns the index of the option in a row. Rows count matching options.
func (f *filter) index(row int) int {
	if top := f.top(); top != nil {
		return int(top.best[row])
	}
	return row
}

// row returns the row of the option with an index, or 0 if it does not match.
func (f *filter) row(index int) int {
	top := f.top()
	if top == nil {
		return max(0, index)
	}
	for row, i := range top.best {
		if int(i) == index {
			return row
		}
	}
	return 0
}

// has reports whether the option with an index matches.
func (f *filter) has(index int) bool {
	top := f.top()
	if top == nil {
		return true
	}
	_, found := slices.BinarySearch(top.matches, int32(index))
	return found
}

// isLoose reports whether the letters of the typed words may be apart.
func (f *filter) isLoose() bool {
	top := f.top()
	return f.loose || top != nil && top.loose
}

// add appends typed or pasted text to the filter.
func (f *filter) add(text string) {
	before := len(f.text)
	for _, char := range text {
		switch {
		case unicode.IsSpace(char):
			f.text += " "
		case unicode.IsPrint(char):
			f.text += string(char)
		}
	}
	if len(f.text) > before {
		f.narrow()
	}
}

// backspace removes the last character of the filter.
func (f *filter) backspace() {
	_, size := utf8.DecodeLastRuneInString(f.text)
	f.text = f.text[:len(f.text)-size]
	for top := f.top(); top != nil && top.length > len(f.text); top = f.top() {
		f.levels = f.levels[:len(f.levels)-1]
	}
	if top := f.top(); f.text != "" && (top == nil || top.length < len(f.text)) {
		f.narrow() // the character was part of a paste
	}
}

// clear empties the filter, so that every option matches.
func (f *filter) clear() { f.text, f.levels = "", nil }

// narrow adds a level for the text.
func (f *filter) narrow() {
	words := Words(f.text)
	next := level{length: len(f.text), loose: f.isLoose()}
	if !next.loose {
		next.matches, next.best = f.search(f.top(), func(o *Option) (int, bool) { return o.rank(words) })
		// The characters before were found, so only the loose matches of all
		// options can be more.
		if next.loose = len(next.matches) == 0; next.loose {
			next.matches, next.best = f.search(nil, func(o *Option) (int, bool) { return o.looseRank(words) })
		}
	} else {
		next.matches, next.best = f.search(f.top(), func(o *Option) (int, bool) { return o.looseRank(words) })
	}
	f.levels = append(f.levels, next)
}

// foldOptions returns the options that are not ASCII, folded, at their indexes.
func foldOptions(options Source) []*Option {
	folded := make([]*Option, options.Len())
	inParallel(len(folded), func(_, from, to int) {
		for i := from; i < to; i++ {
			option := options.At(i)
			folded[i] = option.folded()
		}
	})
	return folded
}

// search returns the options of a level that rank accepts, in list order and best
// first. A nil level is that of all options.
func (f *filter) search(in *level, rank func(*Option) (int, bool)) (matches, best []int32) {
	count := f.options.Len()
	if in != nil {
		count = len(in.matches)
	}
	found, folded := make([]matchList, workers(count)), f.folded()
	list, fixed := f.options.(Fixed)
	inParallel(count, func(worker, from, to int) {
		made := new(Option) // one for all, because there may be very many
		for n := from; n < to; n++ {
			i := int32(n)
			if in != nil {
				i = in.matches[n]
			}
			option := folded[i]
			switch {
			case option != nil:
			case fixed:
				option = &list[i]
			default:
				*made = f.options.At(int(i))
				option = made
			}
			if r, ok := rank(option); ok {
				found[worker].add(i, r, option.Recent)
			}
		}
	})
	return f.sort(found)
}

// matchList is what one worker found: indexes and, for each, how good it is.
type matchList struct {
	indexes []int32
	places  []uint8
}

func (m *matchList) add(index int32, rank int, recent bool) {
	place := 2*rank + 1
	if recent {
		place--
	}
	m.indexes = append(m.indexes, index)
	m.places = append(m.places, uint8(place))
}

// sort joins what the workers found, in list order and best first. It counts
// instead of comparing, because there may be a million matches.
func (f *filter) sort(found []matchList) (matches, best []int32) {
	var starts [2*(maxRank+1) + 1]int
	for _, list := range found {
		matches = append(matches, list.indexes...)
		for _, place := range list.places {
			starts[place+1]++
		}
	}
	if f.keepOrder {
		return matches, matches
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	best = make([]int32, len(matches))
	for _, list := range found {
		for n, place := range list.places {
			best[starts[place]] = list.indexes[n]
			starts[place]++
		}
	}
	return matches, best
}

// smallList is the number of options below which one worker is enough.
const smallList = 10_000

// workers returns how many workers inParallel uses.
func workers(count int) int {
	if count < smallList {
		return 1
	}
	return runtime.GOMAXPROCS(0)
}

// inParallel calls work for parts of [0, count), each with the number of its
// worker, and waits.
func inParallel(count int, work func(worker, from, to int)) {
	n := workers(count)
	var group sync.WaitGroup
	for worker := range n {
		group.Go(func() { work(worker, count*worker/n, count*(worker+1)/n) })
	}
	group.Wait()
}
