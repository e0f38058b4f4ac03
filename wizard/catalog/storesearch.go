package catalog

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"

	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// storeSearch is a search of the store.
type storeSearch struct {
	store   *Store
	grantee string
	query   Query
	terms   []term

	lists  []stored
	scopes []kind.Scope // of lists
	packed []packedItem // of the kinds that are not scanned

	mu   sync.Mutex
	best best
	seen []bool // which terms any text has matched
}

// packedItem is an item of a kind that is not scanned.
type packedItem struct {
	hit  Hit
	text ownText
	over string // its place, folded
}

// ownText is what identifies an item, folded.
type ownText struct {
	names string
	id    string // only long words are looked for in it
}

func newOwnText(item kind.Item) ownText {
	names := item.Keywords
	d, ok := kind.Named(item.Info.Slug)
	if isUUID(item.ID) || ok && d.ScannedTexts() > 0 {
		names = strings.ReplaceAll(names, item.ID, "")
	}
	return ownText{names: prompt.Fold(names), id: prompt.Fold(item.ID)}
}

// mayMatch reports whether any of terms is in the text, however loosely.
func (o ownText) mayMatch(terms []term) bool {
	return slices.ContainsFunc(terms, func(t term) bool { return o.matches(t) || o.matches(term{word: t.word, loose: true}) })
}

func (o ownText) matches(t term) bool {
	return t.matches(o.names) || len(t.word) >= shortestID && !t.loose && t.matches(o.id)
}

// search searches the store for what a grantee can request. It finds nothing in lists
// that the store does not have.
func (s *Store) search(ctx context.Context, grantee string, q Query) (Found, error) {
	none := Found{Hits: []Hit{}}
	if s == nil || len(q.words()) == 0 {
		return none, nil
	}
	lists, err := s.lists(ctx, grantee)
	if err != nil || len(lists) == 0 {
		return none, err
	}
	run := &storeSearch{store: s, grantee: grantee, query: q}
	for _, word := range q.words() {
		run.terms = append(run.terms, term{word: word})
	}
	if err := run.prepare(ctx, lists); err != nil {
		return none, err
	}
	err = run.once(ctx)
	if err == nil && run.best.total == 0 && run.loosen() {
		err = run.once(ctx)
	}
	if err != nil {
		return none, err
	}
	hits, err := run.hits(ctx)
	if err != nil {
		return none, err
	}
	loose := slices.ContainsFunc(run.terms, func(t term) bool { return t.loose })
	return Found{Hits: hits, Total: run.best.total, Loose: loose && len(hits) > 0}, nil
}

// loosen looks loosely for the words that nothing has. It returns false if there are none.
func (r *storeSearch) loosen() bool {
	more := false
	for i := range r.terms {
		r.terms[i].loose = !r.seen[i]
		more = more || !r.seen[i]
	}
	return more
}

// prepare reads the places, and what is not scanned.
func (r *storeSearch) prepare(ctx context.Context, lists []stored) error {
	var small []stored
	for _, list := range lists {
		d, ok := kind.Named(list.key.kind)
		switch {
		case !ok || !d.Describe().Searchable:
		case d.ScannedTexts() == 0:
			small = append(small, list)
		case r.query.includes(list.key.kind):
			r.lists = append(r.lists, list)
		}
	}
	rows, err := r.store.allRows(ctx, small)
	if err != nil {
		return err
	}
	where := newPlaces(small, rows)
	for i, list := range small {
		if in, ok := where.scope(list.key.scope); ok {
			r.addPacked(list.key.kind, in, rows[i])
		}
	}
	known := r.lists[:0]
	for _, list := range r.lists {
		if in, ok := where.scope(list.key.scope); ok {
			known, r.scopes = append(known, list), append(r.scopes, in)
		}
	}
	r.lists = known
	r.addRequested(ctx)
	return nil
}

// addPacked adds the items of a list that is not scanned.
func (r *storeSearch) addPacked(slug string, in kind.Scope, rows *Rows) {
	d, ok := kind.Named(slug)
	if !ok || !r.query.includes(slug) || rows == nil {
		return
	}
	over := prompt.Fold(in.Keywords())
	for _, item := range unpack(d, in, rows.All()) {
		r.packed = append(r.packed, packedItem{hit: Hit{Item: *item}, text: newOwnText(*item), over: over})
	}
}

// unpack returns all items within a scope, with their names.
func unpack(d kind.Descriptor, in kind.Scope, all iter.Seq[[]string]) []*kind.Item {
	var items []*kind.Item
	for texts := range all {
		item := d.Packed(in, texts)
		items = append(items, &item)
	}
	d.NameItems(items, all)
	return items
}

// addRequested adds what was requested lately, which comes first among equal matches.
func (r *storeSearch) addRequested(ctx context.Context) {
	for _, requested := range r.store.Requested(ctx) {
		item := requested.Item()
		if item.ID != "" && r.query.includes(item.Info.Slug) && newOwnText(item).mayMatch(r.terms) && r.store.has(ctx, r.grantee, item) {
			r.packed = append(r.packed, packedItem{hit: Hit{Item: item, Recent: true}, text: newOwnText(item), over: prompt.Fold(item.Scope.Keywords())})
		}
	}
}

// once searches everything for the terms.
func (r *storeSearch) once(ctx context.Context) error {
	r.best, r.seen = best{limit: r.query.Limit}, make([]bool, len(r.terms))
	for _, item := range r.packed {
		r.matchPacked(item)
	}
	longest := 0
	for _, t := range r.terms {
		longest = max(longest, len(t.word))
	}
	scanned := r.scannedColumns(longest)
	return r.store.scanParts(ctx, r.lists, scanned, func(list, number int, p *part) error {
		r.scanPart(list, number, p)
		return ctx.Err()
	})
}

// shortestID is the length of the shortest word that is looked for in IDs.
const shortestID = 6

// scannedColumns returns the numbers of the columns to read: those that are scanned, and
// that of the ID if a word may be one.
func (r *storeSearch) scannedColumns(longest int) []int {
	if len(r.lists) == 0 {
		return []int{}
	}
	d, _ := kind.Named(r.lists[0].key.kind)
	var numbers []int
	for n := range d.ScannedTexts() {
		numbers = append(numbers, n)
	}
	if longest >= shortestID {
		numbers = append(numbers, d.ScannedTexts())
	}
	return numbers
}

// matchPacked adds an item that is not scanned if it matches: every word is in the item
// or its place, and at least one in the item.
func (r *storeSearch) matchPacked(item packedItem) {
	total, matched, all := 0, false, true
	for i, t := range r.terms {
		switch {
		case item.text.matches(t):
			total += t.rank(item.hit.Name, t.loose && isMisspelt(item.text.names, t.word))
			matched, r.seen[i] = true, true
		case t.isIn(item.over):
			total, r.seen[i] = total+t.placeRank(item.over), true
		default:
			all = false
		}
	}
	if all && matched {
		hit := item.hit
		hit.rank = min(total, prompt.MaxRank)
		list := int32(packedList)
		if hit.Recent {
			list = requestedList
		}
		r.best.add(candidate{rank: int32(hit.rank), list: list, hit: &hit})
	}
}

// The numbers of the lists of candidates that are not scanned.
const (
	requestedList = -2
	packedList    = -1
)

// scanPart adds the items of a part that match.
func (r *storeSearch) scanPart(list, number int, p *part) {
	texts := make([]string, 0, len(p.columns))
	for i := range p.columns {
		if !p.columns[i].isUUIDs() { // they are looked for as a whole
			texts = append(texts, p.columns[i].foldedText())
		}
	}
	over := prompt.Fold(r.scopes[list].Keywords())
	matching := make([]termRows, len(r.terms))
	seen := make([]bool, len(r.terms))
	var rows, any rowSet
	for i := range rows {
		rows[i] = ^uint64(0)
	}
	placed := 0 // how many of the words are in the place
	for i, t := range r.terms {
		matching[i] = t.scan(texts)
		if last := &p.columns[len(p.columns)-1]; last.isUUIDs() {
			scanUUIDs(last.text, t.word, &matching[i].all)
		}
		any.join(&matching[i].all)
		inPlace := t.isIn(over)
		seen[i] = inPlace || matching[i].all != rowSet{}
		if inPlace {
			placed++
		} else {
			rows.keep(&matching[i].all)
		}
	}
	if placed < len(r.terms) {
		any.keep(&rows)
	}
	r.addRows(list, number, p, &any, matching, seen, over)
}

// addRows ranks the rows that match, and adds them to the best. matching are the rows
// that each word is in.
func (r *storeSearch) addRows(list, number int, p *part, rows *rowSet, matching []termRows, seen []bool, over string) {
	r.mu.Lock()
	worst := r.best.worst()
	for i, one := range seen {
		r.seen[i] = r.seen[i] || one
	}
	r.mu.Unlock()
	var found []candidate
	places := make([]int, len(r.terms))
	for i, t := range r.terms {
		places[i] = t.placeRank(over)
	}
	rows.each(func(row int) {
		total, label := 0, p.label(row)
		for i, t := range r.terms {
			if matching[i].all.has(row) {
				total += t.rank(label, matching[i].misspelt.has(row))
			} else {
				total += places[i]
			}
		}
		c := candidate{rank: int32(min(total, prompt.MaxRank)), list: int32(list), row: int32(number*partSize + row)}
		if compareCandidates(c, worst) < 0 {
			found = append(found, c)
		}
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.best.total += rows.len() - len(found)
	for _, c := range found {
		r.best.add(c)
	}
}

// hits returns the best hits, complete and in order.
func (r *storeSearch) hits(ctx context.Context) ([]Hit, error) {
	type place struct{ list, part int }
	var where []stored
	index := map[int32]int{} // of the lists in where
	wanted := map[place][]*candidate{}
	for i := range r.best.list {
		c := &r.best.list[i]
		if c.hit != nil {
			continue
		}
		if _, ok := index[c.list]; !ok {
			index[c.list] = len(where)
			where = append(where, r.lists[c.list])
		}
		at := place{index[c.list], int(c.row) / partSize}
		wanted[at] = append(wanted[at], c)
	}
	only := func(list, number int) bool { return wanted[place{list, number}] != nil }
	err := r.store.eachPartOf(ctx, where, nil, only, func(list, number int, p *part) error {
		p.split()
		rows := &Rows{parts: []*part{p}, count: p.count}
		d, _ := kind.Named(where[list].key.kind)
		for _, c := range wanted[place{list, number}] {
			c.hit = &Hit{Item: d.Packed(r.scopes[c.list], rows.At(int(c.row)%partSize)), rank: int(c.rank)}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r.best.hits(), nil
}
