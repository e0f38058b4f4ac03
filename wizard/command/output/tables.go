package output

import (
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
)

// The titles of columns that records show in another order.
const (
	titleRequestID  = "Request ID"
	titleEnds       = "Ends"
	titleAskedFor   = "Asked for"
	titleStatus     = "Status"
	titleID         = "ID"
	titlePermission = "Permissions"
)

// datesFrom is the width from which lists show dates beside ages.
const datesFrom = 100

// RequestsTable returns requests, one per row, for s.
func RequestsTable(s *render.Streams, requests []client.Request, now time.Time) render.Table {
	colors := s.PaletteOut()
	age := func(row int) render.Text {
		return render.Text(render.Ago(requests[row].CreationTime.Time(), now))
	}
	askedFor := func(row, width int) render.Text { return shortTarget(&requests[row], width) }
	t := render.Table{
		Columns: []render.Column{
			{Title: titleRequestID, Whole: true},
			{Title: "Created", Whole: true, Drop: 4, Short: age, Shorten: 2},
			{Title: titleEnds, Whole: true},
			{Title: "From", Drop: 3},
			{Title: titleAskedFor, Fit: askedFor},
			{Title: "Justification", Sentence: true, Drop: 1},
			{Title: titleStatus, Whole: true},
		},
		Records: [][]string{{titleRequestID, titleStatus, titleEnds}, {titleAskedFor}},
	}
	for i := range requests {
		r := &requests[i]
		created := createdText(s, r.CreationTime.Time(), now)
		justification, end := "", render.Text("")
		if r.Justification != nil {
			justification = *r.Justification
		}
		if r.IsActive() && r.RevocationTime != nil && r.RevocationTime.Time().After(now) {
			end = wizard.EndText(colors, r.RevocationTime.Time(), now)
		}
		t.Rows = append(t.Rows, []render.Text{
			clean(r.ID), render.Text(created), end, clean(strings.Join(wizard.IntegrationTitles(r), ", ")), clean(askedForText(s, r)), clean(justification), wizard.StatusText(colors, r),
		})
	}
	return t
}

// createdText returns when a request was created: the date and time, its age, or
// both if there is room.
func createdText(s *render.Streams, t, now time.Time) string {
	switch {
	case !s.OutTerminal:
		return render.Moment(t)
	case s.Width() < datesFrom:
		return render.Ago(t, now)
	}
	return render.Past(t, now)
}

// askedForText returns what a request is for: its bundle, or its resources and
// permissions. A terminal shows the first of each, and how many more there are.
func askedForText(s *render.Streams, r *client.Request) string {
	if r.Bundle != nil || s.OutTerminal {
		return wizard.AskedFor(r)
	}
	resources, _ := wizard.ResourceNames(r)
	return strings.Join(append(slices.Clone(resources), wizard.PermissionNames(r)...), " ")
}

// shortTarget is askedForText for a terminal in at most width columns. Only the name
// of the resource is cut, as long as that is enough.
func shortTarget(r *client.Request, width int) render.Text {
	const least = 8
	resources, total := wizard.ResourceNames(r)
	name, rest := "", ""
	switch {
	case r.Bundle != nil:
		name = r.Bundle.Name
	case len(resources) > 0:
		name = resources[0]
		rest = strings.TrimPrefix(wizard.FirstAndMore(resources, total), name) + " "
		fallthrough
	default:
		rest = render.CleanLines(rest + wizard.FirstAndMore(wizard.PermissionNames(r), 0))
	}
	room := max(least, width-render.Width(rest))
	return render.Text(render.Cut(render.CutMiddle(render.Clean(name), room)+rest, width))
}

// UnitsTable returns access units, one per row.
func UnitsTable(colors render.Palette, units []client.AccessUnit) render.Table {
	t := render.Table{
		Columns: []render.Column{
			{Title: "Resource ID", Whole: true},
			{Title: "Resource type", Drop: 3},
			{Title: "Resource name"},
			{Title: "Permission"},
			{Title: "Integration name", Drop: 2},
			{Title: "Integration type", Drop: 1},
			{Title: titleStatus, Sentence: true},
		},
		Records: [][]string{{"Resource ID"}, {"Resource name", "Permission", titleStatus}},
	}
	for i, u := range units {
		t.Row(resourceID(u.Resource), u.Resource.Type.Name, kind.Resources().Label(u.Resource), u.Permission.Name, u.Resource.Integration.Name, u.Resource.Integration.Type)
		t.Rows[i] = append(t.Rows[i], wizard.UnitText(colors, u))
	}
	return t
}

// AccessTable returns accesses, one per row. uses is what each allows, by session
// ID; what it lacks is left empty.
func AccessTable(colors render.Palette, sessions []client.AccessSession, uses map[string]wizard.AccessUse, now time.Time) render.Table {
	permissions := func(row, width int) render.Text {
		return render.Text(render.Names(uses[sessions[row].ID].Permissions, width))
	}
	t := render.Table{
		Columns: []render.Column{
			{Title: titleID, Whole: true},
			{Title: "Name", Drop: 4},
			{Title: "Integration name", Drop: 3},
			{Title: "Integration type", Drop: 2},
			{Title: "Type", Drop: 1},
			{Title: titleEnds, Whole: true},
			{Title: titlePermission, Drop: 5, Fit: permissions},
		},
		Records: [][]string{{titleID}, {titlePermission, titleEnds}},
	}
	for _, s := range sessions {
		use, end := uses[s.ID], render.Text("")
		if !use.End.IsZero() {
			end = wizard.EndText(colors, use.End, now)
		}
		t.Rows = append(t.Rows, []render.Text{
			clean(s.ID), clean(s.Name), clean(s.Integration.Name), clean(s.Integration.Type), clean(s.Type.Name), end, clean(strings.Join(use.Permissions, ", ")),
		})
	}
	return t
}

// resourceID returns the ID that people know a resource by.
func resourceID(r client.Resource) string {
	if r.SourceID != "" {
		return r.SourceID
	}
	return r.ID
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
