package wizard

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"apono/render"
)

// ParseDuration parses a duration that a user typed at a time: decimal hours, as the
// prompt asks for (0.75 is 45 minutes), an amount with units (45m, 1h 30, 90 min), or a
// moment to come (until 18:00, until tomorrow 9:00), in the time zone of now. The result
// is truncated to whole seconds, which is the service's unit, and is at least one second.
func ParseDuration(word string, now time.Time) (time.Duration, error) {
	word = strings.ToLower(strings.Join(strings.Fields(word), " "))
	if rest, ok := cutUntil(word); ok {
		end, err := parseMoment(rest, now)
		if err != nil {
			return 0, err
		}
		return checkedDuration(end.Sub(now))
	}
	if strings.Contains(word, ",") {
		return 0, fmt.Errorf("needs a decimal point: %s", strings.ReplaceAll(word, ",", "."))
	}
	d, ok := parseAmount(word)
	if !ok {
		return 0, errNoDuration
	}
	return checkedDuration(d)
}

// checkedDuration returns a duration in whole seconds if the service can take it.
func checkedDuration(d time.Duration) (time.Duration, error) {
	switch {
	case d > longestDuration:
		return 0, errors.New("is too long")
	case d < time.Second:
		return 0, errors.New("must be greater than zero")
	}
	return d.Truncate(time.Second), nil
}

// errNoDuration is the error of a text that is no duration.
var errNoDuration = errors.New("use hours, such as 0.75 or 8, a duration, such as 45m or 1h30m, or a time, such as until 18:00")

// longestDuration is the longest duration that fits the service's int32 of seconds.
const longestDuration = (1<<31 - 1) * time.Second

// parseAmount parses decimal hours or amounts with units.
func parseAmount(word string) (time.Duration, bool) {
	if hours, ok := bareHours(word); ok {
		return time.Duration(min(hours, 1e6) * float64(time.Hour)), true
	}
	if d, err := time.ParseDuration(strings.ReplaceAll(word, " ", "")); err == nil {
		return d, true
	}
	return parseUnits(word)
}

// bareHours returns the number of a text that is nothing else.
func bareHours(word string) (hours float64, ok bool) {
	hours, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
	if math.IsNaN(hours) {
		hours = 0
	}
	return hours, err == nil || errors.Is(err, strconv.ErrRange)
}

// manyHours is from how many hours on a bare number may have been meant as minutes.
const manyHours = 24

// isManyHours reports whether a text is a bare number of more hours than a day has.
func isManyHours(word string) bool {
	hours, ok := bareHours(word)
	return ok && hours > manyHours
}

var amounts = regexp.MustCompile(`^(\d+(?:\.\d+)?) ?([a-z]*) ?`)

// parseUnits parses amounts with units in words, the largest unit first, such as
// "1 hour 30 min". After hours, a last number without a unit is minutes.
func parseUnits(word string) (time.Duration, bool) {
	var total float64
	last := time.Duration(math.MaxInt64)
	for rest := word; rest != ""; {
		found := amounts.FindStringSubmatch(rest)
		if found == nil {
			return 0, false
		}
		rest = rest[len(found[0]):]
		n, err := strconv.ParseFloat(found[1], 64)
		unit := unitNamed(found[2])
		if found[2] == "" && last == time.Hour && rest == "" && n < 60 {
			unit = time.Minute
		}
		if err != nil || unit == 0 || unit >= last {
			return 0, false
		}
		total, last = total+n*float64(unit), unit
	}
	if word == "" {
		return 0, false
	}
	return time.Duration(min(total, 2*float64(longestDuration))), true
}

// unitNamed returns the unit with a name; 0 if there is none. A day is 24 hours.
func unitNamed(name string) time.Duration {
	switch name {
	case "d", "day", "days":
		return 24 * time.Hour
	case "h", "hr", "hrs", "hour", "hours":
		return time.Hour
	case "m", "min", "mins", "minute", "minutes":
		return time.Minute
	case "s", "sec", "secs", "second", "seconds":
		return time.Second
	}
	return 0
}

// cutUntil returns what follows the word until.
func cutUntil(word string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(word, "until")
	if !ok || rest != "" && rest[0] != ' ' {
		return "", false
	}
	return strings.TrimPrefix(rest, " "), true
}

var (
	clockTime = regexp.MustCompile(`^(\d{1,2})(?::(\d{2}))? ?(am|pm)?$`)
	isoDate   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// parseMoment parses a moment to come, such as "18:00", "tomorrow 9:00" or
// "2026-11-24 16:05", in the time zone of now.
func parseMoment(text string, now time.Time) (time.Time, error) {
	day, clock, err := cutDay(text, now)
	if err != nil {
		return time.Time{}, err
	}
	hour, minute, ok := parseClock(clock)
	if !ok {
		return time.Time{}, errors.New("needs a time of day, such as until 18:00, until tomorrow 9:00 or until 2026-11-24 9:00")
	}
	return nextMoment(day, hour, minute, now)
}

// cutDay returns the day that a text names, at midnight, and the rest, which is the time
// of day. Without a name, it is today.
func cutDay(text string, now time.Time) (day time.Time, clock string, err error) {
	year, month, date := now.Date()
	day = time.Date(year, month, date, 0, 0, 0, 0, now.Location())
	var kept []string
	for _, word := range strings.Fields(text) {
		switch {
		case word == "tomorrow":
			day = time.Date(year, month, date+1, 0, 0, 0, 0, now.Location())
		case isoDate.MatchString(word):
			if day, err = time.ParseInLocation(time.DateOnly, word, now.Location()); err != nil {
				return day, "", fmt.Errorf("%s is not a date", word)
			}
		case word != "today" && word != "at":
			kept = append(kept, word)
		}
	}
	return day, strings.Join(kept, " "), nil
}

// parseClock parses a time of day: 18:00, 9 or 6:30 pm. 24:00 is the end of the day.
func parseClock(text string) (hour, minute int, ok bool) {
	found := clockTime.FindStringSubmatch(text)
	if found == nil {
		return 0, 0, false
	}
	hour, _ = strconv.Atoi(found[1]) // digits only
	if found[2] != "" {
		minute, _ = strconv.Atoi(found[2])
	}
	if half := found[3]; half != "" {
		if hour < 1 || hour > 12 {
			return 0, 0, false
		}
		hour %= 12
		if half == "pm" {
			hour += 12
		}
	}
	return hour, minute, minute < 60 && (hour < 24 || hour == 24 && minute == 0)
}

// nextMoment returns the first moment after now at which clocks show a time of a day. When
// they are set back, they show some times twice, and when they are set forward, some never.
func nextMoment(day time.Time, hour, minute int, now time.Time) (time.Time, error) {
	year, month, date := day.Date()
	if hour == 24 {
		hour, date = 0, date+1
	}
	about := time.Date(year, month, date, hour, minute, 0, 0, day.Location())
	shows := func(t time.Time) bool {
		return t.Hour() == hour && t.Minute() == minute && t.Day() == time.Date(year, month, date, 12, 0, 0, 0, time.UTC).Day()
	}
	exists := false
	for _, shift := range []time.Duration{-2 * time.Hour, -time.Hour, -30 * time.Minute, 0, 30 * time.Minute, time.Hour, 2 * time.Hour} {
		t := about.Add(shift)
		if !shows(t) {
			continue
		}
		if exists = true; t.After(now) {
			return t, nil
		}
	}
	clock := fmt.Sprintf("%02d:%02d", hour, minute)
	if !exists {
		return time.Time{}, &momentError{fmt.Sprintf("there is no %s on %s: the clocks go forward", clock, day.Format(time.DateOnly))}
	}
	if day.Format(time.DateOnly) != now.Format(time.DateOnly) {
		return time.Time{}, &momentError{day.Format(time.DateOnly) + " " + clock + " is in the past"}
	}
	return time.Time{}, &momentError{clock + " is in the past; for tomorrow, use: until tomorrow " + clock}
}

// momentError says why access cannot end at a moment. It is a whole sentence.
type momentError struct{ text string }

// Error returns the sentence.
func (e *momentError) Error() string { return e.text }

// durationUntil formats a duration that begins now, and its end: "2h, until 16:30".
func durationUntil(d time.Duration, now time.Time) string {
	return render.Spaced(d) + ", until " + render.Until(now.Add(d), now)
}
