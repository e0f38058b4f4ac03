package explain

import (
	"errors"
	"slices"
	"strings"

	"apono/client"
	"apono/wizard"
)

// explainDecide explains every request that could not be approved or rejected. It comes
// before what explains one of their errors, which would leave out the others.
func explainDecide(err error) (Problem, bool) {
	var e *wizard.DecideError
	if !errors.As(err, &e) {
		return Problem{}, false
	}
	p := Problem{Exit: decideCode(e)}
	var open []int // of those that were not printed before
	for i, one := range e.Errs {
		if !isDecided(one) {
			open = append(open, i)
		}
	}
	switch len(open) {
	case 0:
		return p, true
	case 1:
		one := explainUndecided(e, open[0])
		one.Exit = p.Exit
		return one, true
	}
	p.Message = decideSummary(e, open)
	for _, i := range open {
		one := explain(e.Errs[i])
		p.Hints = append(p.Hints, Hint{Text: about(e.IDs[i], withReason(one.Message, e.Errs[i]))})
		p.Hints = append(p.Hints, one.Hints...)
	}
	return p, true
}

func isDecided(err error) bool {
	var decided *wizard.DecidedError
	return errors.As(err, &decided)
}

func isUnclear(err error) bool {
	var unclear *wizard.UnclearError
	return errors.As(err, &unclear)
}

// explainUndecided explains a single request.
func explainUndecided(e *wizard.DecideError, i int) Problem {
	p := explain(e.Errs[i])
	if !isUnclear(e.Errs[i]) {
		p.Message = "Not " + e.Decision.Past() + ": " + about(e.IDs[i], p.Message)
	}
	return p
}

// decideSummary names the requests with what is known of them.
func decideSummary(e *wizard.DecideError, open []int) string {
	var not, unclear []string
	for _, i := range open {
		if isUnclear(e.Errs[i]) {
			unclear = append(unclear, e.IDs[i])
		} else {
			not = append(not, e.IDs[i])
		}
	}
	var parts []string
	if len(not) > 0 {
		parts = append(parts, "Not "+e.Decision.Past()+": "+strings.Join(not, ", "))
	}
	if len(unclear) > 0 {
		parts = append(parts, "Not known whether "+e.Decision.Past()+": "+strings.Join(unclear, ", "))
	}
	return strings.Join(parts, "; ")
}

// decideCode returns the worst exit code of several requests.
func decideCode(e *wizard.DecideError) int {
	worstFirst := []int{ExitCanceled, ExitLogin, ExitFailed, ExitUsage, ExitRefused}
	rank := func(code int) int {
		if at := slices.Index(worstFirst, code); at >= 0 {
			return at
		}
		return len(worstFirst)
	}
	worst := explain(e.Errs[0]).Exit
	for _, err := range e.Errs[1:] {
		if code := explain(err).Exit; rank(code) < rank(worst) {
			worst = code
		}
	}
	return worst
}

// explainReview explains why a request cannot be reviewed.
func explainReview(err error) (Problem, bool) {
	var decided *wizard.DecidedError
	var notApprover *wizard.NotApproverError
	var notReviewed *wizard.NotReviewedError
	switch {
	case errors.As(err, &decided):
		return Problem{Exit: ExitRefused, Message: decided.Text}, true
	case errors.As(err, &notApprover):
		p := Problem{Exit: ExitFailed, Message: notApprover.Error()}
		if said := serviceMessage(notApprover.Err); said != "" {
			p.Hints = text(Sentence(said))
		}
		p.Hints = append(p.Hints, Hint{Text: "It waits for " + notApprover.Approvers})
		return p, true
	case errors.As(err, &notReviewed):
		return Problem{Exit: ExitFailed, Message: notReviewed.Error()}, true
	}
	return Problem{}, false
}

// serviceMessage returns what the service says about an error; empty if nothing.
func serviceMessage(err error) string {
	var e *client.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return ""
}
