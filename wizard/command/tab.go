package command

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/command/complete"
	"apono/wizard/prompt"
)

// completionEngine returns the engine that answers shells.
func (a *App) completionEngine() *complete.Engine {
	getenv := func(name string) string {
		value, _ := a.Env(name)
		return value
	}
	return &complete.Engine{Out: a.Streams.Out, Getenv: getenv, Self: program(), NewProgram: a.newQuietProgram}
}

// newQuietProgram returns a command tree for one completion. It writes to out,
// prints no messages and has no terminal.
func (a *App) newQuietProgram(out io.Writer) (*cobra.Command, complete.Program) {
	quiet := &App{
		Streams: &render.Streams{In: strings.NewReader(""), Out: out, Err: io.Discard},
		Env:     a.Env, Version: a.Version, Interrupts: a.Interrupts,
	}
	f := newFactory(quiet, func() prompt.Prompter { return nil }, nil)
	root := newRootCmd(f)
	return root, &quietProgram{factory: f, root: root}
}

// quietProgram implements complete.Program.
type quietProgram struct {
	factory *factory
	root    *cobra.Command
}

// ExpandAliases implements complete.Program.
func (p *quietProgram) ExpandAliases(ctx context.Context, words []string, config func(context.Context) (*auth.Config, error)) ([]string, error) {
	return p.factory.expandAliases(ctx, p.root, words, config)
}

// Catalog implements complete.Program.
func (p *quietProgram) Catalog(login auth.Login) *catalog.Store { return p.factory.catalog(login) }

// Connect implements complete.Program.
func (p *quietProgram) Connect(ctx context.Context, login auth.Login, token string) (*client.Client, error) {
	connect := func(ctx context.Context) (*service, error) {
		return p.factory.connectSandboxAs(ctx, login.Profile.Name)
	}
	if !login.Sandbox() {
		connect = func(context.Context) (*service, error) {
			return p.factory.newService(client.Config{BaseURL: login.Profile.APIURL, Tokens: client.StaticToken(token)})
		}
	}
	s, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	return s.client, nil
}

// Close implements complete.Program.
func (p *quietProgram) Close() error { return p.factory.close(nil) }
