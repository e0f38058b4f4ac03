package render

import (
	"fmt"
	"strings"
)

// Names joins names, cleaned, in at most width columns: as many whole names as
// fit, then how many more there are. The first name is cut if it does not fit
// alone.
func Names(names []string, width int) string {
	for shown := len(names); shown > 0; shown-- {
		text := Clean(strings.Join(names[:shown], ", "))
		more := ""
		if left := len(names) - shown; left > 0 {
			more = fmt.Sprintf(" and %d more", left)
		}
		switch {
		case Width(text+more) <= width:
			return text + more
		case shown == 1:
			return Cut(CutMiddle(text, max(leastWidth, width-Width(more)))+more, max(1, width))
		}
	}
	return ""
}
