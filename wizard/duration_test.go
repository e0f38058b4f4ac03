package wizard

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// wednesday is the clock of the tests of durations.
func wednesday(t *testing.T, zone string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 11, 25, 14, 32, 0, 0, location)
}

func TestParseDuration(t *testing.T) {
	t.Parallel()
	now := wednesday(t, "UTC")
	for _, c := range []struct {
		typed string
		want  time.Duration
	}{
		{"0.75", 45 * time.Minute}, {"8", 8 * time.Hour}, {".5", 30 * time.Minute}, {"1e-1", 6 * time.Minute},
		{"45m", 45 * time.Minute}, {"1h30m", 90 * time.Minute}, {" 1h 30m ", 90 * time.Minute}, {"7m22.8s", 7*time.Minute + 22*time.Second},
		{"1s", time.Second}, {"+2", 2 * time.Hour}, {"1.999s", time.Second},
		{"596523", 596523 * time.Hour}, {"596523h", 596523 * time.Hour},
		{"1h 30", 90 * time.Minute}, {"1h30", 90 * time.Minute}, {"1 h 5", 65 * time.Minute}, {"90 min", 90 * time.Minute}, {"90min", 90 * time.Minute},
		{"1 hour 30 minutes", 90 * time.Minute}, {"2 hrs", 2 * time.Hour}, {"1.5 hours", 90 * time.Minute}, {"45 MINS", 45 * time.Minute}, {"30 sec", 30 * time.Second},
		{"1d", 24 * time.Hour}, {"2 days 3h", 51 * time.Hour}, {"48", 48 * time.Hour},
		{"until 18:00", 3*time.Hour + 28*time.Minute}, {"Until  18:00", 3*time.Hour + 28*time.Minute}, {"until 18", 3*time.Hour + 28*time.Minute},
		{"until 14:33", time.Minute}, {"until today at 18:00", 3*time.Hour + 28*time.Minute}, {"until 6pm", 3*time.Hour + 28*time.Minute}, {"until 6:30 pm", 3*time.Hour + 58*time.Minute},
		{"until 24:00", 9*time.Hour + 28*time.Minute}, {"until tomorrow 0:00", 9*time.Hour + 28*time.Minute}, {"until tomorrow 12 am", 9*time.Hour + 28*time.Minute},
		{"until tomorrow 9:00", 18*time.Hour + 28*time.Minute}, {"until 9:00 tomorrow", 18*time.Hour + 28*time.Minute}, {"until tomorrow 14:32", 24 * time.Hour},
		{"until 2026-11-27 14:32", 48 * time.Hour}, {"until 2026-11-25 14:33", time.Minute},
	} {
		if got, err := ParseDuration(c.typed, now); err != nil || got != c.want {
			t.Errorf("%q: got %v and error %v, want %v", c.typed, got, err, c.want)
		}
	}
	for typed, message := range map[string]string{
		"": "use hours", "abc": "use hours", "1,5": "1.5", "0": "must be greater than zero", "-1": "must be greater than zero", "-45m": "must be greater than zero",
		"0.5s": "must be greater than zero", "0.0001": "must be greater than zero", "1 30": "use hours", "1h 60": "use hours", "5m 30": "use hours",
		"h": "use hours", "1 fortnight": "use hours", "18:00": "until 18:00", "till 18:00": "until 18:00", "untilling": "use hours",
		"1e9": "too long", "inf": "too long", "-inf": "must be greater than zero", "nan": "must be greater than zero", "596524": "too long", "1000000h": "too long", "99999999999h": "too long", "999999 days": "too long",
		"until": "needs a time of day", "until tomorrow": "needs a time of day", "until 25:00": "needs a time of day", "until 18:60": "needs a time of day", "until 13pm": "needs a time of day", "until 0 am": "needs a time of day",
		"until noonish": "needs a time of day", "until 18:00 sharp": "needs a time of day", "until 2026-02-30 9:00": "2026-02-30 is not a date",
		"until 9:00": "09:00 is in the past; for tomorrow, use: until tomorrow 09:00", "until 14:32": "14:32 is in the past",
		"until 2026-11-24 18:00": "2026-11-24 18:00 is in the past", "until 9999-01-01 9:00": "too long",
	} {
		if got, err := ParseDuration(typed, now); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%q: got %v and error %v, want an error that contains %q", typed, got, err, message)
		}
	}
}

// Clocks are set forward on 29 March 2026 at 2:00 and back on 25 October at 3:00.
func TestParseDurationWhenClocksChange(t *testing.T) {
	t.Parallel()
	berlin := wednesday(t, "Europe/Berlin").Location()
	spring := time.Date(2026, 3, 28, 20, 0, 0, 0, berlin)
	autumn := time.Date(2026, 10, 24, 20, 0, 0, 0, berlin)
	between := time.Date(2026, 10, 25, 0, 45, 0, 0, time.UTC).In(berlin) // 2:45, for the first time
	for _, c := range []struct {
		now   time.Time
		typed string
		want  time.Duration
	}{
		{spring, "until tomorrow 1:59", 5*time.Hour + 59*time.Minute},
		{spring, "until tomorrow 3:00", 6 * time.Hour}, // an hour is missing
		{spring, "until tomorrow 9:00", 12 * time.Hour},
		{spring, "until 24:00", 4 * time.Hour},
		{spring, "13", 13 * time.Hour},
		{autumn, "until tomorrow 2:30", 6*time.Hour + 30*time.Minute}, // the first of two
		{autumn, "until tomorrow 3:00", 8 * time.Hour},
		{autumn, "until tomorrow 9:00", 14 * time.Hour},
		{between, "until 2:50", 5 * time.Minute},
		{between, "until 2:30", 45 * time.Minute}, // the second of two
	} {
		if got, err := ParseDuration(c.typed, c.now); err != nil || got != c.want {
			t.Errorf("at %v, %q: got %v and error %v, want %v", c.now, c.typed, got, err, c.want)
		}
	}
	if got, err := ParseDuration("until tomorrow 2:30", spring); err == nil || !strings.Contains(err.Error(), "there is no 02:30 on 2026-03-29") {
		t.Errorf("got %v and error %v, want an error about a time that is left out", got, err)
	}
}

// TestUntilEndsThen checks that access ends when a clock shows the time that was typed.
func TestUntilEndsThen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"}).Draw(t, "zone")
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "now"), 0).In(location)
		clock := time.Date(2000, 1, 1, rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), 0, 0, time.UTC).Format("15:04")
		d, err := ParseDuration("until tomorrow "+clock, now)
		if err != nil && strings.Contains(err.Error(), "there is no") {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		year, month, day := now.Date()
		if end, want := now.Add(d), time.Date(year, month, day+1, 12, 0, 0, 0, time.UTC); end.Format("15:04") != clock || end.Day() != want.Day() {
			t.Fatalf("at %v, until tomorrow %s ends %v", now, clock, end)
		}
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"0.75", "1h 30", "until tomorrow 9:00", "until 2026-11-27 18:00", "1d 2h 3m 4s", "until 6:30 pm"} {
		f.Add(seed)
	}
	now := time.Date(2026, 11, 25, 14, 32, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, typed string) {
		d, err := ParseDuration(typed, now)
		if err == nil && (d < time.Second || d > longestDuration || d%time.Second != 0) {
			t.Errorf("%q: got %v", typed, d)
		}
	})
}

func TestManyHours(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]bool{"24": false, "24.5": true, "90": true, " 90 ": true, "90h": false, "90m": false, "until 18:00": false, "": false, "8": false, "1e3": true} {
		if got := isManyHours(typed); got != want {
			t.Errorf("%q: got %v, want %v", typed, got, want)
		}
	}
}

func TestDurationUntil(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 14, 30, 20, 0, time.Local)
	for d, want := range map[time.Duration]string{
		2 * time.Hour: "2h, until 16:30", 90 * time.Minute: "1h 30m, until 16:00", 45 * time.Minute: "45m, until 15:15",
		7*time.Minute + 22*time.Second: "7m 22s, until 14:37", 20 * time.Hour: "20h, until tomorrow 10:30", 90 * time.Hour: "90h, until 2026-11-29 08:30",
		time.Hour + 28*time.Minute + 37*time.Second: "1h 29m, until 15:58",
	} {
		if got := durationUntil(d, now); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
