package wizard

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/prompt"
)

// pastRequests starts fetching the requests that the user may want to make again.
func (f *Flow) pastRequests(ctx context.Context) *catalog.Result[[]client.Request] {
	return catalog.Fetch(f.lookups(ctx), func(ctx context.Context, api *client.Client) ([]client.Request, error) {
		return api.PastRequests(ctx)
	}, "past requests")
}

// CanAskAgain reports whether a request can be made again. One that is still being decided
// cannot: it would be the same request twice.
func CanAskAgain(r *client.Request) bool { return r.HasEnded() || r.IsActive() }

// pastRequest is a line of the list of past requests: requests for the same thing.
type pastRequest struct {
	latest *client.Request // of the favorites among them, if there are any
	times  int
}

// history returns past requests, the same ones once: favorites first, then by how often and
// how recently they were made. requests are newest first.
func history(requests []client.Request) []pastRequest {
	var list []pastRequest
	at := map[string]int{}
	for i := range requests {
		r := &requests[i]
		if !CanAskAgain(r) {
			continue
		}
		key := sameRequest(r)
		n, known := at[key]
		if !known {
			at[key], list = len(list), append(list, pastRequest{latest: r, times: 1})
			continue
		}
		list[n].times++
		if r.IsFavorite() && !list[n].latest.IsFavorite() {
			list[n].latest = r
		}
	}
	slices.SortStableFunc(list, func(a, b pastRequest) int {
		switch {
		case a.latest.IsFavorite() != b.latest.IsFavorite() && a.latest.IsFavorite():
			return -1
		case a.latest.IsFavorite() != b.latest.IsFavorite():
			return 1
		case a.times != b.times:
			return cmp.Compare(b.times, a.times)
		}
		return b.latest.CreationTime.Time().Compare(a.latest.CreationTime.Time())
	})
	return list
}

// sameRequest returns what requests for the same thing, for the same time, have in common.
// A request whose summary may leave something out is only the same as itself.
func sameRequest(r *client.Request) string {
	if len(r.AccessUnitsSummary) == 0 || len(r.AccessUnitsSummary) >= client.SummarySize {
		return r.ID
	}
	parts := IntegrationTitles(r)
	if r.Bundle != nil {
		parts = append(parts, r.Bundle.ID)
	}
	if r.Grantee.Value != nil {
		parts = append(parts, r.Grantee.Value.ID)
	}
	units := make([]string, len(r.AccessUnitsSummary))
	for i, u := range r.AccessUnitsSummary {
		units[i] = u.ResourceName + "\x01" + u.PermissionName
	}
	slices.Sort(units)
	return strings.Join(append(append(parts, pastDuration(r).String()), units...), "\x00")
}

// pastDuration returns for how long a request was; 0 if it does not say.
func pastDuration(r *client.Request) time.Duration {
	if r.DurationInSec == nil {
		return 0
	}
	return time.Duration(*r.DurationInSec) * time.Second
}

// historyList returns the question which request to make again.
func (f *Flow) historyList(list []pastRequest) prompt.List {
	question := prompt.List{
		Title: "Select request to repeat", EnterVerb: "repeats it", OpenVerb: "change it first", AlwaysAsk: true,
		Details: func(index int) []string { return f.pastDetails(list[index].latest) },
	}
	for _, past := range list {
		question.Options = append(question.Options, f.pastOption(past))
	}
	return question
}

func (f *Flow) pastOption(past pastRequest) prompt.Option {
	r := past.latest
	var about []string
	if d := pastDuration(r); d > 0 {
		about = append(about, render.Duration(d))
	}
	if text := trimmed(r.Justification); text != "" {
		about = append(about, `"`+render.Clean(text)+`"`)
	}
	option := prompt.Option{
		Label: AskedFor(r), Columns: []string{strings.Join(about, " · "), strings.Join(IntegrationTitles(r), ", ")},
		Keywords: r.ID, Key: r.ID, Right: render.Ago(r.CreationTime.Time(), f.Clock()),
	}
	switch {
	case r.IsFavorite():
		option.Right = "favorite"
	case past.times > 1:
		option.Right = fmt.Sprintf("%d times", past.times)
	case r.Status.Status.Refused():
		option.Right = r.StatusTitle() + " " + option.Right
	}
	return option
}

// pastDetails returns the lines about a request that Ctrl-O shows.
func (f *Flow) pastDetails(r *client.Request) []string {
	lines := []string{"ID: " + r.ID, "Status: " + r.StatusTitle() + statusEnd(r, f.Clock()), "Created: " + render.Past(r.CreationTime.Time(), f.Clock())}
	if d := pastDuration(r); d > 0 {
		lines = append(lines, "Duration: "+render.Duration(d))
	}
	names, total := ResourceNames(r)
	for _, row := range [][2]string{
		{"Integration", strings.Join(IntegrationTitles(r), ", ")},
		{"Resources", render.Names(names, 60)},
		{"Permissions", strings.Join(PermissionNames(r), ", ")},
		{"Justification", trimmed(r.Justification)},
	} {
		if row[1] != "" {
			lines = append(lines, row[0]+": "+row[1])
		}
	}
	if total > len(names) {
		lines = append(lines, render.Count(total, "resource"))
	}
	return lines
}
