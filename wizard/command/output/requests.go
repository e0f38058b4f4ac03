package output

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

// Summaries prints requests, one block each.
func Summaries(s *render.Streams, requests []client.Request) {
	for i := range requests {
		if i > 0 {
			fmt.Fprintln(s.Out)
		}
		s.Fields(summaryFields(s.PaletteOut(), &requests[i]))
	}
}

func summaryFields(colors render.Palette, r *client.Request) [][2]render.Text {
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
	add("Resources", nameList(resourceNames(r), totalResources(r)))
	add("Permissions", nameList(permissionNames(r), 0))
	add("Duration", clean(durationText(r, time.Now())))
	if r.Challenge != nil {
		add("Approvers", clean(approverText(r.Challenge)))
	}
	if r.Justification != nil {
		add("Justification", render.Text(render.CleanLines(*r.Justification)))
	}
	for _, key := range slices.Sorted(maps.Keys(r.CustomFields)) {
		add(key, clean(r.CustomFields[key]))
	}
	return pairs
}

// Details prints a request: its summary and the status of each of its units.
func Details(s *render.Streams, r *client.Request, units []client.AccessUnit) {
	pairs := summaryFields(s.PaletteOut(), r)
	created := [2]render.Text{"Created", render.Text(render.Timestamp(r.CreationTime.Time(), time.Now()))}
	s.Fields(slices.Insert(pairs, min(2, len(pairs)), created))
	if len(units) > 0 {
		fmt.Fprintln(s.Out)
		s.Table(UnitsTable(s.PaletteOut(), units))
	}
}

// UnitsTable returns units, one per row.
func UnitsTable(colors render.Palette, units []client.AccessUnit) render.Table {
	t := render.Table{Columns: []string{"Integration", "Type", "Resource", "Permission", "Status"}}
	for i, u := range units {
		t.Row(u.Resource.Integration.Title(), u.Resource.Type.Name, resourceName(u.Resource), u.Permission.Name)
		t.Rows[i] = append(t.Rows[i], unitStatus(colors, u))
	}
	return t
}

func resourceName(r client.Resource) string {
	if r.Path != "" {
		return r.Path
	}
	return r.Name
}

// unitStatus returns the status of a unit, with the service's message.
func unitStatus(colors render.Palette, u client.AccessUnit) render.Text {
	if u.Status == nil {
		return ""
	}
	text := wizard.UnitStatusText(colors, u.Status.Status)
	if m := u.Status.Message; m != nil && *m != "" {
		text += ": " + clean(*m)
	}
	return text
}

// Grouped prints requests with a line for each of their resources, as the first
// version of apono requests does.
func Grouped(s *render.Streams, requests []client.Request, units []client.RequestUnits) {
	for i := range requests {
		if i > 0 {
			fmt.Fprintln(s.Out)
		}
		s.Fields(groupedFields(s.PaletteOut(), &requests[i], units))
	}
}

func groupedFields(colors render.Palette, r *client.Request, all []client.RequestUnits) [][2]render.Text {
	pairs := [][2]render.Text{{"Request ID", clean(r.ID)}, {"Integration", clean(requestTarget(r))}}
	lines := resourceLines(colors, r, all)
	if len(lines) > 0 {
		pairs = append(pairs, [2]render.Text{"Resources", render.Text(strings.Join(lines, "\n"))})
	}
	if r.Justification != nil {
		pairs = append(pairs, [2]render.Text{"Justification", clean(*r.Justification)})
	}
	return pairs
}

func resourceLines(colors render.Palette, r *client.Request, all []client.RequestUnits) []string {
	var order []string
	permissions, statuses := map[string][]string{}, map[string]render.Text{}
	for _, request := range all {
		if request.ID != r.ID {
			continue
		}
		for _, u := range request.AccessUnits {
			name := render.Clean(resourceName(u.Resource))
			if _, seen := permissions[name]; !seen {
				order = append(order, name)
				statuses[name] = unitStatus(colors, u)
			}
			permissions[name] = append(permissions[name], render.Clean(u.Permission.Name))
		}
	}
	var lines []string
	for _, name := range order {
		status := statuses[name]
		if status == "" {
			status = wizard.StatusText(colors, r)
		}
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", name, status, strings.Join(permissions[name], ", ")))
	}
	return lines
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

// maxNames is how many names a summary lists.
const maxNames = 10

// nameList returns names, one per line, and how many of total are left out.
func nameList(names []string, total int) render.Text {
	total = max(total, len(names))
	shown := names[:min(maxNames, len(names))]
	text := Lines(shown)
	if more := total - len(shown); more > 0 {
		text += render.Text(fmt.Sprintf("\nand %d more", more))
	}
	return text
}

// durationText returns the duration of a request, and when its access ends or
// ended.
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
	separator := ", or "
	if c.NeedsAll() {
		separator = ", and "
	}
	var parts []string
	for _, approver := range c.Approvers {
		parts = append(parts, approver.Name+" ("+strings.ToLower(approver.Status)+")")
	}
	return strings.Join(parts, separator)
}

// RequestsTable returns requests, one per row.
func RequestsTable(colors render.Palette, requests []client.Request) render.Table {
	now := time.Now()
	t := render.Table{Columns: []string{"Request ID", "Created", "Ends", "From", "Asked for", "Justification", "Status"}}
	for i := range requests {
		r := &requests[i]
		justification := ""
		if r.Justification != nil {
			justification = *r.Justification
		}
		t.Row(r.ID, render.Timestamp(r.CreationTime.Time(), now), endText(r, now), requestTarget(r), strings.Join(append(resourceNames(r), permissionNames(r)...), " "), justification)
		t.Rows[i] = append(t.Rows[i], wizard.StatusText(colors, r))
	}
	return t
}

// requestTarget returns the bundle or the integrations that a request is for.
func requestTarget(r *client.Request) string {
	if r.Bundle != nil {
		return r.Bundle.Name
	}
	return strings.Join(integrationTitles(r), ", ")
}

// endText returns how much time an access has left, or how long ago it ended.
func endText(r *client.Request, now time.Time) string {
	if r.RevocationTime == nil {
		return ""
	}
	return render.RelativeTime(r.RevocationTime.Time(), now)
}

func clean(text string) render.Text { return render.Text(render.Clean(text)) }

// Lines returns words, cleaned and one per line.
func Lines(words []string) render.Text {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = render.Clean(word)
	}
	return render.Text(strings.Join(list, "\n"))
}
