package command

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/auth/detached"
	"apono/wizard"
)

const (
	// requestFresh has what a press of Tab offered fetched anew, in a process
	// that nobody waits for.
	requestFresh = "__complete-fresh"
	// freshFor is how long a kept answer is good. An older one is still offered,
	// and fetched anew meanwhile.
	freshFor = time.Minute
	// keptFor is how long an answer is offered at all.
	keptFor = 7 * 24 * time.Hour
	// freshLimit is how long fetching anew may take.
	freshLimit = 30 * time.Second
)

// remembered offers what an earlier press of Tab was offered in the same place,
// so that a long list is fetched once and not at every press.
func remembered(name string, one values) values {
	return func(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
		recall := from.recall(ctx)
		key := placeKey(name, on)
		if !from.app.app.fresh {
			if text, age, ok := recall.GetText(key); ok && age < keptFor {
				if age > freshFor {
					from.app.app.freshenLater()
				}
				return decodeChoices(text, lastWord(on.typed)), nil
			}
		}
		found, err := one(ctx, from, on)
		if err == nil {
			recall.PutText(key, encodeChoices(found))
		}
		return slices.DeleteFunc(found, func(c wizard.Choice) bool { return !mayMatch(c.Value, lastWord(on.typed)) }), err
	}
}

// placeKey names a place by everything on the line that decides what is offered
// there.
func placeKey(name string, on line) string {
	parts := []string{"choices", name}
	for _, flag := range []string{"integration", "resource-type", "type", "bundle"} {
		parts = append(parts, on.flag(flag))
	}
	return strings.Join(parts, "\x00")
}

// lastWord is the part of a list flag's value that is still being typed; where
// it is quoted, everything has to be offered.
func lastWord(typed string) string {
	if strings.Contains(typed, `"`) {
		return ""
	}
	return typed[strings.LastIndexByte(typed, ',')+1:]
}

// encodeChoices writes a choice a line: its value, and after a tab what it is.
// Values have neither tabs nor line ends (wizard leaves such out).
func encodeChoices(list []wizard.Choice) string {
	var b strings.Builder
	about := strings.NewReplacer("\n", " ", "\t", " ")
	for _, c := range list {
		b.WriteString(c.Value + "\t" + about.Replace(c.About) + "\n")
	}
	return b.String()
}

// decodeChoices reads the choices that may match what is typed.
func decodeChoices(text, typed string) []wizard.Choice {
	var list []wizard.Choice
	for line := range strings.Lines(text) {
		value, about, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if mayMatch(value, typed) {
			list = append(list, wizard.Choice{Value: value, About: about})
		}
	}
	return list
}

// mayMatch leaves out only what no shell takes for a match. PowerShell and many
// a zsh are blind to case, and fish looks in the middle of words, too.
func mayMatch(value, typed string) bool {
	return strings.Contains(value, typed) || strings.Contains(strings.ToLower(value), strings.ToLower(typed))
}

// recall is what is kept for the login that counts; nil where none does, and
// for the sandbox, which is quicker than a file.
func (l *lists) recall(ctx context.Context) *wizard.Recall {
	if l.sandbox {
		return nil
	}
	cfg, err := l.config(ctx)
	if err != nil {
		return nil
	}
	login, err := cfg.Resolve(l.app.flags.profile, l.app.getenv)
	if err != nil || login.Sandbox() {
		return nil
	}
	return l.app.recall(login)
}

// freshenLater has the same line completed anew by another process.
func (a *App) freshenLater() {
	start := a.freshen
	if start == nil {
		start = startFreshening
	}
	start(a.tabLine)
}

func startFreshening(line []string) {
	words := append(append(program(), requestFresh), line...)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.SysProcAttr = detached.Attributes()
	_ = cmd.Start() // the next press of Tab tries again
}

// freshenForTab is that process.
func (a *App) freshenForTab(ctx context.Context, line []string) {
	ctx, cancel := context.WithTimeout(ctx, freshLimit)
	defer cancel()
	a.fresh = true
	a.route(ctx, cobra.ShellCompRequestCmd, line)
}
