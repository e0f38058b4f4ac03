package render

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// write returns what Data writes.
func write(t interface{ Fatal(...any) }, format Format, value any) string {
	var out bytes.Buffer
	if err := (&Streams{Out: &out}).Data(format, value); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestData(t *testing.T) {
	type item struct {
		Zebra string            `json:"zebra"`
		Apple *int              `json:"apple"`
		Map   map[string]string `json:"map,omitempty"`
		Raw   json.RawMessage   `json:"raw,omitempty"`
	}
	one := 1
	for _, c := range []struct {
		name       string
		value      any
		json, yaml string
	}{
		{"order of fields", item{Zebra: "z", Apple: &one}, "{\n  \"zebra\": \"z\",\n  \"apple\": 1\n}\n", "zebra: z\napple: 1\n"},
		{"order of keys in raw JSON", item{Raw: json.RawMessage(`{"b":1,"a":[2]}`)},
			"{\n  \"zebra\": \"\",\n  \"apple\": null,\n  \"raw\": {\n    \"b\": 1,\n    \"a\": [\n      2\n    ]\n  }\n}\n",
			"zebra: \"\"\napple: null\nraw:\n  b: 1\n  a:\n    - 2\n"},
		{"empty list", []item{}, "[]\n", "[]\n"},
		{"empty object", map[string]string{}, "{}\n", "{}\n"},
		{"nested empty values", map[string]any{"a": []int{}, "b": map[string]int{}}, "{\n  \"a\": [],\n  \"b\": {}\n}\n", "a: []\nb: {}\n"},
		{"null", nil, "null\n", "null\n"},
		{"no HTML escapes", "<a>&", "\"<a>&\"\n", "<a>&\n"},
		{"control characters", "a\x1b[31m\x00\x7f", "\"a\\u001b[31m\\u0000\\u007f\"\n", `"a\e[31m\0\x7F"` + "\n"},
		{"C1", "a\u009b31m", "\"a\\u009b31m\"\n", `"a\x9B31m"` + "\n"},
		{"direction override", "gpj.\u202eexe", "\"gpj.\\u202eexe\"\n", "\"gpj.\\U0000202eexe\"\n"},
		{"invisible, outside the basic plane", "a\U000e0041", "\"a\\udb40\\udc41\"\n", "\"a\\U000E0041\"\n"},
		{"other languages", "größer 日本 é", "\"größer 日本 é\"\n", "größer 日本 é\n"},
		{"lines", "one\ntwo\n", "\"one\\ntwo\\n\"\n", "|\n  one\n  two\n"},
		{"large number", json.RawMessage("12345678901234567890123"), "12345678901234567890123\n", "12345678901234567890123\n"},
		{"number with a trailing zero", json.RawMessage("1.50"), "1.50\n", "1.50\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := write(t, FormatJSON, c.value); got != c.json {
				t.Errorf("JSON %q\nwant %q", got, c.json)
			}
			if got := write(t, FormatYAML, c.value); got != c.yaml {
				t.Errorf("YAML %q\nwant %q", got, c.yaml)
			}
		})
	}
}

func TestDataErrors(t *testing.T) {
	for _, format := range []Format{FormatJSON, FormatYAML, FormatTable, "xml"} {
		var out bytes.Buffer
		value := any(make(chan int))
		if format != FormatJSON && format != FormatYAML {
			value = "fine"
		}
		if err := (&Streams{Out: &out}).Data(format, value); err == nil || out.Len() > 0 {
			t.Errorf("%s: %v, wrote %q", format, err, &out)
		}
	}
}

// Strings that YAML could read as another type stay strings.
func TestYAMLKeepsStrings(t *testing.T) {
	for _, text := range []string{
		"no", "No", "NO", "off", "y", "yes", "true", "True", "null", "Null", "~", "", " ", "1", "-1", "0x1f", "0o17", "017", "1_000", "1e3", ".5", ".inf", "-.INF", ".nan",
		"2024-01-02", "2024-01-02T03:04:05Z", "12:30:45", "190:20:30", "<<", "=", "- a", "? a", "a: b", "a #b", "#a", "&a", "*a", "!a", "!!str a", "|", ">", "%a", "@a", "`a`", "{a", "[a", "a]", "'", "\"", "\\", ",",
		"one\ntwo", "\t\n", "a\n\tb", " \n a", "\n\n", "\nlead", "trail\n", "trail\n\n\n", " indented\n  more", "tab\tinside", "\ttab", "cr\rlf\r\n", "\u2028", "\u0085", "\ufeff", "---", "...", "--- a", "a\n---\nb", "\x00", "\U0001f600",
	} {
		for _, value := range []any{text, []any{text}, map[string]any{"k": text}, map[string]any{text: "v"}} {
			out := write(t, FormatYAML, value)
			var back any
			if err := yaml.Unmarshal([]byte(out), &back); err != nil {
				t.Errorf("%#v: %v in\n%s", value, err, out)
			} else if !reflect.DeepEqual(back, value) {
				t.Errorf("%#v was read as %#v from\n%s", value, back, out)
			}
		}
	}
}

// document draws a JSON value of any shape.
func document(depth int) *rapid.Generator[any] {
	text := rapid.Map(hostileText(), func(s string) any { return strings.ToValidUTF8(s, "?") })
	scalars := []*rapid.Generator[any]{
		text,
		rapid.Just[any](nil),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.Int64(), func(i int64) any { return i }),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }),
		rapid.Map(rapid.SampledFrom([]string{"0", "-0", "1e400", "-1E-400", "1E5", "0.1e+2", "123456789012345678901234567890"}), func(s string) any { return json.Number(s) }),
	}
	if depth == 0 {
		return rapid.OneOf(scalars...)
	}
	list := rapid.Map(rapid.SliceOfN(rapid.Deferred(func() *rapid.Generator[any] { return document(depth - 1) }), 0, 4), func(v []any) any { return v })
	key := rapid.Map(hostileText(), func(s string) string { return strings.ToValidUTF8(s, "?") })
	object := rapid.Map(rapid.MapOfN(key, rapid.Deferred(func() *rapid.Generator[any] { return document(depth - 1) }), 0, 4), func(v map[string]any) any { return v })
	return rapid.OneOf(append(scalars, list, object)...)
}

// equalData compares what was decoded from JSON and from YAML. It compares numbers
// by value, since the two decoders use different types.
func equalData(fromJSON, fromYAML any) bool {
	switch j := fromJSON.(type) {
	case []any:
		y, ok := fromYAML.([]any)
		if !ok || len(y) != len(j) {
			return false
		}
		for i := range j {
			if !equalData(j[i], y[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		y, ok := fromYAML.(map[string]any)
		if !ok || len(y) != len(j) {
			return false
		}
		for name := range j {
			if value, ok := y[name]; !ok || !equalData(j[name], value) {
				return false
			}
		}
		return true
	case float64:
		y := reflect.ValueOf(fromYAML)
		return fromYAML != nil && y.CanConvert(reflect.TypeFor[float64]()) && y.Convert(reflect.TypeFor[float64]()).Float() == j
	}
	return fromJSON == fromYAML
}

func TestJSONAndYAMLAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := document(3).Draw(t, "value")
		asJSON, asYAML := write(t, FormatJSON, value), write(t, FormatYAML, value)
		for name, text := range map[string]string{"JSON": asJSON, "YAML": asYAML} {
			if r, bad := firstUnsafe(text, "\n\t"); bad {
				t.Fatalf("%s has %U: %q", name, r, text)
			}
		}
		var fromJSON, fromYAML any
		if err := json.Unmarshal([]byte(asJSON), &fromJSON); err != nil {
			if strings.Contains(asJSON, "1e400") {
				return // valid JSON, but not a float64
			}
			t.Fatalf("%v in %s", err, asJSON)
		}
		if err := yaml.Unmarshal([]byte(asYAML), &fromYAML); err != nil {
			t.Fatalf("%v in\n%s", err, asYAML)
		}
		if !equalData(fromJSON, fromYAML) {
			t.Fatalf("JSON %s\nYAML %s\n%#v\n%#v", asJSON, asYAML, fromJSON, fromYAML)
		}
		plain, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var original any
		if err := json.Unmarshal(plain, &original); err != nil || !reflect.DeepEqual(original, fromJSON) {
			t.Fatalf("%s differs from %s (%v)", asJSON, plain, err)
		}
	})
}

func FuzzYAML(f *testing.F) {
	for _, seed := range []string{"no", "a: b", "- x", "\n x", "\u202e", "2024-01-01", "\t", "|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		var back map[string]any
		out := write(t, FormatYAML, map[string]string{text: text})
		if err := yaml.Unmarshal([]byte(out), &back); err != nil || back[text] != text {
			t.Errorf("%q was read as %#v (%v) from\n%s", text, back, err, out)
		}
	})
}
