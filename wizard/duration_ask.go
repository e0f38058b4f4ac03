package wizard

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"apono/wizard/prompt"
)

// askDuration asks for how long, until the answer is one that was meant.
func (d *draft) askDuration(ctx context.Context, start string) error {
	for {
		mark := d.mark()
		typed, err := d.prompter.Input(ctx, prompt.Text{
			Title: "Enter duration in hours", Hint: d.terms.limit(), Example: "0.75, 45m, until 18:00", Initial: start,
			Echo: d.echoDuration, Check: d.checkTypedDuration, EchoAnswer: true,
		})
		if err != nil {
			return err
		}
		d.answers.Duration = 0
		if strings.TrimSpace(typed) == "" {
			return nil
		}
		if d.answers.Duration, err = ParseDuration(typed, d.now()); err != nil {
			return err // its time has passed in the meantime
		}
		if !isManyHours(typed) {
			return nil
		}
		yes, err := d.prompter.Confirm(ctx, manyHoursQuestion(typed, d.echoDuration(typed)), false)
		if err != nil && !errors.Is(err, prompt.ErrBack) {
			return err
		}
		if yes {
			return nil
		}
		d.rewind(mark)
		start = typed
	}
}

// manyHoursQuestion asks whether a number of hours was meant.
func manyHoursQuestion(typed, echo string) string {
	return fmt.Sprintf("%s means hours: %s. Is that right?", strings.TrimSpace(typed), echo)
}

// confirmHours asks whether a number of hours was meant that a flag gave, where somebody
// can be asked. It returns prompt.ErrCanceled if not.
func (f *Flow) confirmHours(ctx context.Context, answers Answers) error {
	if !answers.manyHours || f.Prompter == nil {
		return nil
	}
	echo := durationUntil(answers.Duration, f.Clock())
	yes, err := f.Prompter.Confirm(ctx, manyHoursQuestion("--duration", echo), false)
	if err != nil {
		return err
	}
	if !yes {
		return prompt.ErrCanceled
	}
	return nil
}

// echoDuration returns a typed duration as it is understood; empty if it is not.
func (d *draft) echoDuration(typed string) string {
	now := d.now()
	duration, err := ParseDuration(typed, now)
	if err != nil {
		return ""
	}
	return durationUntil(duration, now)
}

func (d *draft) checkTypedDuration(typed string) error {
	if strings.TrimSpace(typed) == "" && !d.terms.duration {
		return nil
	}
	duration, err := ParseDuration(typed, d.now())
	if err != nil {
		var moment *momentError
		if limit := d.terms.limit(); limit != "" && !errors.As(err, &moment) {
			return fmt.Errorf("%w, %s", err, limit)
		}
		return err
	}
	return d.terms.checkDuration(duration)
}
