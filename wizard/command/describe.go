package command

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
)

// findRequest returns a request by its ID. Where there is none, it says so, or
// says which command takes the ID of something else.
func (a *App) findRequest(ctx context.Context, s *service, id string) (*client.Request, error) {
	r, err := s.client.Request(ctx, id)
	if !client.IsNotFound(err) {
		return r, err
	}
	if session, sessionErr := s.client.AccessSession(ctx, id); sessionErr == nil {
		return nil, &wizard.UsageError{Message: fmt.Sprintf("%q is an access, not a request", id), Run: "access use " + session.ID}
	}
	return nil, &kind.MatchError{Kind: "request", Value: id, List: "requests list --all"}
}

// describe writes everything about a request: its summary, each resource and
// permission with its own status, and the command that repeats it.
func (a *App) describe(ctx context.Context, s *service, r *client.Request) error {
	found, err := s.client.RequestUnits(ctx, r.ID)
	if err != nil {
		return err
	}
	units := unitsOf(found)
	pairs := a.summary(r)
	created := [2]render.Text{"Created", render.Text(render.Timestamp(r.CreationTime.Time(), time.Now()))}
	a.Streams.Fields(slices.Insert(pairs, min(2, len(pairs)), created))
	if len(units) > 0 {
		fmt.Fprintln(a.Streams.Out)
		a.Streams.Table(a.unitsTable(units))
	}
	colors := a.Streams.PaletteErr()
	for i, answers := range wizard.AnswersOf(r, units) {
		if i == 0 {
			a.Streams.Printf("\n%s Use this to make the same request again:\n", colors.Bold("NOTICE"))
		}
		a.Streams.Printf("\n  %s\n", colors.Command(answers.Replay(s.profile, render.ShellFor(runtime.GOOS))))
	}
	return nil
}

func (a *App) unitsTable(units []client.AccessUnit) render.Table {
	colors := a.Streams.PaletteOut()
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

// unitStatus is how one unit fares, with the service's remark.
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

// showGrouped is what the first version's `apono requests` prints: every
// request with a line for each of its resources.
func (a *App) showGrouped(ctx context.Context) error {
	s, err := a.connect(ctx)
	if err != nil {
		return err
	}
	found, err := s.client.Requests(ctx, client.RequestQuery{})
	if err != nil {
		return err
	}
	list := listOptions{}.keep(found)
	if len(list) == 0 {
		a.Streams.Printf("No requests. Ask for access with: %s\n", a.runnable(hint{run: "requests create"}))
		return nil
	}
	units, err := s.client.RequestUnits(ctx, requestIDs(list)...)
	if err != nil {
		return err
	}
	for i := range list {
		if i > 0 {
			fmt.Fprintln(a.Streams.Out)
		}
		a.Streams.Fields(a.grouped(&list[i], units))
	}
	return nil
}

func requestIDs(requests []client.Request) []string {
	var ids []string
	for _, r := range requests {
		ids = append(ids, r.ID)
	}
	return ids
}

// grouped is one request with a line for each resource: its status and its
// permissions.
func (a *App) grouped(r *client.Request, all []client.RequestUnits) [][2]render.Text {
	pairs := [][2]render.Text{{"Request ID", clean(r.ID)}, {"Integration", clean(from(r))}}
	lines := resourceLines(a.Streams.PaletteOut(), r, all)
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
