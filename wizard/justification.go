package wizard

import (
	"context"
	"strings"
	"time"

	"apono/client"
	"apono/wizard/prompt"
)

// adviceLimit is how long advice on a justification may take. After that there is none.
const adviceLimit = 3 * time.Second

// improveJustification shows what the justification that the user has just typed does not
// say, if the account has that checked, and lets the user improve it. question is the
// one that was asked. Advice blocks nothing: the next answer is taken as it is.
func (d *draft) improveJustification(ctx context.Context, question prompt.Text, mark int) error {
	advice, err := d.advise(ctx)
	if err != nil || len(advice) == 0 {
		return err
	}
	d.rewind(mark)
	d.streams.Warn("Approvers may want to know %s. Improve it, or press Enter to go on", joinAnd(advice))
	question.Initial = d.answers.Justification
	typed, err := d.prompter.Input(ctx, question)
	if err != nil {
		return err
	}
	return setJustification(&d.answers, typed)
}

// advise returns what the justification does not say, in words; nothing if nobody checks
// it, or not in time.
func (d *draft) advise(ctx context.Context) ([]string, error) {
	if d.answers.Justification == "" {
		return nil, nil
	}
	limited, cancel := context.WithTimeout(ctx, adviceLimit)
	defer cancel()
	progress := d.streams.Progress("Checking the justification", progressDelay)
	defer progress.Stop()
	account, err := session(d.own).Wait(limited)
	if err != nil || !account.Settings.EnableAIFeatures.Value {
		return nil, ctx.Err()
	}
	check, err := d.api.CheckJustification(limited, d.body())
	if err != nil {
		return nil, ctx.Err()
	}
	return unsaid(check), nil
}

// unsaid returns what a justification does not say.
func unsaid(check *client.JustificationCheck) []string {
	var list []string
	if !*check.DescribesTask {
		list = append(list, "what the task is")
	}
	if !*check.JustifiesPermission {
		list = append(list, "why it needs this permission")
	}
	if !*check.HasTicket {
		list = append(list, "which ticket it is for")
	}
	return list
}

// joinAnd joins words: "a", "a and b", "a, b and c".
func joinAnd(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
