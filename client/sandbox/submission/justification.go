package submission

import (
	"regexp"
	"strings"

	"apono/client"
)

var (
	ticketID = regexp.MustCompile(`\b[A-Z][A-Z0-9]+-[0-9]+\b|https?://\S+|#[0-9]+\b`)
	oneWord  = regexp.MustCompile(`\p{L}{2,}`)
	// readOnly matches the names of permissions that change nothing.
	readOnly = regexp.MustCompile(`(?i)read(er|_?only)?$|view(er)?\b|select|getitem|scan|query|describe|list|receive|^use$|^connect$`)
	// changing matches words that say why reading is not enough.
	changing = regexp.MustCompile(`(?i)\b(writ|updat|chang|delet|remov|creat|insert|fix|repair|deploy|migrat|restart|roll|drop|alter|invok|admin|restor|clean|rotat|edit|merg|scal|truncat|correct)`)
)

// fewestWords is how many words describe a task. A ticket is one of them.
const fewestWords = 3

// CheckJustification reports what a justification says about the parts of a request: what
// the task is, why it needs these permissions, and its ticket.
func CheckJustification(parts []Part, justification string) client.JustificationCheck {
	named := ticketID.ReplaceAllString(justification, "ticket")
	describes := len(oneWord.FindAllString(named, -1)) >= fewestWords
	hasTicket := ticketID.MatchString(justification)
	justifies := true
	for _, p := range parts {
		for _, u := range p.Units {
			says := strings.Contains(strings.ToLower(justification), strings.ToLower(u.Permission.Name))
			justifies = justifies && (readOnly.MatchString(u.Permission.Name) || says || changing.MatchString(justification))
		}
	}
	return client.JustificationCheck{DescribesTask: &describes, JustifiesPermission: &justifies, HasTicket: &hasTicket}
}
