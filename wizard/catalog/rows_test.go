package catalog

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// texts generates texts as services send them: shared, empty, with line ends, UUIDs, and
// what the encoding uses itself.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "orders", "9e107d9d-0042-4000-8000-000000000042", "9E107D9D-0042-4000-8000-000000000042", "a\nb", "\x01", "\x02abc", "\x03\"x\"", "größe"}),
		rapid.String(),
	)
}

func TestPackedItemsAreUnpacked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 4).Draw(t, "columns")
		items := rapid.SliceOf(rapid.SliceOfN(texts(), columns, columns)).Draw(t, "items")
		rows := pack(t, rapid.IntRange(0, columns).Draw(t, "scanned"), items)
		if rows.Len() != len(items) {
			t.Fatalf("%d items, want %d", rows.Len(), len(items))
		}
		for i, want := range items {
			if got := rows.At(i); !slices.Equal(got, want) {
				t.Fatalf("item %d is %q, want %q", i, got, want)
			}
			last := want[columns-1]
			if at := rows.find(columns-1, last); last != "" && (at < 0 || rows.At(at)[columns-1] != last) {
				t.Fatalf("%q is found at %d", last, at)
			}
		}
	})
}

func TestListsLongerThanAPart(t *testing.T) {
	t.Parallel()
	var items [][]string
	for i := range 2*partSize + 1 {
		items = append(items, []string{strings.Repeat("x", i%50), "y"})
	}
	rows := pack(t, 1, items)
	if len(rows.parts) != 3 || !rows.equal(pack(t, 1, items)) || rows.equal(pack(t, 1, items[1:])) {
		t.Errorf("%d parts", len(rows.parts))
	}
	for _, i := range []int{0, partSize - 1, partSize, 2 * partSize} {
		if got := rows.At(i); !slices.Equal(got, items[i]) {
			t.Errorf("item %d is %q", i, got)
		}
	}
}

// fataler is *testing.T or *rapid.T.
type fataler interface{ Fatal(...any) }

func pack(t fataler, scanned int, items [][]string) *Rows {
	rows := &Rows{}
	p := collect(rows, scanned)
	for _, item := range items {
		if err := p.add(item); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.flush(); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestEachLineFindsWhatContainsDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`[abß-]{0,6}`)).Draw(t, "lines")
		word := rapid.StringMatching(`[abß-]{1,3}`).Draw(t, "word")
		var want, got []int
		for i, line := range lines {
			if strings.Contains(line, word) {
				want = append(want, i)
			}
		}
		eachLine(strings.Join(append(lines, ""), "\n"), word, func(row int, line string) {
			if line != lines[row] {
				t.Fatalf("line %d is %q, want %q", row, line, lines[row])
			}
			got = append(got, row)
		})
		if !slices.Equal(got, want) {
			t.Fatalf("%q is in %v of %q, want %v", word, got, lines, want)
		}
	})
}

// One mistake is found wherever it is made, and by scanning as by matching.
func TestMisspeltWordsAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-d]{4,9}`).Draw(t, "word")
		at := rapid.IntRange(0, len(word)-2).Draw(t, "at")
		letter := rapid.StringMatching(`[a-e]`).Draw(t, "letter")
		wrong := map[string]string{
			"missing": word[:at] + word[at+1:],
			"added":   word[:at] + letter + word[at:],
			"wrong":   word[:at] + letter + word[at+1:],
			"swapped": word[:at] + word[at+1:at+2] + word[at:at+1] + word[at+2:],
		}
		mistake := rapid.SampledFrom([]string{"missing", "added", "wrong", "swapped"}).Draw(t, "mistake")
		text := "x-" + wrong[mistake] + "-y"
		if !isMisspelt(text, word) {
			t.Fatalf("%q does not match %q", text, word)
		}
		var found rowSet
		term{word: word}.scanMisspelt("zz\n"+text+"\n", &found)
		if !found.has(1) {
			t.Fatalf("%q is not found in %q", word, text)
		}
		if found.has(0) || isMisspelt("zzzzzzzz", word) {
			t.Fatalf("%q is found in z", word)
		}
	})
}

func TestShortWordsAreNotMisspelt(t *testing.T) {
	t.Parallel()
	if isMisspelt("abx", "abc") || isMisspelt("ab", "abc") || !isMisspelt("abxd", "abcd") || isMisspelt("axxd", "abcd") {
		t.Error("words of three letters must match, words of four may have one mistake")
	}
}

func TestUUIDsAreFoundByTheirStart(t *testing.T) {
	t.Parallel()
	const id = "9e107d9d-0042-4000-8000-000000000042"
	text := encodeUUID("00000000-0042-4000-8000-000000000042") + "\n" + encodeUUID(id) + "\n"
	for length := range len(id) + 1 {
		var found rowSet
		scanUUIDs(text, id[:length], &found)
		if found.has(0) || found.has(1) != (length >= 8) {
			t.Errorf("%q: %t, %t", id[:length], found.has(0), found.has(1))
		}
	}
	var found rowSet
	scanUUIDs(text, "9e107d9dx", &found)
	scanUUIDs(text, "9e107d9d-0042-4000-8000-0000000000423", &found)
	if found != (rowSet{}) {
		t.Error("what is no UUID is found")
	}
}
