package render

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDuration(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0s": 0, "45m": 45 * time.Minute, "1h": time.Hour, "1h30m": 90 * time.Minute, "10h": 10 * time.Hour, "1h10m": 70 * time.Minute,
		"1h0m5s": time.Hour + 5*time.Second, "7m22s": 7*time.Minute + 22800*time.Millisecond, "22.8s": 22800 * time.Millisecond,
		"24h": 24 * time.Hour, "20s": 20 * time.Second, "-45m": -45 * time.Minute,
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

// A formatted duration can be parsed again.
func TestDurationRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, 1e6).Draw(t, "seconds")) * time.Second
		if back, err := time.ParseDuration(Duration(d)); err != nil || back != d {
			t.Fatalf("%v is formatted as %s and parsed as %v, %v", d, Duration(d), back, err)
		}
		precise := time.Duration(rapid.Int64().Draw(t, "nanoseconds"))
		if back, err := time.ParseDuration(Duration(precise)); err != nil || (back-precise).Abs() >= time.Second {
			t.Fatalf("%v is formatted as %s and parsed as %v, %v", precise, Duration(precise), back, err)
		}
	})
}

func TestEnds(t *testing.T) {
	now := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		until time.Duration
		want  string
	}{
		{0, "in 0s"},
		{30 * time.Second, "in 30s"},
		{59*time.Second + 900*time.Millisecond, "in 59s"},
		{time.Minute, "in 1m"},
		{89 * time.Second, "in 1m"},
		{91 * time.Second, "in 2m"},
		{42 * time.Minute, "in 42m"},
		{59*time.Minute + 40*time.Second, "in 1h"},
		{time.Hour, "in 1h"},
		{65 * time.Minute, "in 1h 5m"},
		{12 * time.Hour, "in 12h"},
		{24*time.Hour - 10*time.Second, "in 1d"},
		{24 * time.Hour, "in 1d"},
		{26 * time.Hour, "in 1d 2h"},
		{10*24*time.Hour + 59*time.Minute, "in 10d"},
		{400*24*time.Hour + 23*time.Hour, "in 400d 23h"},
		{-30 * time.Second, "30s ago"},
		{-time.Minute, "1m ago"},
		{-65 * time.Minute, "1h 5m ago"},
		{-74 * time.Hour, "3d 2h ago"},
	} {
		if got := Ends(now.Add(c.until), now); got != c.want {
			t.Errorf("%v: %q, want %q", c.until, got, c.want)
		}
	}
}

func TestUntil(t *testing.T) {
	now := time.Date(2024, 3, 1, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		t    time.Time
		want string
	}{
		{now.Add(30 * time.Minute), "12:30"},
		{now.Add(11*time.Hour + 59*time.Minute), "23:59"},
		{now.Add(12 * time.Hour), "tomorrow 00:00"},
		{now.Add(36*time.Hour - time.Second), "tomorrow 23:59"},
		{now.Add(36 * time.Hour), "2024-03-03 00:00"},
		{now.Add(-24 * time.Hour), "2024-02-29 12:00"},
	} {
		if got := Until(c.t, now); got != c.want {
			t.Errorf("%v: %q, want %q", c.t, got, c.want)
		}
	}
	if got := Past(now.Add(-12*time.Minute), now); got != "2024-03-01 11:48 (12m ago)" {
		t.Errorf("the past: %q", got)
	}
}
