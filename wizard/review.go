package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/prompt"
)

// Review asks which of the requests that wait for the user to review, shows it, and asks
// for the decision, until none is left that was not skipped. It returns prompt.ErrBack
// only if nothing was decided. It needs a Prompter.
func (f *Flow) Review(ctx context.Context) error {
	progress := f.Streams.Progress("Loading requests", progressDelay)
	waiting, err := f.Client.ToReview(ctx)
	progress.Stop()
	if err != nil {
		return err
	}
	if len(waiting) == 0 {
		f.Streams.Say("No requests wait for your review")
		return nil
	}
	slices.SortStableFunc(waiting, func(a, b client.Request) int { return a.CreationTime.Time().Compare(b.CreationTime.Time()) })
	decided := false // lines that say so must stay on the screen
	for len(waiting) > 0 {
		mark := f.Mark()
		list := f.reviewList(waiting)
		if decided {
			list.EscVerb = "leaves"
			f.Streams.Printf("\n")
		}
		chosen, err := f.Prompter.Select(ctx, list)
		if errors.Is(err, prompt.ErrBack) && decided {
			return nil
		}
		if err != nil {
			return err
		}
		outcome, err := f.review(ctx, &waiting[chosen])
		switch {
		case errors.Is(err, prompt.ErrBack) && (list.NeedsPrompt() || decided):
			if !list.NeedsPrompt() {
				return nil
			}
			f.Rewind(mark)
			continue
		case err != nil:
			return err
		case outcome == reviewSkipped:
			f.Rewind(mark)
		default:
			decided = true
		}
		waiting = slices.Delete(waiting, chosen, chosen+1)
	}
	return nil
}

// reviewList returns the list to select a request from.
func (f *Flow) reviewList(waiting []client.Request) prompt.List {
	list := prompt.List{Title: "Select request"}
	for i := range waiting {
		r := &waiting[i]
		list.Options = append(list.Options, prompt.Option{
			Label: strings.TrimSpace(r.ID + "  " + AskedFor(r)), Columns: []string{r.Requestor.Value.Name}, Keywords: string(r.Requestor.Value.Email),
			Right: render.Ago(r.CreationTime.Time(), f.Clock()), Key: r.ID,
		})
	}
	list.Details = func(index int) []string {
		r := &waiting[index]
		lines := []string{"Requester: " + personText(r.Requestor.Value), "Asked for: " + AskedFor(r)}
		if r.Justification != nil {
			lines = append(lines, "Justification: "+*r.Justification)
		}
		return lines
	}
	return list
}

// ReviewRequest shows a request that was just read, and asks for the decision. It needs a
// Prompter. If the user may not decide, the error is a *NotApproverError.
func (f *Flow) ReviewRequest(ctx context.Context, r *client.Request) error {
	if isUndecided(r) {
		waits, err := f.Client.WaitsForReview(ctx, r.ID)
		if err != nil {
			return err
		}
		if !waits {
			return &NotApproverError{Request: *r, Approvers: whoMayApprove(r)}
		}
	}
	_, err := f.review(ctx, r)
	return err
}

// reviewOutcome is how the review of one request ended.
type reviewOutcome int

const (
	reviewSkipped reviewOutcome = iota
	reviewDecided
)

// The options of the question for a decision.
const (
	optionSkip = iota
	optionApprove
	optionReject
)

// review shows a request, and asks for the decision. A request that was decided before is
// said to be.
func (f *Flow) review(ctx context.Context, r *client.Request) (reviewOutcome, error) {
	if !isUndecided(r) {
		if len(r.Challenge.Decided()) == 0 && !r.HasEnded() {
			return reviewDecided, &NotReviewedError{Request: *r}
		}
		f.sayDecided(&DecidedError{Request: *r, Text: f.decidedText(r)})
		return reviewDecided, nil
	}
	account := session(f.lookups(ctx))
	progress := f.Streams.Progress("Loading the request", progressDelay)
	found, err := f.Client.RequestUnits(ctx, r.ID)
	progress.Stop()
	if err != nil {
		return reviewSkipped, err
	}
	f.sayForReview(ctx, r, unitsOf(found, r.ID))
	takes := true
	if s, err := account.Wait(ctx); err == nil {
		takes = s.Settings.TakesApproverReasons()
	}
	list := f.decisionList(r, takes)
	for {
		mark := f.Mark()
		f.discard()
		chosen, err := f.Prompter.Select(ctx, list)
		if err != nil || chosen == optionSkip {
			return reviewSkipped, err
		}
		reason, err := f.askReason(ctx, r.NeedsReason(), takes, "")
		if errors.Is(err, prompt.ErrBack) {
			f.Rewind(mark)
			list.Initial = []int{chosen}
			continue
		}
		if err != nil {
			return reviewSkipped, err
		}
		d := DecisionApprove
		if chosen == optionReject {
			d = DecisionReject
		}
		return reviewDecided, f.decideShown(ctx, r, d, reason)
	}
}

// decideShown decides a request that the user has seen. That somebody else decided first
// is said, and is not an error.
func (f *Flow) decideShown(ctx context.Context, r *client.Request, d Decision, reason string) error {
	f.Streams.Printf("\n")
	_, err := f.Decide(ctx, []client.Request{*r}, d, reason)
	var decided *DecidedError
	if errors.As(err, &decided) {
		return nil
	}
	return err
}

// decisionList returns the question for a decision. The cursor starts on the option that
// changes nothing.
func (f *Flow) decisionList(r *client.Request, takesReasons bool) prompt.List {
	about := ""
	switch {
	case r.NeedsReason():
		about = "asks for a reason"
	case takesReasons:
		about = "a reason is optional"
	}
	option := func(label, about string) prompt.Option {
		o := prompt.Option{Label: label}
		if about != "" {
			o.Columns = []string{about}
		}
		return o
	}
	title := fmt.Sprintf("What do you want to do with %s?", r.ID)
	if render.Width(title)+4 > f.Streams.Width() {
		title = "Decide about " + r.ID // an ID is never cut
	}
	return prompt.List{
		Title:   title,
		Options: []prompt.Option{option("Skip", "decide later"), option("Approve", about), option("Reject", about)},
	}
}

// askReason asks for the approver's reason. hint says why; it may be empty. It returns
// none if the account takes none.
func (f *Flow) askReason(ctx context.Context, needed, taken bool, hint string) (string, error) {
	if !needed && !taken {
		return "", nil
	}
	question := prompt.Text{Title: "Enter reason", Hint: hint, Limit: client.MaxReasonLength, Check: CheckReason}
	if needed {
		question.Check = func(typed string) error { return errors.Join(requireText(typed), CheckReason(typed)) }
	} else {
		question.Hint = "optional"
	}
	typed, err := f.Prompter.Input(ctx, question)
	return strings.TrimSpace(typed), err
}

// CheckReason returns an error if an approver's reason is too long.
func CheckReason(reason string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(reason)); n > client.MaxReasonLength {
		return fmt.Errorf("the reason has %d characters; at most %d are allowed", n, client.MaxReasonLength)
	}
	return nil
}

// ReasonFor returns the reason for a decision about requests: the given one or, if one of
// them needs a reason, what the user types. Without a terminal, it fails with a
// *MissingError. If the account takes no reasons, a given one is a *UsageError.
func (f *Flow) ReasonFor(ctx context.Context, requests []client.Request, given string) (string, error) {
	needs := slices.IndexFunc(requests, func(r client.Request) bool { return isUndecided(&r) && r.NeedsReason() })
	switch {
	case given == "" && needs < 0:
		return "", nil
	case given == "" && f.Prompter == nil:
		return "", &MissingError{Flags: []string{"--reason"}, Hint: requests[needs].ID + " needs the reason of its approver", NoTerminal: true}
	case given == "":
		return f.askReason(ctx, true, true, "for "+requests[needs].ID)
	case needs < 0:
		if s, err := f.Client.UserSession(ctx); err == nil && !s.Settings.TakesApproverReasons() {
			return "", &UsageError{Message: "your account takes no reasons from approvers", Hint: "Leave out --reason"}
		}
	}
	return given, nil
}

// toReview starts fetching the requests that wait for the user's review.
func toReview(source *catalog.Source) *catalog.Result[[]client.Request] {
	return catalog.Fetch(source, func(ctx context.Context, api *client.Client) ([]client.Request, error) { return api.ToReview(ctx) }, "reviews")
}

// ReviewStep writes to Err how to review a request of somebody else, if it waits for the
// user.
func (f *Flow) ReviewStep(ctx context.Context, r *client.Request) {
	if !isUndecided(r) {
		return
	}
	waits, err := f.Client.WaitsForReview(ctx, r.ID)
	if err != nil || !waits {
		return
	}
	if f.Streams.OutTerminal {
		f.Streams.Printf("\n")
	}
	f.Streams.Advise("It waits for your review", f.CommandLine("requests", "review", r.ID))
}

// Requester looks up who the user is, and returns a function that waits for that. It
// returns who asked for a request; empty if it was the user, or if that is not known.
func (f *Flow) Requester(ctx context.Context, r *client.Request) func() string {
	found := make(chan string, 1)
	go func() {
		s, err := f.Client.UserSession(ctx)
		if err != nil || s.User.ID == r.Requestor.Value.ID {
			found <- ""
			return
		}
		found <- personText(r.Requestor.Value)
	}()
	return func() string { return <-found }
}
