package output

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

// LegacySummary writes a request as the first version of apono request did: one
// field a line, with the values that were sent.
func LegacySummary(s *render.Streams, r *client.Request, sent wizard.Answers) {
	var b strings.Builder
	add := func(label string, values ...string) {
		if text := strings.Join(values, ", "); text != "" {
			fmt.Fprintf(&b, "%s: %s\n", label, render.Clean(text))
		}
	}
	add("ID", r.ID)
	add("Status", string(r.Status.Status))
	if r.Bundle != nil {
		add("Bundle", r.Bundle.Name)
	}
	add("Integration", integrationNames(r)...)
	add("Resources", sent.Resources...)
	add("Permissions", sent.Permissions...)
	add("Justification", sent.Justification)
	io.WriteString(s.Out, b.String())
}

// LegacyRequests writes requests as the first version of apono requests did: for
// each its ID, its integration, a line for each resource, and the justification.
func LegacyRequests(s *render.Streams, requests []client.Request, units []client.RequestUnits) {
	var b strings.Builder
	for i := range requests {
		if i > 0 {
			b.WriteString("\n")
		}
		r := &requests[i]
		lines := append([]string{r.ID, strings.Join(integrationNames(r), ", ")}, legacyUnits(r, units)...)
		if r.Justification != nil {
			lines = append(lines, *r.Justification)
		}
		for _, line := range lines {
			if line = render.Clean(line); line != "" {
				b.WriteString(line + "\n")
			}
		}
	}
	io.WriteString(s.Out, b.String())
}

// legacyUnits returns a line for each resource of a request: "--resource, status
// permissions".
func legacyUnits(r *client.Request, all []client.RequestUnits) []string {
	type resource struct {
		id, status  string
		permissions []string
	}
	var resources []*resource
	byID := map[string]*resource{}
	for _, request := range all {
		if request.ID != r.ID {
			continue
		}
		for _, u := range request.AccessUnits {
			id := resourceID(u.Resource)
			if byID[id] == nil {
				status := r.Status.Status
				if u.Status != nil {
					status = u.Status.Status
				}
				byID[id] = &resource{id: id, status: string(status)}
				resources = append(resources, byID[id])
			}
			byID[id].permissions = append(byID[id].permissions, u.Permission.ID)
		}
	}
	var lines []string
	for _, one := range resources {
		lines = append(lines, "--"+one.id+", "+one.status+" "+strings.Join(one.permissions, ", "))
	}
	return lines
}

func integrationNames(r *client.Request) []string {
	var names []string
	for _, g := range r.AccessGroups {
		if !slices.Contains(names, g.Integration.Name) {
			names = append(names, g.Integration.Name)
		}
	}
	return names
}
