package catalog

import (
	"cmp"
	"container/heap"
	"slices"

	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// candidate is a hit that may be among the best. It is small, because there may be very
// many.
type candidate struct {
	rank, list, row int32
	hit             *Hit // nil until it is read from the list
}

// best keeps the best candidates, at most limit of them; 0 means all. It is a heap with
// the worst one first.
type best struct {
	limit int
	list  []candidate
	total int // of all candidates
}

// worst is a candidate that others must be better than to be worth adding; those that
// are there only get better.
func (b *best) worst() candidate {
	if b.limit == 0 || len(b.list) < b.limit {
		return candidate{rank: prompt.MaxRank + 1}
	}
	return b.list[0]
}

func (b *best) add(c candidate) {
	b.total++
	switch {
	case b.limit == 0:
		b.list = append(b.list, c)
	case len(b.list) < b.limit:
		heap.Push(b, c)
	case compareCandidates(c, b.list[0]) < 0:
		b.list[0] = c
		heap.Fix(b, 0)
	}
}

// Len implements heap.Interface.
func (b *best) Len() int { return len(b.list) }

// Less implements heap.Interface.
func (b *best) Less(i, j int) bool { return compareCandidates(b.list[i], b.list[j]) > 0 }

// Swap implements heap.Interface.
func (b *best) Swap(i, j int) { b.list[i], b.list[j] = b.list[j], b.list[i] }

// Push implements heap.Interface.
func (b *best) Push(c any) { b.list = append(b.list, c.(candidate)) }

// Pop implements heap.Interface.
func (b *best) Pop() any {
	last := b.list[len(b.list)-1]
	b.list = b.list[:len(b.list)-1]
	return last
}

// compareCandidates orders candidates before their items are read: the best first. What was
// requested lately has the lowest list.
func compareCandidates(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.list, b.list), cmp.Compare(a.row, b.row))
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// hits returns the complete hits in order, each item once.
func (b *best) hits() []Hit {
	hits := make([]Hit, len(b.list))
	for i, c := range b.list {
		hits[i] = *c.hit
	}
	return b.sorted(hits)
}

// sorted orders hits and removes those that are there twice.
func (b *best) sorted(hits []Hit) []Hit {
	slices.SortFunc(hits, compareHits())
	seen := map[hitKey]bool{}
	kept := hits[:0]
	for _, hit := range hits {
		if key := keyOfHit(hit); !seen[key] {
			seen[key] = true
			kept = append(kept, hit)
		} else {
			b.total--
		}
	}
	return kept
}

// hitKey identifies an item.
type hitKey struct{ kind, id, integration, resourceType string }

func keyOfHit(h Hit) hitKey {
	return hitKey{h.Info.Slug, h.ID, h.Scope.Integration.ID, h.Scope.ResourceType.ID}
}

// compareHits returns the function that orders hits: by how well they match, then what
// was requested lately, then by kind, integration, resource type and name, and then by
// ID, so that the order is the same every time.
func compareHits() func(a, b Hit) int {
	order := map[string]int{}
	for i, d := range kind.Searchable() {
		order[d.Describe().Slug] = i
	}
	return func(a, b Hit) int {
		return cmp.Or(
			cmp.Compare(a.rank, b.rank),
			boolCompare(b.Recent, a.Recent),
			cmp.Compare(order[a.Info.Slug], order[b.Info.Slug]),
			cmp.Compare(a.Scope.Integration.Title(), b.Scope.Integration.Title()),
			cmp.Compare(a.Scope.ResourceType.Name, b.Scope.ResourceType.Name),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.ID, b.ID),
			cmp.Compare(a.Scope.Integration.ID, b.Scope.Integration.ID),
		)
	}
}
