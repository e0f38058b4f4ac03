package permission

import "testing"

func TestIncludes(t *testing.T) {
	t.Parallel()
	for i, granted := range All() {
		for j, required := range All() {
			if got := Includes(granted, required); got != (i >= j) {
				t.Errorf("%s includes %s: %v", granted, required, got)
			}
		}
	}
	if Includes("OTHER", ReadOnly) || Includes(Admin, "OTHER") || Includes("OTHER", "OTHER") {
		t.Error("an unknown permission is included or includes another")
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{ReadOnly: ReadWrite, ReadWrite: Admin, Admin: "", "OTHER": ""} {
		if got := Next(name); got != want {
			t.Errorf("after %s: %q, want %q", name, got, want)
		}
	}
}

func TestWeakest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names []string
		want  string
	}{
		{nil, Admin},
		{[]string{Admin, ReadWrite, Admin}, ReadWrite},
		{[]string{Admin, ReadOnly}, ReadOnly},
		{[]string{Admin, "OTHER"}, ReadOnly},
	} {
		if got := Weakest(c.names); got != c.want {
			t.Errorf("%v: %s, want %s", c.names, got, c.want)
		}
	}
}
