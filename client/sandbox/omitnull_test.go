package sandbox

import "testing"

func TestOmitNulls(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                            `{}`,
		`{"a":null}`:                    `{}`,
		`{"a":null,"b":1,"c":null}`:     `{"b":1}`,
		`{"a":1,"b":null,"c":null}`:     `{"a":1}`,
		`[null,{"a":null},null]`:        `[null,{},null]`,
		`{"a":":null","b\":null":null}`: `{"a":":null"}`,
		`{"a":"\\","b":null}`:           `{"a":"\\"}`,
		`{"a":[{"b":null}],"c":null}`:   `{"a":[{}]}`,
		`null`:                          `null`,
		`{"a":"nullable"}`:              `{"a":"nullable"}`,
	} {
		if got := string(omitNulls([]byte(text))); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}
