package catalog

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// maxOffered is how many values a shell is offered at most. Nobody reads more, and the
// shell would take long to sort them.
const maxOffered = 2000

// Offered returns what can be typed after the flag of a kind within a scope, as far as
// it may match the word being typed. Of a long list it returns the values that start
// with word or, if there are none, contain it. If there are very many, it returns some,
// which have no more in common than all of them, so that a shell completes the word as it
// would with all.
func (s *Source) Offered(ctx context.Context, d kind.Descriptor, in kind.Scope, word string) ([]kind.Choice, error) {
	if d.ScannedTexts() > 0 && !s.always {
		if list, ok := s.store.find(ctx, keyOf(d, s.grantee, in)); ok {
			s.refreshBehind(list.fetched)
			offered, err := s.store.offered(ctx, d, in, list, prompt.Fold(word))
			if err == nil {
				return offered, nil
			}
		}
	}
	all, err := s.Known(ctx, d, in)
	if err != nil {
		return nil, err
	}
	offered := d.Offered(in, all)
	folded := prompt.Fold(word)
	return slices.DeleteFunc(offered, func(c kind.Choice) bool { return !strings.Contains(prompt.Fold(c.Value), folded) }), nil
}

// offeredRow is a row of a list whose value matches.
type offeredRow struct {
	part, row int
	value     string
}

// offers are the matching rows of a list.
type offers struct {
	mu    sync.Mutex
	rows  []offeredRow // the first maxOffered of each part
	apart []offeredRow // for each part, the one with the least in common with its first
	total int
}

func (s *Store) offered(ctx context.Context, d kind.Descriptor, in kind.Scope, list stored, word string) ([]kind.Choice, error) {
	for _, matches := range []func(text, word string) bool{strings.HasPrefix, strings.Contains} {
		found := &offers{}
		if err := s.scanValues(ctx, d, list, func(text string) bool { return matches(text, word) }, found); err != nil {
			return nil, err
		}
		if found.total == 0 && word != "" {
			continue
		}
		wanted := map[int][]int{}
		for _, row := range found.chosen() {
			wanted[row.part] = append(wanted[row.part], row.row)
		}
		var mu sync.Mutex
		var texts [][]string
		err := s.eachPartOf(ctx, []stored{list}, nil, func(_, number int) bool { return wanted[number] != nil }, func(_, number int, p *part) error {
			p.split()
			rows := &Rows{parts: []*part{p}, count: p.count}
			mu.Lock()
			defer mu.Unlock()
			for _, row := range wanted[number] {
				texts = append(texts, rows.At(row))
			}
			return nil
		})
		return d.Offered(in, slices.Values(texts)), err
	}
	return nil, nil
}

// scanValues finds the rows of a list whose last scanned text, which stands after the
// flag, matches.
func (s *Store) scanValues(ctx context.Context, d kind.Descriptor, list stored, matches func(string) bool, found *offers) error {
	value := d.ScannedTexts() - 1
	var mu sync.Mutex
	repeated := map[int]bool{} // parts with values that are only in the column before
	err := s.scanParts(ctx, []stored{list}, []int{value}, func(_, number int, p *part) error {
		if strings.IndexByte(p.columns[0].text, sameMark) >= 0 {
			mu.Lock()
			defer mu.Unlock()
			repeated[number] = true
			return nil
		}
		found.scan(number, p, func(line string) bool { return matches(line) })
		return nil
	})
	if err != nil || len(repeated) == 0 {
		return err
	}
	columns := make([]int, d.ScannedTexts())
	for i := range columns {
		columns[i] = i
	}
	return s.eachPartOf(ctx, []stored{list}, columns, func(_, number int) bool { return repeated[number] }, func(_, number int, p *part) error {
		p.split()
		rows := &Rows{parts: []*part{p}, count: p.count}
		lines := make([]string, p.count)
		for i := range lines {
			lines[i] = encode(rows.At(i)[value], "", false)
		}
		found.scan(number, &part{count: p.count, columns: []column{{text: strings.Join(lines, "\n") + "\n"}}}, matches)
		return nil
	})
}

// scan adds the rows of a part whose only column matches.
func (o *offers) scan(number int, p *part, matches func(string) bool) {
	text := p.columns[0].foldedText()
	var rows []offeredRow
	var apart offeredRow
	total, common, first := 0, 0, ""
	row := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if matches(line) {
			total++
			if total <= maxOffered {
				rows = append(rows, offeredRow{number, row, strings.Clone(line)})
			}
			if total == 1 {
				first, common, apart = line, len(line), offeredRow{number, row, strings.Clone(line)}
			} else if n := inCommon(first, line, common); n < common {
				common, apart = n, offeredRow{number, row, strings.Clone(line)}
			}
		}
		row++
	}
	if total == 0 {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows, o.apart, o.total = append(o.rows, rows...), append(o.apart, apart), o.total+total
}

// inCommon returns how many of the first limit bytes two texts have in common.
func inCommon(a, b string, limit int) int {
	n := 0
	for n < limit && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// chosen returns the rows to offer, in order: the first ones, and if that is not all,
// those with the least in common.
func (o *offers) chosen() []offeredRow {
	slices.SortFunc(o.rows, func(a, b offeredRow) int { return cmp.Or(cmp.Compare(a.part, b.part), cmp.Compare(a.row, b.row)) })
	if o.total <= maxOffered {
		return o.rows
	}
	chosen := o.rows[:maxOffered]
	first, common := chosen[0].value, len(chosen[0].value)
	for _, row := range chosen {
		common = inCommon(first, row.value, common)
	}
	for _, rows := range [][]offeredRow{o.apart, o.rows[maxOffered:]} {
		for _, row := range rows {
			if n := inCommon(first, row.value, common); n < common {
				common, chosen = n, append(chosen[:len(chosen):len(chosen)], row)
			}
		}
	}
	return chosen
}
