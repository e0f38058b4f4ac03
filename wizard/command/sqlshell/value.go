package sqlshell

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"apono/client/sandbox/shop"
	"apono/render/safetext"
)

const (
	// longestShown is how many characters of one cell are drawn.
	longestShown = 500
	// blobShown is how many bytes of one blob are drawn.
	blobShown = 16
)

// rawText is the value as it goes into a file: nothing for NULL, hexadecimal
// for a blob.
func rawText(v shop.Value) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return formatReal(v)
	case []byte:
		return hex.EncodeToString(v)
	case string:
		return v
	default:
		return ""
	}
}

// displayText is the value as a person sees it: NULL and blobs by name, no control
// characters, and not endless.
func displayText(v shop.Value) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		if len(v) > blobShown {
			return fmt.Sprintf("x'%x…' (%d bytes)", v[:blobShown], len(v))
		}
		return fmt.Sprintf("x'%x'", v)
	case string:
		return visible(shorten(v, longestShown))
	default:
		return rawText(v)
	}
}

// formatReal keeps a point, so that 5.0 does not look like an integer.
func formatReal(real float64) string {
	switch size := math.Abs(real); {
	case math.IsInf(real, 1):
		return "1e999" // what SQL, JSON and most readers of CSV take as infinite
	case math.IsInf(real, -1):
		return "-1e999"
	case size != 0 && size < 1e-5 || size >= 1e15:
		return strconv.FormatFloat(real, 'e', -1, 64)
	case real == math.Trunc(real):
		return strconv.FormatFloat(real, 'f', 1, 64)
	default:
		return strconv.FormatFloat(real, 'f', -1, 64)
	}
}

// shorten keeps the first characters of a text and says that there are more.
func shorten(text string, characters int) string {
	if len(text) <= characters {
		return text
	}
	for i := range text {
		if characters == 0 {
			return text[:i] + "…"
		}
		characters--
	}
	return text
}

// visible writes control characters as escapes, so that data can neither move
// the cursor nor break a row, and drops what would turn the text around.
func visible(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	if !strings.ContainsFunc(text, safetext.Unsafe) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case !safetext.Unsafe(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
