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
	// maxCellCharacters is how many characters of a cell displayText returns.
	maxCellCharacters = 500
	// maxBlobBytes is how many bytes of a BLOB displayText returns.
	maxBlobBytes = 16
)

// rawText returns a value as text for other programs: empty for NULL,
// hexadecimal for a BLOB.
func rawText(value shop.Value) string {
	switch v := value.(type) {
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

// displayText returns a value as text for a person: NULL and BLOBs are marked as
// such, unsafe characters are escaped and long texts are truncated.
func displayText(value shop.Value) string {
	switch v := value.(type) {
	case nil:
		return "NULL"
	case []byte:
		if len(v) > maxBlobBytes {
			return fmt.Sprintf("x'%x…' (%d bytes)", v[:maxBlobBytes], len(v))
		}
		return fmt.Sprintf("x'%x'", v)
	case string:
		return escapeUnsafe(truncate(v, maxCellCharacters))
	default:
		return rawText(v)
	}
}

// formatReal always includes a decimal point or an exponent, so that 5.0 does
// not look like an integer.
func formatReal(f float64) string {
	switch size := math.Abs(f); {
	case math.IsInf(f, 1):
		return "1e999" // SQL, JSON and most CSV readers parse this as infinity
	case math.IsInf(f, -1):
		return "-1e999"
	case size != 0 && size < 1e-5 || size >= 1e15:
		return strconv.FormatFloat(f, 'e', -1, 64)
	case f == math.Trunc(f):
		return strconv.FormatFloat(f, 'f', 1, 64)
	default:
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
}

// truncate shortens a text to a number of characters followed by an ellipsis.
func truncate(text string, characters int) string {
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

// escapeUnsafe escapes control characters, and invisible characters that make
// text look like another, so that data cannot control the terminal or break a row.
func escapeUnsafe(text string) string {
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

// escapeAll returns a copy of texts with escapeUnsafe applied to each.
func escapeAll(texts []string) []string {
	escaped := make([]string, len(texts))
	for i, text := range texts {
		escaped[i] = escapeUnsafe(text)
	}
	return escaped
}
