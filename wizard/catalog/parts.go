package catalog

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sync/errgroup"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// rows returns the items of a list.
func (s *Store) rows(ctx context.Context, list stored) (*Rows, error) {
	all, err := s.allRows(ctx, []stored{list})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// allRows returns the items of each of several lists. Short lists are read together.
func (s *Store) allRows(ctx context.Context, lists []stored) ([]*Rows, error) {
	all := make([]*Rows, len(lists))
	var short, long []int // indexes in lists
	for i, list := range lists {
		all[i] = &Rows{parts: make([]*part, (list.items+partSize-1)/partSize), count: list.items}
		if list.items <= inlineItems {
			short = append(short, i)
		} else {
			long = append(long, i)
		}
	}
	var mu sync.Mutex
	for _, indexes := range [][]int{short, long} {
		if len(indexes) == 0 {
			continue
		}
		some := make([]stored, len(indexes))
		for n, i := range indexes {
			some[n] = lists[i]
		}
		err := s.eachPart(ctx, some, nil, func(n, number int, p *part) error {
			p.split()
			mu.Lock()
			defer mu.Unlock()
			return all[indexes[n]].put(number, p)
		})
		if err != nil {
			return nil, err
		}
	}
	for _, rows := range all {
		if slices.Contains(rows.parts, nil) {
			return nil, errDamaged
		}
	}
	return all, nil
}

// put puts a part into its place.
func (r *Rows) put(number int, p *part) error {
	if number >= len(r.parts) || p.count != min(partSize, r.count-number*partSize) {
		return errDamaged
	}
	r.parts[number] = p
	return nil
}

// location is where a column of a part is stored.
type location struct {
	list, part, number, items int
	id                        int64 // 0 if text is the text
	text                      string
	sum                       uint32
	folded                    bool
}

// eachPart reads parts of lists, several at a time, and passes them to use, which must
// be safe for concurrent use. Only the columns with the given numbers are read; nil is
// all of them.
func (s *Store) eachPart(ctx context.Context, lists []stored, columns []int, use func(list, number int, p *part) error) error {
	return s.eachPartOf(ctx, lists, columns, func(int, int) bool { return true }, use)
}

// scanParts is eachPart for parts that are not needed after use returns.
func (s *Store) scanParts(ctx context.Context, lists []stored, columns []int, use func(list, number int, p *part) error) error {
	places, err := s.locate(ctx, lists, columns)
	if err != nil {
		return err
	}
	return s.readParts(ctx, places, true, use)
}

// eachPartOf is eachPart for the parts that only selects.
func (s *Store) eachPartOf(ctx context.Context, lists []stored, columns []int, only func(list, number int) bool, use func(list, number int, p *part) error) error {
	places, err := s.locate(ctx, lists, columns)
	if err != nil {
		return err
	}
	places = slices.DeleteFunc(places, func(p []location) bool { return !only(p[0].list, p[0].part) })
	return s.readParts(ctx, places, false, use)
}

// readParts reads parts, several at a time. If scan is true, each is valid only until use
// returns, which saves memory.
func (s *Store) readParts(ctx context.Context, places [][]location, scan bool, use func(list, number int, p *part) error) error {
	group, ctx := errgroup.WithContext(ctx)
	workers := min(runtime.GOMAXPROCS(0), maxReaders, len(places))
	for worker := range workers {
		from, to := len(places)*worker/workers, len(places)*(worker+1)/workers
		group.Go(func() error {
			return s.use(ctx, worker, false, func(conn *sqlite.Conn) error {
				var kept buffers
				for _, place := range places[from:to] {
					if !scan {
						kept = nil
					}
					p, err := readPart(conn, place, &kept)
					if err != nil {
						return err
					}
					if err := use(place[0].list, place[0].part, p); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	return group.Wait()
}

// maxReaders is how many parts are read at a time.
const maxReaders = 4

// inlineItems is the length of a list whose texts are read together with their
// locations, because opening each of them would take longer.
const inlineItems = 256

// locate returns where the parts of lists are, with their columns.
func (s *Store) locate(ctx context.Context, lists []stored, columns []int) ([][]location, error) {
	numbers := make(map[int64]int, len(lists))
	inline := len(lists) > 0
	for n, list := range lists {
		numbers[list.id] = n
		inline = inline && list.items <= inlineItems
	}
	query, args := "SELECT list, part, number, items, sum, folded, id FROM column", []any{}
	switch {
	case inline && len(lists) == 1:
		query, args = query+" WHERE list = ?", append(args, lists[0].id)
		query = strings.Replace(query, ", id FROM", ", id, text FROM", 1)
	case inline:
		query, args = "SELECT list, part, number, c.items, sum, folded, c.id, text FROM list JOIN column c ON c.list = list.id WHERE list.items <= ?", append(args, inlineItems)
	case len(lists) == 1:
		query, args = query+" WHERE list = ?", append(args, lists[0].id)
	}
	var places [][]location
	err := s.use(ctx, 0, false, func(conn *sqlite.Conn) error {
		places = nil
		return sqlitex.Execute(conn, query+" ORDER BY list, part, number", &sqlitex.ExecOptions{Args: args, ResultFunc: func(row *sqlite.Stmt) error {
			n, ok := numbers[row.ColumnInt64(0)]
			l := location{list: n, part: row.ColumnInt(1), number: row.ColumnInt(2), items: row.ColumnInt(3), sum: uint32(row.ColumnInt64(4)), folded: row.ColumnInt(5) != 0, id: row.ColumnInt64(6)}
			if !ok || columns != nil && !slices.Contains(columns, l.number) {
				return nil
			}
			if inline {
				l.text = row.ColumnText(7)
				l.id = 0
			}
			if last := len(places) - 1; last >= 0 && places[last][0].list == l.list && places[last][0].part == l.part {
				places[last] = append(places[last], l)
			} else {
				places = append(places, []location{l})
			}
			return nil
		}})
	})
	return places, err
}

// readPart reads the columns of a part.
func readPart(conn *sqlite.Conn, place []location, into *buffers) (*part, error) {
	p := &part{count: place[0].items, columns: make([]column, len(place))}
	for i, l := range place {
		text, err := l.text, error(nil)
		if l.id != 0 {
			text, err = into.read(conn, i, l.id)
		}
		if err != nil {
			return nil, err
		}
		p.columns[i].text, p.columns[i].folded = text, l.folded
		if p.columns[i].sum() != l.sum || l.items != p.count {
			return nil, fmt.Errorf("%w: wrong checksum", errDamaged)
		}
	}
	return p, nil
}

// buffers are the bytes that texts were read into, by the number of the text in a part.
type buffers [][]byte

// read reads a text. It is valid until the next text with its number is read.
func (b *buffers) read(conn *sqlite.Conn, number int, id int64) (string, error) {
	blob, err := conn.OpenBlob("", "column", "text", id, false)
	if err != nil {
		return "", err
	}
	defer blob.Close()
	for len(*b) <= number {
		*b = append(*b, nil)
	}
	size := int(blob.Size())
	text := slices.Grow((*b)[number][:0], size)[:size]
	(*b)[number] = text
	if _, err := io.ReadFull(blob, text); err != nil || size == 0 {
		return "", err
	}
	return unsafe.String(&text[0], size), nil // nothing changes it until the next read
}
