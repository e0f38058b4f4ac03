package render

import "testing"

func TestPaletteClass(t *testing.T) {
	for _, c := range []struct {
		class      Class
		color, end string
	}{
		{ClassPlain, "", ""},
		{ClassGood, "\x1b[32m", "\x1b[0m"},
		{ClassWaiting, "\x1b[33m", "\x1b[0m"},
		{ClassBad, "\x1b[31m", "\x1b[0m"},
		{ClassOver, "\x1b[2m", "\x1b[22m"},
		{Class(99), "", ""},
	} {
		want := "Odd"
		if c.color != "" {
			want = c.color + "Odd" + c.end
		}
		if got := (Palette{on: true}).Class(c.class, "\x1b[31mOdd\u202e"); string(got) != want {
			t.Errorf("class %d in color: %q, want %q", c.class, got, want)
		}
		if got := (Palette{}).Class(c.class, "\x1b[31mOdd\u202e"); got != "Odd" {
			t.Errorf("class %d without color: %q", c.class, got)
		}
	}
}
