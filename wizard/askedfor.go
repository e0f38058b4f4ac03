package wizard

import (
	"fmt"
	"strings"

	"apono/client"
)

// AskedFor returns what a request is for on one line: its bundle, or the first of its
// resources and permissions and how many more there are.
func AskedFor(r *client.Request) string {
	if r.Bundle != nil {
		return r.Bundle.Name
	}
	names, total := ResourceNames(r)
	return strings.TrimSpace(FirstAndMore(names, total) + " " + FirstAndMore(PermissionNames(r), 0))
}

// FirstAndMore returns the first name, and how many more of total there are; empty if there
// are no names.
func FirstAndMore(names []string, total int) string {
	if len(names) == 0 {
		return ""
	}
	if more := max(total, len(names)) - 1; more > 0 {
		return fmt.Sprintf("%s +%d", names[0], more)
	}
	return names[0]
}
