package wizard

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
)

// sayForReview writes to Err what an approver must know of a request: who asks for what,
// for how long and why. Nothing is left out. It goes to Err because it is a part of the
// question that follows, even if Out is a file.
func (f *Flow) sayForReview(ctx context.Context, r *client.Request, units []client.AccessUnit) {
	f.Streams.Warn("%s waits for your review", r.ID)
	f.Streams.SayFields(f.reviewFields(ctx, r, units))
	f.Streams.Printf("\n")
}

func (f *Flow) reviewFields(ctx context.Context, r *client.Request, units []client.AccessUnit) fieldList {
	var pairs fieldList
	pairs.add("Requester", personText(r.Requestor.Value))
	if g := r.Grantee.Value; g != nil && g.ID != r.Requestor.Value.ID {
		pairs.add("Grantee", g.DisplayName)
	}
	pairs.addPlace(r)
	resources, permissions := fullSelection(r, units)
	pairs.addText("Resources", resources)
	pairs.addText("Permissions", permissions)
	duration := "no time limit"
	if r.DurationInSec != nil {
		duration = render.Duration(time.Duration(*r.DurationInSec) * time.Second)
	}
	pairs.add("Duration", duration)
	f.addReasons(ctx, &pairs, r)
	pairs.add("Created", render.Past(r.CreationTime.Time(), f.Clock()))
	return pairs
}

// personText names a person, with the email address.
func personText(u client.User) string {
	if u.Name == "" || u.Email == "" {
		return u.Name + string(u.Email)
	}
	return u.Name + ", " + string(u.Email)
}

// fullSelection returns all resources of a request, one per line, and all permissions. If
// not every resource has the same permissions, they stand beside the resources.
func fullSelection(r *client.Request, units []client.AccessUnit) (resources, permissions render.Text) {
	if len(units) == 0 {
		names, total := ResourceNames(r)
		lines := each(names, render.Clean)
		if more := total - len(names); more > 0 {
			lines = append(lines, fmt.Sprintf("and %s more", render.Digits(more)))
		}
		return render.Text(strings.Join(lines, "\n")), render.Text(strings.Join(each(PermissionNames(r), render.Clean), "\n"))
	}
	byResource, order := map[string][]string{}, []client.Resource{}
	for _, u := range units {
		if _, ok := byResource[u.Resource.ID]; !ok {
			order = append(order, u.Resource)
		}
		byResource[u.Resource.ID] = append(byResource[u.Resource.ID], render.Clean(u.Permission.Name))
	}
	common := unique(byResource[order[0].ID])
	same := !slices.ContainsFunc(order, func(res client.Resource) bool { return !slices.Equal(unique(byResource[res.ID]), common) })
	several := r.Bundle != nil || len(IntegrationTitles(r)) > 1
	lines := make([]unitLine, len(order))
	for i, res := range order {
		var rest []string
		if !same {
			rest = append(rest, strings.Join(unique(byResource[res.ID]), ", "))
		}
		if several {
			rest = append(rest, render.Clean(res.Integration.Title()))
		}
		lines[i] = unitLine{name: render.Clean(kind.Resources().Label(res)), rest: render.Text(strings.Join(rest, "  "))}
	}
	if same {
		permissions = render.Text(strings.Join(common, "\n"))
	}
	return alignLines(lines), permissions
}
