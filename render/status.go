package render

import (
	"strings"

	"github.com/fatih/color"
)

// statuses are the words of the service, in lower case, with the word that is
// shown and its colour.
var statuses = map[string]struct {
	word  string
	color color.Attribute
}{
	"initializing": {"Initializing", color.FgYellow},
	"pending":      {"Pending", color.FgYellow},
	"pendingmfa":   {"Pending MFA", color.FgYellow},
	"granting":     {"Granting", color.FgYellow},
	"active":       {"Active", color.FgGreen},
	"granted":      {"Active", color.FgGreen},
	"rejected":     {"Rejected", color.FgRed},
	"revoking":     {"Revoking", color.FgHiBlack},
	"revoked":      {"Revoked", color.FgHiBlack},
	"expired":      {"Expired", color.FgHiBlack},
	"failed":       {"Failed", color.FgRed},
}

// StatusWords are all the words that StatusWord knows, in the order in which a
// request meets them.
func StatusWords() []string {
	return []string{"Initializing", "Pending", "Pending Approval", "Pending MFA", "Granting", "Active", "Granted", "Rejected", "Revoking", "Revoked", "Expired", "Failed"}
}

// StatusWord is the word shown for a request's status, in the service's own
// spelling. A pending request that waits for people is Pending Approval. A word
// that is not known is shown as it came.
func StatusWord(status string, waitsForPeople bool) string {
	known, ok := statuses[strings.ToLower(status)]
	switch {
	case !ok:
		return Clean(status)
	case known.word == "Pending" && waitsForPeople:
		return "Pending Approval"
	}
	return known.word
}

// Status is StatusWord in the colour of the status.
func (p Palette) Status(status string, waitsForPeople bool) Text {
	word := StatusWord(status, waitsForPeople)
	if known, ok := statuses[strings.ToLower(status)]; ok {
		return p.paint(word, known.color)
	}
	return Text(word)
}
