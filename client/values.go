package client

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// Instant is a time as the service encodes it: seconds since 1970, with a
// fraction (schema Instant). 0 means that there is no time.
type Instant float64

// At returns t as an Instant.
func At(t time.Time) Instant {
	return Instant(float64(t.UnixMicro()) / 1e6)
}

// Time returns the time in the local time zone, rounded to a microsecond.
func (i Instant) Time() time.Time {
	return time.UnixMicro(int64(math.Round(float64(i) * 1e6)))
}

// MarshalJSON implements json.Marshaler. It never writes an exponent.
func (i Instant) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(i), 'f', -1, 64), nil
}

// Object is a JSON value of any type. It is nil if the field was absent, and
// the text "null" if it was null.
type Object = json.RawMessage
