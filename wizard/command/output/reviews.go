package output

import (
	"slices"
	"time"

	"apono/client"
	"apono/render"
)

const titleRequester = "Requester"

// ReviewsTable is RequestsTable with who asks, for requests of other people.
func ReviewsTable(s *render.Streams, requests []client.Request, now time.Time) render.Table {
	t := RequestsTable(s, requests, now)
	t.Columns = slices.Insert(t.Columns, 1, render.Column{Title: titleRequester})
	for i := range t.Rows {
		t.Rows[i] = slices.Insert(t.Rows[i], 1, clean(requests[i].Requestor.Value.Name))
	}
	t.Records = [][]string{{titleRequestID, titleStatus, titleEnds}, {titleRequester, titleAskedFor}}
	return t
}
