package kind

import (
	"context"
	"strings"

	"apono/client"
)

// Grantees describes whom access can be requested for. They are not among All, because
// they cannot be requested themselves.
func Grantees() Kind[client.Grantee] {
	return Kind[client.Grantee]{
		Info:     Info{Slug: "grantee", Name: "grantee", Flag: "grantee", Columns: []string{"ID", "Name", "Type"}},
		ID:       func(g client.Grantee) string { return g.ID },
		Label:    granteeLabel,
		Names:    func(g client.Grantee) []string { return []string{g.DisplayName} },
		SourceID: func(g client.Grantee) string { return g.SourceID },
		Column:   func(g client.Grantee) string { return g.SourceID },
		Row:      func(g client.Grantee) []string { return []string{g.SourceID, granteeLabel(g), g.Type} },
		Fetch: func(ctx context.Context, api *client.Client, _ Scope) ([]client.Grantee, error) {
			return api.Grantees(ctx)
		},
		Pack: func(g client.Grantee) []string { return []string{g.DisplayName, g.SourceID, g.ID, g.Type} },
		Unpack: func(_ Scope, t []string) client.Grantee {
			return client.Grantee{DisplayName: t[0], SourceID: t[1], ID: t[2], Type: t[3]}
		},
		Prompt: func(Scope) string { return "Who is the access for?" },
		Empty:  func(Scope) string { return "You cannot request access for anybody: leave out --grantee" },
	}
}

// granteeLabel is what people call a grantee.
func granteeLabel(g client.Grantee) string {
	for _, name := range []string{g.DisplayName, g.SourceID} {
		if strings.TrimSpace(name) != "" {
			return name
		}
	}
	return g.ID
}
