package wizard

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
)

// Summary writes where a request stands and what it is for to Out. On a terminal
// it is the request's headline and the indented fields; elsewhere the ID and the
// status are fields too. units, if known, say where each resource is.
// requester is who asked; empty if that is the user.
func (f *Flow) Summary(ctx context.Context, r *client.Request, units []client.AccessUnit, requester string) {
	s := f.Streams
	if s.OutTerminal {
		s.WriteOut(Headline(s.PaletteOut(), r, f.Clock()))
	}
	f.fields(ctx, r, units, requester)
}

// fields writes the fields of a request to Out.
func (f *Flow) fields(ctx context.Context, r *client.Request, units []client.AccessUnit, requester string) {
	colors := f.Streams.PaletteOut()
	var pairs fieldList
	if !f.Streams.OutTerminal {
		pairs.add("Request ID", r.ID)
		pairs.addText("Status", StatusText(colors, r)+oneLine(reasonText(r)))
	}
	pairs.add("Requester", requester)
	pairs.add("Grantee", granteeText(r))
	pairs.addPlace(r)
	pairs.addText("Resources", resourceLines(colors, r, units))
	pairs.addText("Permissions", nameLines(PermissionNames(r), 0))
	pairs.add("Duration", f.durationText(r))
	f.addReasons(ctx, &pairs, r)
	if units != nil {
		pairs.add("Created", render.Past(r.CreationTime.Time(), f.Clock()))
	}
	f.Streams.Fields(pairs)
}

// fieldList are names and values for Streams.Fields. It leaves out empty values.
type fieldList [][2]render.Text

func (l *fieldList) add(name, value string) { l.addText(name, render.Text(render.Clean(value))) }

func (l *fieldList) addText(name string, value render.Text) {
	if value != "" {
		*l = append(*l, [2]render.Text{render.Text(render.Clean(name)), value})
	}
}

// addPlace adds where the access is: a bundle, or integrations.
func (l *fieldList) addPlace(r *client.Request) {
	if r.Bundle != nil {
		l.add("Bundle", r.Bundle.Name)
	} else {
		l.add("Integration", strings.Join(IntegrationTitles(r), ", "))
	}
}

// addReasons adds who must agree to a request, and why it was made.
func (f *Flow) addReasons(ctx context.Context, l *fieldList, r *client.Request) {
	if r.Challenge != nil {
		l.add("Approvers", approverText(r.Challenge))
	}
	for _, field := range f.shownFields(ctx, r.CustomFields) {
		l.add(field.Key, field.Value)
	}
	if r.Justification != nil {
		l.addText("Justification", render.Text(render.CleanLines(*r.Justification)))
	}
}

// shownFields returns custom fields as people know them: by label, and by the
// option's title. Without an answer of the service they stay as they are.
func (f *Flow) shownFields(ctx context.Context, fields map[string]string) []CustomField {
	if len(fields) == 0 {
		return nil
	}
	var known []client.CustomField
	if session, err := f.Client.UserSession(ctx); err == nil {
		known = session.Settings.CustomFields
	}
	var list []CustomField
	for _, field := range known {
		value, ok := fields[field.ID]
		if !ok {
			continue
		}
		for _, option := range field.Values {
			if option.Key == value {
				value = option.Value
			}
		}
		list = append(list, CustomField{Key: field.Label, Value: value})
	}
	for _, id := range slices.Sorted(maps.Keys(fields)) {
		if !slices.ContainsFunc(known, func(c client.CustomField) bool { return c.ID == id }) {
			list = append(list, CustomField{Key: id, Value: fields[id]})
		}
	}
	return list
}

// durationText returns for how long a request is, and in a pipe, which has no
// headline, when its access ends or ended.
func (f *Flow) durationText(r *client.Request) string {
	text := ""
	if r.DurationInSec != nil {
		text = render.Duration(time.Duration(*r.DurationInSec) * time.Second)
	}
	if r.RevocationTime == nil || f.Streams.OutTerminal {
		return text
	}
	end, verb := r.RevocationTime.Time(), "ends"
	if r.HasEnded() {
		verb = "ended"
	}
	return strings.TrimPrefix(fmt.Sprintf("%s, %s %s", text, verb, render.Moment(end)), ", ")
}

func approverText(c *client.Challenge) string {
	if len(c.Approvers) == 0 {
		return "approved automatically"
	}
	separator := " or "
	if c.NeedsAll() {
		separator = " and "
	}
	var parts []string
	for _, approver := range c.Approvers {
		text := approver.Name
		if !approver.IsPending() {
			text += " (" + strings.ToLower(approver.Status) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, separator)
}

// IntegrationTitles returns the integrations that a request is for, each once.
func IntegrationTitles(r *client.Request) []string {
	return unique(each(r.AccessGroups, func(g client.AccessGroup) string { return g.Integration.Title() }))
}

// ResourceNames returns the names of the resources that a request lists, and how
// many it is for in total.
func ResourceNames(r *client.Request) (names []string, total int) {
	names = r.DistinctResourceNames
	if len(names) == 0 {
		names = unique(each(r.AccessUnitsSummary, func(u client.AccessUnitSummary) string { return u.ResourceName }))
	}
	for _, g := range r.AccessGroups {
		if g.TotalResources != nil {
			total += int(*g.TotalResources)
		}
	}
	return names, max(total, len(names))
}

// PermissionNames returns the names of the permissions that a request lists, each
// once.
func PermissionNames(r *client.Request) []string {
	return unique(each(r.AccessUnitsSummary, func(u client.AccessUnitSummary) string { return u.PermissionName }))
}

// maxNames is how many names a summary lists.
const maxNames = 10

// nameLines returns names, one per line, and how many of total are left out.
func nameLines(names []string, total int) render.Text {
	total = max(total, len(names))
	shown := each(names[:min(maxNames, len(names))], render.Clean)
	if more := total - len(shown); more > 0 {
		shown = append(shown, fmt.Sprintf("and %s more", render.Digits(more)))
	}
	return render.Text(strings.Join(shown, "\n"))
}

// resourceLines returns the resources of a request, one per line: with their
// integrations if there are several, and with the status of those whose status is
// not the request's.
func resourceLines(colors render.Palette, r *client.Request, units []client.AccessUnit) render.Text {
	if len(units) == 0 {
		return nameLines(ResourceNames(r))
	}
	several := r.Bundle != nil || len(IntegrationTitles(r)) > 1
	var lines []unitLine
	for _, u := range units {
		line := unitLine{name: render.Clean(kind.Resources().Label(u.Resource)), rest: unitNote(colors, r, u)}
		if several {
			line.rest = render.Text(strings.TrimRight(render.Clean(u.Resource.Integration.Title())+"  "+string(line.rest), " "))
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	shown := lines[:min(maxNames, len(lines))]
	text := alignLines(shown)
	if more := len(lines) - len(shown); more > 0 {
		text += render.Text(fmt.Sprintf("\nand %s more", render.Digits(more)))
	}
	return text
}

// unitLine is a resource of a request and what is said about it.
type unitLine struct {
	name string
	rest render.Text
}

func alignLines(lines []unitLine) render.Text {
	longest := 0
	for _, line := range lines {
		longest = max(longest, render.Width(line.name))
	}
	text := make([]string, len(lines))
	for i, line := range lines {
		text[i] = line.name
		if line.rest != "" {
			text[i] += strings.Repeat(" ", longest-render.Width(line.name)) + "  " + string(line.rest)
		}
	}
	return render.Text(strings.Join(text, "\n"))
}

// unitNote says what differs from the request for one of its units; empty if
// nothing does.
func unitNote(colors render.Palette, r *client.Request, u client.AccessUnit) render.Text {
	if u.Status == nil || u.Status.Status.Class() == r.Status.Status.Class() && (u.Status.Message == nil || *u.Status.Message == "") {
		return ""
	}
	return UnitText(colors, u)
}

// UnitText returns the status of an access unit, with the service's message.
func UnitText(colors render.Palette, u client.AccessUnit) render.Text {
	if u.Status == nil {
		return ""
	}
	text := UnitStatusText(colors, u.Status.Status)
	if m := u.Status.Message; m != nil && *m != "" {
		text += render.Text(": " + render.Clean(*m))
	}
	return text
}

// NextSteps writes to Err what the user can do now with a request. It stands below
// the request's fields.
func (f *Flow) NextSteps(r *client.Request) {
	if f.Streams.OutTerminal && (r.IsActive() || r.HasEnded() || waitsForPerson(r)) {
		f.Streams.Printf("\n")
	}
	f.nextSteps(r)
	if waitsForPerson(r) {
		f.Streams.Advise("Follow it", f.CommandLine("requests", "wait", r.ID))
	}
	if r.CanExtend() {
		f.Streams.Advise("Extend it ("+timesLeft(r.ExtendOptions.Value.RemainingExtensions)+")", f.CommandLine("requests", "extend", r.ID))
	}
}

func (f *Flow) nextSteps(r *client.Request) {
	switch {
	case r.IsActive() && f.adviseGrantee(r):
	case r.IsActive():
		f.Streams.Advise("Use it", f.CommandLine("access", "use", r.ID))
	case r.WaitsForMFA():
		f.adviseMFA(r.ID)
	case r.WaitsForApproval() && f.Sandbox:
		f.Streams.Advise("In the sandbox, you can approve it yourself", approveCommand(r))
	case r.Status.Status.Refused():
		f.Streams.Advise("Change it and request again", f.CommandLine("requests", "again", r.ID))
	case r.HasEnded():
		f.Streams.Advise("Request it again", f.CommandLine("requests", "again", r.ID))
	}
}

// checkBack writes to Err how to look at an open request later.
func (f *Flow) checkBack(r *client.Request) {
	words, command := "Check back with", "describe"
	switch {
	case r.WaitsForApproval():
		words, command = "Approvers have been notified. You can leave; check back with", "wait"
	case r.WaitsForMFA():
		command = "wait"
	case !r.Status.Status.Open():
		return
	}
	f.Streams.Advise(words, f.CommandLine("requests", command, r.ID))
}
