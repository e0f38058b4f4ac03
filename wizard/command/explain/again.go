package explain

import (
	"errors"
	"strings"

	"apono/render"
	"apono/wizard"
)

// explainChange explains requests that could not be extended or changed. It comes before what
// explains one of their errors, which would leave out the others.
func explainChange(err error) (Problem, bool) {
	var several *wizard.PartialError
	if !errors.As(err, &several) {
		return explainAgain(err)
	}
	if len(several.IDs) == 1 {
		return explain(several.Errs[0]), true
	}
	p := Problem{Message: "Not " + several.Done + ", or not certainly: " + strings.Join(several.IDs, ", ")}
	for i, id := range several.IDs {
		one := explain(several.Errs[i])
		if i == 0 {
			p.Exit = one.Exit
		}
		p.Hints = append(p.Hints, Hint{Text: about(id, withReason(one.Message, several.Errs[i]))})
		for _, h := range one.Hints {
			if h.Command != "" {
				p.Hints = append(p.Hints, h)
			}
		}
	}
	return p, true
}

// explainAgain explains a request that cannot be extended, or not be made again.
func explainAgain(err error) (Problem, bool) {
	var fixed *wizard.NotExtendableError
	var again *wizard.AgainError
	switch {
	case errors.As(err, &fixed):
		p := Problem{Exit: ExitFailed, Message: Sentence(fixed.Error())}
		if r := &fixed.Request; wizard.CanAskAgain(r) {
			p.Hints = []Hint{{"Request it again", render.QuoteArguments("requests", "again", r.ID)}}
		}
		return p, true
	case errors.As(err, &again):
		return Problem{Exit: ExitRefused, Message: Sentence(again.Error()), Hints: []Hint{{"Change it and request again", render.QuoteArguments("requests", "again", again.ID, "--edit")}}}, true
	}
	return Problem{}, false
}
