package output

import (
	"slices"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

const (
	titleRequester = "Requester"
	titleGrantee   = "Grantee"
)

// ReviewsTable is RequestsTable with who asks, for requests of other people.
func ReviewsTable(s *render.Streams, requests []client.Request, now time.Time) render.Table {
	t := withPerson(s, requests, now, 1, titleRequester, func(r *client.Request) string { return r.Requestor.Value.Name })
	t.Records = [][]string{{titleRequestID, titleStatus, titleEnds}, {titleRequester, titleAskedFor}}
	return t
}

// DelegatedTable is RequestsTable for requests that the user made for others. It says for
// whom.
func DelegatedTable(s *render.Streams, requests []client.Request, now time.Time) render.Table {
	t := withPerson(s, requests, now, 3, titleGrantee, wizard.GranteeName)
	t.Records = append(t.Records, []string{titleGrantee})
	return t
}

// withPerson returns RequestsTable with one more column, at a place: a person.
func withPerson(s *render.Streams, requests []client.Request, now time.Time, at int, title string, person func(*client.Request) string) render.Table {
	t := RequestsTable(s, requests, now)
	t.Columns = slices.Insert(t.Columns, at, render.Column{Title: title})
	for i := range t.Rows {
		t.Rows[i] = slices.Insert(t.Rows[i], at, clean(person(&requests[i])))
	}
	return t
}
