package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
	"apono/wizard/command/explain"
	"apono/wizard/prompt"
)

// tabLimit is how long one press of Tab may take, all in all: the rest of two
// seconds is the shell's.
const tabLimit = 1800 * time.Millisecond

// The requests that shells make of this program, as its first argument. They
// are a contract with scripts that were installed long ago.
const (
	requestBash       = "__complete-bash"
	requestZsh        = "__complete-zsh"
	requestFish       = "__complete-fish"
	requestPowerShell = "__complete-powershell"
	// requestRenew has a login renewed, in a process that nobody waits for.
	requestRenew = "__complete-renew"
	// noAbout stands behind a shell's request where it wants no descriptions.
	noAbout = "-bare"
)

// isTab says whether the arguments are a shell's request, and not a person's.
func isTab(args []string) bool {
	return len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
}

// tab answers a press of Tab. Whatever goes wrong, and however long it takes, a
// person in the middle of a line sees no message, is asked nothing and does not
// wait: there is nothing to choose from then.
func (a *App) tab(ctx context.Context, args []string) int {
	if args[0] == requestRenew {
		a.renewForTab(ctx, args[1:])
		return explain.ExitOK
	}
	if args[0] == requestFresh {
		a.freshenForTab(ctx, args[1:])
		return explain.ExitOK
	}
	limit := a.tabLimit
	if limit == 0 {
		limit = tabLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	answer := make(chan string, 1)
	go func() { answer <- a.answerTab(ctx, args[0], args[1:]) }()
	select {
	case text := <-answer:
		fmt.Fprint(a.Streams.Out, text)
	case <-ctx.Done():
		// Not everything below can be stopped. It ends with the process.
		fmt.Fprint(a.Streams.Out, nothing(args[0]))
	}
	return explain.ExitOK
}

// nothing is the answer that offers nothing.
func nothing(request string) string {
	if strings.Contains(request, "-") {
		return ""
	}
	return fmt.Sprintf(":%d\n", cobra.ShellCompDirectiveNoFileComp)
}

// answerTab is what goes back to the shell.
func (a *App) answerTab(ctx context.Context, request string, args []string) string {
	request, bare := strings.CutSuffix(request, noAbout)
	offer := func(words []string, current string) []wizard.Choice {
		found := a.offer(ctx, words, current)
		for i := range found {
			if bare {
				found[i].About = ""
			}
		}
		return found
	}
	switch {
	case request == requestBash && len(args) == 4:
		return answerBash(args[0], args[1], args[2], columnsOf(args[3]), offer)
	case request == requestZsh && len(args) >= 2:
		return answerZsh(columnsOf(args[0]), args[1], args[2:], offer)
	case request == requestFish && len(args) >= 1:
		return answerFish(args[0], args[1:], offer)
	case request == requestPowerShell && len(args) >= 1:
		return answerPowerShell(args, offer)
	case strings.Contains(request, "-"):
		return nothing(request)
	}
	return a.route(ctx, request, args)
}

// offering is what can stand in the place of current, after the words of the
// line so far, which start after the program's name.
type offering func(words []string, current string) []wizard.Choice

// offer is the offering of this program.
func (a *App) offer(ctx context.Context, words []string, current string) []wizard.Choice {
	args := append(slices.Clone(words), current)
	prefix := ""
	if equals := strings.IndexByte(current, '='); equals >= 0 && strings.HasPrefix(current, "-") {
		prefix = current[:equals+1]
	}
	text := strings.TrimSuffix(a.route(ctx, cobra.ShellCompRequestCmd, args), "\n")
	lines := strings.Split(text, "\n")
	var found []wizard.Choice
	// The last line tells cobra's own scripts whether to offer files, too.
	for _, line := range lines[:len(lines)-1] {
		value, about, _ := strings.Cut(line, "\t")
		found = append(found, wizard.Choice{Value: prefix + value, About: render.Clean(about)})
	}
	return found
}

// route leads through the commands and flags to whatever offers values there.
// It returns the text that cobra's own scripts read.
func (a *App) route(ctx context.Context, request string, args []string) string {
	var out bytes.Buffer
	quiet := a.completer(&out, args)
	root := newRootCmd(quiet.factory)
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	quiet.offerValues(root)
	if len(args) == 0 {
		args = []string{""}
	}
	// What fails here fails for a line that is not finished, which is no news.
	root.SetArgs(append([]string{request}, quiet.expandTyped(ctx, root, args)...))
	_ = quiet.close(root.ExecuteContext(ctx))
	if out.Len() == 0 {
		return nothing(request)
	}
	return out.String()
}

// completer is a factory that neither prompts nor prints, and the App whose
// completion it is for.
type completer struct {
	*factory
	app *App
}

func (a *App) completer(out io.Writer, line []string) *completer {
	quiet := *a
	quiet.Streams = &render.Streams{In: strings.NewReader(""), Out: out, Err: io.Discard}
	quiet.tabLine = line
	return &completer{newFactory(&quiet, func() prompt.Prompter { return nil }, nil), &quiet}
}

// expandTyped is expandAliases for a line that is being typed: what cannot be
// expanded stays, and so does the last argument, which is not finished.
func (c *completer) expandTyped(ctx context.Context, root *cobra.Command, args []string) []string {
	last := len(args) - 1
	words, err := c.expandAliases(ctx, root, args[:last], (&lists{app: c}).config)
	if err != nil {
		return args
	}
	return append(slices.Clone(words), args[last])
}

// offerAliases offers the aliases by their names.
func offerAliases(ctx context.Context, from *lists, _ line) ([]wizard.Choice, error) {
	cfg, err := from.config(ctx)
	if err != nil {
		return nil, err
	}
	var found []wizard.Choice
	for _, name := range aliasNames(cfg) {
		found = append(found, wizard.Choice{Value: name, About: cfg.Aliases[name]})
	}
	return found, nil
}
