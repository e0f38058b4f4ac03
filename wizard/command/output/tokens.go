package output

import (
	"time"

	"apono/client"
	"apono/render"
)

// TokensTable returns personal tokens, one per row, for s.
func TokensTable(s *render.Streams, tokens []client.PersonalToken, now time.Time) render.Table {
	const expires, created = "Expires", "Created"
	age := func(row int) render.Text { return render.Text(render.Ago(tokens[row].Created.Time(), now)) }
	t := render.Table{
		Columns: []render.Column{
			{Title: titleID, Whole: true},
			{Title: "Name"},
			{Title: "Token", Drop: 1},
			{Title: created, Whole: true, Drop: 2, Short: age, Shorten: 1},
			{Title: expires, Whole: true},
		},
		Records: [][]string{{titleID}, {"Name", expires}},
	}
	for _, token := range tokens {
		t.Row(token.ID, token.Name, string(token.Masked), createdText(s, token.Created.Time(), now), tokenExpiry(s, token, now))
	}
	return t
}

// tokenExpiry returns when a token expires or expired.
func tokenExpiry(s *render.Streams, token client.PersonalToken, now time.Time) string {
	switch {
	case token.Expires == nil:
		return "never"
	case s.OutTerminal:
		return render.Ends(token.Expires.Time(), now)
	}
	return render.Moment(token.Expires.Time())
}
