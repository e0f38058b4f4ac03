package command

import (
	"context"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

// trial is what a dry run found out, as it is printed as data.
type trial struct {
	Request     client.NewRequest `json:"request"`
	Accepted    bool              `json:"accepted"`
	Missing     []string          `json:"missing"`
	Errors      []string          `json:"errors"`
	MaxDuration *int64            `json:"max_duration_in_sec"`
	Service     *client.DryRun    `json:"dry_run"`
}

// dryRun says what would be sent, and what would become of it: a request that
// would be refused ends with the exit code of one that is.
func (a *App) dryRun(ctx context.Context, flow *wizard.Flow, answers wizard.Answers, out *output) error {
	tried, err := flow.DryRun(ctx, answers)
	if err != nil {
		return err
	}
	t := trial{Request: tried.Request, Accepted: tried.Accepted(), Missing: tried.Missing, Errors: tried.Remarks, Service: tried.Run, MaxDuration: tried.Run.MaxDurationInSec}
	err = a.print(out, t, func() error {
		a.Streams.Fields(trialFields(a.Streams.PaletteOut(), tried))
		return nil
	})
	if err == nil && !t.Accepted {
		return &exitStatus{exitRefused}
	}
	return err
}

func trialFields(colors render.Palette, t *wizard.DryRun) [][2]render.Text {
	verdict := colors.Good("it would be accepted")
	if !t.Accepted() {
		verdict = colors.Bad("it would be refused")
	}
	pairs := [][2]render.Text{{"Verdict", verdict}, {"What", render.Text(strings.Join(cleanEach(t.What), "\n"))}}
	if t.Longest > 0 {
		pairs = append(pairs, [2]render.Text{"Longest duration", render.Text(render.Duration(t.Longest.Truncate(time.Second)))})
	}
	if len(t.Missing) > 0 {
		pairs = append(pairs, [2]render.Text{"Missing", clean(strings.Join(t.Missing, ", "))})
	}
	if len(t.Remarks) > 0 {
		pairs = append(pairs, [2]render.Text{"The service says", render.Text(strings.Join(cleanEach(t.Remarks), "\n"))})
	}
	return pairs
}
