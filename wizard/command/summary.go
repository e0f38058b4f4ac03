package command

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

// printSummaries writes what became of requests, one block for each.
func (a *App) printSummaries(requests []client.Request) error {
	for i := range requests {
		if i > 0 {
			fmt.Fprintln(a.Streams.Out)
		}
		a.Streams.Fields(a.summary(&requests[i]))
	}
	return nil
}

func (a *App) summary(r *client.Request) [][2]render.Text {
	colors := a.Streams.PaletteOut()
	var pairs [][2]render.Text
	add := func(name string, value render.Text) {
		if value != "" {
			pairs = append(pairs, [2]render.Text{render.Text(name), value})
		}
	}
	add("Request ID", clean(r.ID))
	status := wizard.StatusText(colors, r)
	if d := r.Status.Description; d != nil && *d != "" {
		status += ": " + clean(*d)
	}
	add("Status", status)
	if r.Bundle != nil {
		add("Bundle", clean(r.Bundle.Name))
	}
	add("Integration", clean(strings.Join(integrationTitles(r), ", ")))
	add("Resources", listed(resourceNames(r), totalResources(r)))
	add("Permissions", listed(permissionNames(r), 0))
	add("Duration", clean(durationText(r, time.Now())))
	if r.Challenge != nil {
		add("Approvers", clean(approverText(r.Challenge)))
	}
	if r.Justification != nil {
		add("Justification", render.Text(render.CleanLines(*r.Justification)))
	}
	for _, key := range slices.Sorted(mapKeys(r.CustomFields)) {
		add(key, clean(r.CustomFields[key]))
	}
	return pairs
}

func clean(text string) render.Text { return render.Text(render.Clean(text)) }

func mapKeys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

func integrationTitles(r *client.Request) []string {
	var titles []string
	for _, g := range r.AccessGroups {
		if title := g.Integration.Title(); !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	return titles
}

func resourceNames(r *client.Request) []string {
	if len(r.DistinctResourceNames) > 0 {
		return r.DistinctResourceNames
	}
	var names []string
	for _, u := range r.AccessUnitsSummary {
		if !slices.Contains(names, u.ResourceName) {
			names = append(names, u.ResourceName)
		}
	}
	return names
}

func totalResources(r *client.Request) int {
	total := 0
	for _, g := range r.AccessGroups {
		if g.TotalResources != nil {
			total += int(*g.TotalResources)
		}
	}
	return total
}

func permissionNames(r *client.Request) []string {
	var names []string
	for _, u := range r.AccessUnitsSummary {
		if !slices.Contains(names, u.PermissionName) {
			names = append(names, u.PermissionName)
		}
	}
	return names
}

// mostListed is how many names a summary shows.
const mostListed = 10

// listed joins names, one a line, and says how many more there are.
func listed(names []string, total int) render.Text {
	total = max(total, len(names))
	shown := names[:min(mostListed, len(names))]
	text := strings.Join(cleanEach(shown), "\n")
	if more := total - len(shown); more > 0 {
		text += fmt.Sprintf("\nand %d more", more)
	}
	return render.Text(text)
}

func cleanEach(words []string) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = render.Clean(word)
	}
	return list
}

// durationText says how long a request is for, and when it ends or ended.
func durationText(r *client.Request, now time.Time) string {
	text := ""
	if r.DurationInSec != nil {
		text = render.Duration(time.Duration(*r.DurationInSec) * time.Second)
	}
	if r.RevocationTime == nil {
		return text
	}
	verb := "ends"
	end := r.RevocationTime.Time()
	if end.Before(now) || r.HasEnded() {
		verb = "ended"
	}
	return strings.TrimPrefix(fmt.Sprintf("%s, %s %s (%s)", text, verb, render.Timestamp(end, now), render.RelativeTime(end, now)), ", ")
}

func approverText(c *client.Challenge) string {
	joint := ", or "
	if strings.EqualFold(c.LogicalRelation, "AllOf") {
		joint = ", and "
	}
	var parts []string
	for _, approver := range c.Approvers {
		parts = append(parts, approver.Name+" ("+strings.ToLower(approver.Status)+")")
	}
	return strings.Join(parts, joint)
}

// requestsTable is a list of requests, one a line.
func (a *App) requestsTable(requests []client.Request) render.Table {
	now, colors := time.Now(), a.Streams.PaletteOut()
	t := render.Table{Columns: []string{"Request ID", "Created", "Ends", "From", "Asked for", "Justification", "Status"}}
	for i := range requests {
		r := &requests[i]
		justification := ""
		if r.Justification != nil {
			justification = *r.Justification
		}
		t.Row(r.ID, render.Timestamp(r.CreationTime.Time(), now), endText(r, now), from(r), strings.Join(append(resourceNames(r), permissionNames(r)...), " "), justification)
		t.Rows[i] = append(t.Rows[i], wizard.StatusText(colors, r))
	}
	return t
}

// from is where a request asks for access: a bundle or integrations.
func from(r *client.Request) string {
	if r.Bundle != nil {
		return r.Bundle.Name
	}
	return strings.Join(integrationTitles(r), ", ")
}

// endText says when an access ends, and what is left of it, or when it ended.
func endText(r *client.Request, now time.Time) string {
	if r.RevocationTime == nil {
		return ""
	}
	return render.RelativeTime(r.RevocationTime.Time(), now)
}
