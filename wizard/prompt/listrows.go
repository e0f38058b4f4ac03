package prompt

import "slices"

// rows are the rows of a list: its matching options and, in a MultiSelect, a
// heading above each group of them.
type rows struct {
	options Fixed // nil if there are no groups
	filter  *filter
	grouped []row // nil if there are no groups: a row for each match
}

// row is one row of a list.
type row struct {
	index   int  // of the option; of the first one in the group for a heading
	heading bool // of a group
}

func newRows(options Source, f *filter) rows {
	r := rows{filter: f}
	r.options, _ = options.(Fixed)
	r.update()
	return r
}

// hasGroups reports whether one of options is in a group.
func hasGroups(options Source) bool {
	list, _ := options.(Fixed)
	for i := range list { // without a copy of each
		if list[i].Group != "" {
			return true
		}
	}
	return false
}

// update follows a change of the filter.
func (r *rows) update() {
	if !r.filter.keepOrder {
		return
	}
	r.grouped = r.grouped[:0]
	for n := range r.filter.count() {
		i := r.filter.index(n)
		if group := r.options[i].Group; group != "" && (n == 0 || r.options[r.filter.index(n-1)].Group != group) {
			r.grouped = append(r.grouped, row{index: i, heading: true})
		}
		r.grouped = append(r.grouped, row{index: i})
	}
}

// count returns the number of rows.
func (r *rows) count() int {
	if r.filter.keepOrder {
		return len(r.grouped)
	}
	return r.filter.count()
}

// at returns a row.
func (r *rows) at(n int) row {
	if r.filter.keepOrder {
		return r.grouped[n]
	}
	return row{index: r.filter.index(n)}
}

// rowOf returns the row of the option with an index, or 0 if it does not match.
func (r *rows) rowOf(index int) int {
	if !r.filter.keepOrder {
		return r.filter.row(index)
	}
	for n, row := range r.grouped {
		if row.index == index && !row.heading {
			return n
		}
	}
	return 0
}

// headingOf returns the row of the heading of a group, or -1 if no option of the group
// matches.
func (r *rows) headingOf(group string) int {
	return slices.IndexFunc(r.grouped, func(row row) bool { return row.heading && r.options[row.index].Group == group })
}

// group returns the indexes of all options in the group of an option.
func (r *rows) group(index int) []int {
	var list []int
	for i := range r.options {
		if r.options[i].Group == r.options[index].Group {
			list = append(list, i)
		}
	}
	return list
}

// matchesIn returns the indexes of the matching options in the group of an option.
func (r *rows) matchesIn(index int) []int {
	var list []int
	for _, row := range r.grouped {
		if !row.heading && r.options[row.index].Group == r.options[index].Group {
			list = append(list, row.index)
		}
	}
	return list
}
