package sqlshell

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"apono/client/sandbox/shop"
)

// resultSummary describes what a statement did and how long it took.
func resultSummary(result shop.Result, elapsed time.Duration) string {
	what := "Done"
	switch {
	case result.Changed >= 0:
		what = rowCount(result.Changed) + " changed"
	case result.IsQuery:
		what = rowCount(result.Rows)
	}
	return fmt.Sprintf("%s (%s)", what, formatElapsed(elapsed))
}

func formatElapsed(elapsed time.Duration) string {
	if elapsed < time.Second {
		return fmt.Sprintf("%d ms", elapsed.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", elapsed.Seconds())
}

// rowCount formats a number of rows, for example "1 row" or "12,345 rows".
func rowCount(n int) string {
	digits := strconv.Itoa(n)
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if n == 1 {
		return b.String() + " row"
	}
	return b.String() + " rows"
}
