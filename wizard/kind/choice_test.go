package kind

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"apono/client"
)

func TestChoicesAreWhatTheFlagsTake(t *testing.T) {
	t.Parallel()
	t.Run("two integrations of one type and name", func(t *testing.T) {
		t.Parallel()
		got := Integrations().Choices([]client.Integration{{ID: "1", Type: "mysql", Name: "db"}, {ID: "2", Type: "mysql", Name: "db"}, {ID: "3", Type: "mysql", Name: "only"}})
		wantChoices(t, got, Choice{"1", ""}, Choice{"2", ""}, Choice{"mysql/only", "3"})
	})
	t.Run("a resource by its source, or by its ID where two share that", func(t *testing.T) {
		t.Parallel()
		got := Resources().Choices([]client.Resource{{ID: "1", SourceID: "arn:a", Path: "x/a"}, {ID: "2", SourceID: "arn:b", Name: "b"}, {ID: "3", SourceID: "arn:b", Name: "b2"}})
		wantChoices(t, got, Choice{"arn:a", "x/a"}, Choice{"2", "b"}, Choice{"3", "b2"})
	})
	t.Run("a bundle whose name moves the cursor", func(t *testing.T) {
		t.Parallel()
		got := Bundles().Choices([]client.Bundle{{ID: "1", Name: "On-call: payments"}, {ID: "2", Name: "a\x1b[2Jb"}})
		wantChoices(t, got, Choice{"On-call: payments", "1"}, Choice{"2", ""})
	})
	t.Run("an ID that cannot be shown is escaped", func(t *testing.T) {
		t.Parallel()
		wantChoices(t, Permissions().Choices([]client.Permission{{ID: "READ", Name: "READ"}, {ID: "a\nb", Name: "c"}, {}}), Choice{"READ", ""}, Choice{`a\u000ab`, "c"})
	})
}

func TestListChoicesGoOnAfterTheLastComma(t *testing.T) {
	t.Parallel()
	items := []Choice{{"a", "first"}, {"b,c", ""}, {`"d`, ""}}
	for typed, want := range map[string][]string{
		"":             {"a", `"b,c"`, `"""d"`},
		"b":            {"a", `"b,c"`, `"""d"`},
		"a,":           {`a,"b,c"`, `a,"""d"`},
		`"b,c",x`:      {`"b,c",a`, `"b,c","""d"`},
		`"`:            {`"a"`, `"b,c"`, `"""d"`},
		`zzz,"b, not `: {`zzz,"a"`, `zzz,"b,c"`, `zzz,"""d"`},
	} {
		var got []string
		for _, c := range ListChoices(typed, items) {
			got = append(got, c.Value)
		}
		if !slices.Equal(got, want) {
			t.Errorf("after %q there are %q, want %q", typed, got, want)
		}
	}
}

// What is chosen after a comma is read back as one more word, whatever the
// words hold.
func TestListChoicesAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-c", ]{1,6}`)
		words := rapid.SliceOfNDistinct(word, 2, 5, rapid.ID[string]).Draw(t, "words")
		value := ""
		for i, w := range words {
			offered := ListChoices(value, []Choice{{Value: w}})
			if len(offered) != 1 {
				t.Fatalf("after %q, %q is not offered", value, w)
			}
			value = offered[0].Value
			if got := SplitList(value); !slices.Equal(got, words[:i+1]) {
				t.Fatalf("%q is read as %q, want %q", value, got, words[:i+1])
			}
			value += ","
		}
	})
}

func wantChoices(t *testing.T, got []Choice, want ...Choice) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("offered %q, want %q", got, want)
	}
}

func TestLastWordIsWhatIsBeingTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "", "a": "a", "a,b": "b", "a,": "", `"a,b`: "a,b", `"x,y",arn:`: "arn:", `x,"a ""b`: `a "b`, `"x,y"`: "x,y",
	} {
		if got := LastWord(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
