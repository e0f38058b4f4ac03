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

// RelativeTime formats t relative to now in at most two units, such as "in 42m",
// "in 1h 5m" or "3d 2h ago".
func RelativeTime(t, now time.Time) string {
	d := t.Sub(now)
	if d > time.Minute || d < -time.Minute {
		d = d.Round(time.Minute)
	}
	if d < 0 {
		return twoUnits(-d) + " ago"
	}
	return "in " + twoUnits(d)
}

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

// twoUnits formats d in at most two units. It rounds down.
func twoUnits(d time.Duration) string {
	const day = 24 * time.Hour
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

// Timestamp formats t as a time of day if it is on the same day as now, and as a
// date and time otherwise.
func Timestamp(t, now time.Time) string {
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04:05")
	}
	return t.Format("2006-01-02 15:04")
}
