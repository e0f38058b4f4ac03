package render

import (
	"fmt"
	"strings"
	"time"
)

// Duration writes d as people do, and as the flags read it: 45m, not 45m0s.
// Parts of a second stay only below a minute.
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

// Left says how far away a moment is, in at most two units: «in 42m»,
// «in 1h 5m», «3d 2h ago».
func Left(until, now time.Time) string {
	d := until.Sub(now)
	if d > time.Minute || d < -time.Minute {
		d = d.Round(time.Minute)
	}
	if d < 0 {
		return span(-d) + " ago"
	}
	return "in " + span(d)
}

func span(d time.Duration) string {
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

// Moment writes a time for people: the hour today, else with the date.
func Moment(t, now time.Time) string {
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04:05")
	}
	return t.Format("2006-01-02 15:04")
}
