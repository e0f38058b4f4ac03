// Package complete answers a shell that completes a command line of this
// program, and installs the script that makes the shell ask. It knows how each
// shell talks and which values each flag and argument takes. It must not know
// how commands are built: Program is all it needs from the command line.
package complete

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/kind"
)

// defaultLimit bounds one press of Tab. With the time the shell itself needs,
// it takes at most two seconds.
const defaultLimit = 1800 * time.Millisecond

// The requests that this program sends to itself. Like the requests in the
// shells' scripts, they are a contract: installed scripts outlive upgrades.
const (
	requestRenew   = "__complete-renew"
	requestRefresh = "__complete-fresh"
)

// plainSuffix follows a shell's request if it wants values without descriptions.
const plainSuffix = "-bare"

// IsRequest reports whether the program's arguments are a completion request
// rather than a command.
func IsRequest(args []string) bool {
	return len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
}

// Program is the command line that a completion runs in. It prints no messages
// and never prompts.
type Program interface {
	// ExpandAliases replaces an alias in words by what it stands for. It calls
	// config only if the first word is not a command.
	ExpandAliases(ctx context.Context, words []string, config func(context.Context) (*auth.Config, error)) ([]string, error)
	// Catalog returns the catalog of a login, or nil if it is turned off.
	Catalog(login auth.Login) *catalog.Store
	// Connect returns a client of the login's service. The token is sent as it
	// is and never renewed; the sandbox needs none.
	Connect(ctx context.Context, login auth.Login, token string) (*client.Client, error)
	// Close releases what Connect opened.
	Close() error
}

// Engine answers completion requests. Limit, StartRefresh and StartRenewal have
// usable zero values.
type Engine struct {
	// Out receives the answers.
	Out io.Writer
	// Getenv returns an environment variable, or "" if it is not set.
	Getenv func(name string) string
	// Self is the command that starts this program again.
	Self []string
	// NewProgram builds a command tree that writes to out. Each completion gets
	// its own, because parsing a line sets the flags.
	NewProgram func(out io.Writer) (*cobra.Command, Program)

	// Limit bounds one request; zero means 1.8 seconds.
	Limit time.Duration
	// StartRefresh completes line again in the background, to refresh the catalog.
	// Nil starts a detached process.
	StartRefresh func(line []string)
	// StartRenewal renews a profile's login in the background and closes done
	// when it has ended. Nil starts a detached process.
	StartRenewal func(profile string) (done <-chan struct{}, err error)
}

// Run answers a request, args[0], for which IsRequest is true. It reports no
// errors: the user is in the middle of a line, so a failure only means that
// there is nothing to offer.
func (e *Engine) Run(ctx context.Context, args []string) {
	switch request, rest := args[0], args[1:]; request {
	case requestRenew:
		e.renew(ctx, rest)
	case requestRefresh:
		e.refresh(ctx, rest)
	default:
		e.answerInTime(ctx, request, rest)
	}
}

// answerInTime prints the answer, or an empty one when the time is up.
func (e *Engine) answerInTime(ctx context.Context, request string, args []string) {
	limit := e.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	answer := make(chan string, 1)
	go func() { answer <- e.answer(ctx, request, args) }()
	select {
	case text := <-answer:
		fmt.Fprint(e.Out, text)
	case <-ctx.Done():
		// Some of the work cannot be canceled. It ends with the process.
		fmt.Fprint(e.Out, emptyAnswer(request))
	}
}

// isCobraRequest reports whether a request comes from a script of cobra's own.
// The requests of this package have a dash.
func isCobraRequest(request string) bool { return !strings.Contains(request, "-") }

func emptyAnswer(request string) string {
	if isCobraRequest(request) {
		return fmt.Sprintf(":%d\n", cobra.ShellCompDirectiveNoFileComp)
	}
	return ""
}

// answer returns the text that the shell's script reads.
func (e *Engine) answer(ctx context.Context, request string, args []string) string {
	if isCobraRequest(request) {
		return e.complete(ctx, request, args, false)
	}
	name, plain := strings.CutSuffix(request, plainSuffix)
	for _, s := range shells() {
		if s.request == name {
			return s.answer(args, e.finder(ctx, !plain))
		}
	}
	return ""
}

// finder returns the candidates for the word current, which follows words on
// the line. The program's name is not among words.
type finder func(words []string, current string) []kind.Choice

func (e *Engine) finder(ctx context.Context, describe bool) finder {
	return func(words []string, current string) []kind.Choice {
		text := e.complete(ctx, cobra.ShellCompRequestCmd, append(slices.Clone(words), current), false)
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		prefix := flagPrefix(current)
		var found []kind.Choice
		// The last line is cobra's directive, for its own scripts.
		for _, line := range lines[:len(lines)-1] {
			value, description, _ := strings.Cut(line, "\t")
			c := kind.Choice{Value: prefix + value}
			if describe {
				c.Description = render.Clean(description)
			}
			found = append(found, c)
		}
		return found
	}
}

// flagPrefix returns the flag and the equals sign of a word such as
// --profile=sand. Cobra completes what follows and leaves them out.
func flagPrefix(word string) string {
	if equals := strings.IndexByte(word, '='); equals >= 0 && strings.HasPrefix(word, "-") {
		return word[:equals+1]
	}
	return ""
}

// completion is one line being completed.
type completion struct {
	engine  *Engine
	root    *cobra.Command
	program Program
	line    []string // as typed, before aliases are expanded
	// skipStored fetches everything again and stores it.
	skipStored bool
}

// complete has cobra complete the last of args, and returns its answer in the
// format that cobra's own scripts read.
func (e *Engine) complete(ctx context.Context, request string, args []string, skipStored bool) string {
	var out bytes.Buffer
	root, program := e.NewProgram(&out)
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	c := &completion{engine: e, root: root, program: program, line: args, skipStored: skipStored}
	c.register(root)
	if len(args) == 0 {
		args = []string{""}
	}
	root.SetArgs(append([]string{request}, c.expandAliases(ctx, args)...))
	// An unfinished line is often wrong. That is not worth a message.
	_ = root.ExecuteContext(ctx)
	_ = program.Close()
	if out.Len() == 0 {
		return emptyAnswer(request)
	}
	return out.String()
}

// expandAliases expands aliases in all words but the last, which is not
// finished. If it fails, the line stays as typed.
func (c *completion) expandAliases(ctx context.Context, args []string) []string {
	last := len(args) - 1
	words, err := c.program.ExpandAliases(ctx, args[:last], c.config)
	if err != nil {
		return args
	}
	return append(slices.Clone(words), args[last])
}
