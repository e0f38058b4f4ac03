package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration formats d the way people write it and duration flags accept it: 45m,
// not 45m0s. Fractions of a second are kept only below a minute.
func Duration(d time.Duration) string {
	if d >= time.Minute {
		d = d.Truncate(time.Second)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Spaced formats d like Duration, with spaces between the units: 1h 30m. From an hour on
// it rounds to minutes.
func Spaced(d time.Duration) string {
	if d >= time.Hour {
		d = d.Round(time.Minute)
	}
	return strings.TrimSpace(strings.NewReplacer("h", "h ", "m", "m ").Replace(Duration(d)))
}

// Ends formats how long it is until end, such as "in 1h 58m". What ended says so:
// "3d 2h ago".
func Ends(end, now time.Time) string {
	if end.Before(now) {
		return Ago(end, now)
	}
	return "in " + twoUnits(end.Sub(now))
}

// Ago formats how long ago t was, such as "12m ago".
func Ago(t, now time.Time) string { return twoUnits(max(0, now.Sub(t))) + " ago" }

// TimeLeft formats how long it is until end, such as "58m left".
func TimeLeft(end, now time.Time) string {
	return twoUnits(max(0, end.Sub(now))) + " left"
}

// Count formats a number of things: "1 resource", "12,000 resources".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Digits(n) + " " + thing + "s"
}

// Digits formats a number with commas between groups of three digits.
func Digits(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// twoUnits formats d in at most two units. It rounds to minutes, except below one.
func twoUnits(d time.Duration) string {
	const day = 24 * time.Hour
	if d > time.Minute {
		d = d.Round(time.Minute)
	}
	switch {
	case d < time.Minute:
		return Duration(d.Truncate(time.Second))
	case d < time.Hour:
		return Duration(d.Truncate(time.Minute))
	case d < day:
		return strings.TrimSpace(strings.Replace(Duration(d.Truncate(time.Minute)), "h", "h ", 1))
	}
	days, hours := int(d/day), int(d%day/time.Hour)
	if hours == 0 {
		return fmt.Sprintf("%dd", days)
	}
	return fmt.Sprintf("%dd %dh", days, hours)
}

// Elapsed formats how long something has taken so far, in at most two units: "4m 10s".
func Elapsed(d time.Duration) string {
	d = max(0, d)
	if d >= time.Hour {
		return twoUnits(d)
	}
	return strings.TrimSpace(strings.Replace(Duration(d.Truncate(time.Second)), "m", "m ", 1))
}

// Until formats a moment to come: 16:30 today, "tomorrow 09:00", else the date and
// the time. It is local time.
func Until(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	switch t.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return t.Format("15:04")
	case now.AddDate(0, 0, 1).Format(time.DateOnly):
		return "tomorrow " + t.Format("15:04")
	}
	return Moment(t)
}

// Moment formats a date and time, such as 2026-11-24 16:05. It is local time.
func Moment(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

// Past formats a moment in the past with how long ago it was.
func Past(t, now time.Time) string { return Moment(t) + " (" + Ago(t, now) + ")" }
