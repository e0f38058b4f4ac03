package client

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// Instant is a moment as the service writes it: seconds since 1970 with a
// fraction (schema Instant of the API description). 0 means no moment.
type Instant float64

// At returns t as the service writes it.
func At(t time.Time) Instant {
	return Instant(float64(t.UnixMicro()) / 1e6)
}

// Time returns the moment in the local time zone, to the microsecond.
func (i Instant) Time() time.Time {
	return time.UnixMicro(int64(math.Round(float64(i) * 1e6)))
}

// MarshalJSON writes the number without an exponent, however large it is.
func (i Instant) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(i), 'f', -1, 64), nil
}

// Object is a JSON value that the description leaves open: nil where it was absent,
// the text null where it was null.
type Object = json.RawMessage
