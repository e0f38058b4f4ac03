package output

import (
	"slices"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

// titleGrantee is the title of the column that says whom a request is for.
const titleGrantee = "Grantee"

// DelegatedTable is RequestsTable for requests that the user made for others. It says for
// whom.
func DelegatedTable(s *render.Streams, requests []client.Request, now time.Time) render.Table {
	const at = 3 // before where it is from
	t := RequestsTable(s, requests, now)
	t.Columns = slices.Insert(t.Columns, at, render.Column{Title: titleGrantee})
	t.Records = append(t.Records, []string{titleGrantee})
	for i := range t.Rows {
		t.Rows[i] = slices.Insert(t.Rows[i], at, clean(wizard.GranteeName(&requests[i])))
	}
	return t
}
