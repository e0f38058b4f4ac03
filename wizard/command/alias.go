package command

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/alias"
	"apono/wizard/command/complete"
	"apono/wizard/command/output"
	"apono/wizard/kind"
)

func newAliasCmd(f *factory) *cobra.Command {
	cmd := newGroupCmd("alias", "Create shortcuts for commands (see yours with: apono alias list)",
		newAliasSetCmd(f, nil), newAliasListCmd(f, nil), newAliasRenameCmd(f, nil), newAliasDeleteCmd(f, nil), newAliasImportCmd(f, nil), newAliasExportCmd(f, nil))
	cmd.Long = `Create shortcuts for commands. They work in every shell and in cron:

  apono alias set oncall-db 'requests create --bundle "Checkout on call"'
  apono oncall-db --justification "Page 4711"

Arguments after the alias are appended to the command. $1, $2 and so on in the
command are placeholders for required arguments. Write $$1 for a literal $1.`
	cmd.GroupID = groupAccount
	return cmd
}

func aliasNames(cfg *auth.Config) []string { return slices.Sorted(maps.Keys(cfg.Aliases)) }

// aliasSetOptions are those of apono alias set and of apono alias import.
type aliasSetOptions struct {
	streams *render.Streams
	logins  func() *auth.Logins
	root    *cobra.Command // the commands that an alias can stand for

	name    string   // of the alias
	command []string // its command line, or - for stdin
	file    string   // of aliases to import, or - for stdin
	replace bool
}

func newAliasSetCmd(f *factory, runF func(context.Context, *aliasSetOptions) error) *cobra.Command {
	o := &aliasSetOptions{streams: f.streams, logins: f.logins}
	cmd := &cobra.Command{
		Use:   "set NAME COMMAND...",
		Short: "Create a shortcut for a command",
		Long: `Create a shortcut for one of this program's commands. Give the command as one
quoted argument or word by word; - reads it from stdin. Flags of alias set go
before NAME.`,
		Example: `  apono alias set oncall-db 'requests create --bundle "Checkout on call" --profile sandbox'
  apono alias set --clobber find 'search "$1" --requestable --profile sandbox'`,
		Args: atLeastArgs("the name of the alias", "the command"),
	}
	cmd.Flags().SetInterspersed(false) // flags after NAME belong to the alias
	cmd.Flags().BoolVar(&o.replace, "clobber", false, "Overwrite an existing alias of the same name")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.root, o.name, o.command = cmd.Root(), args[0], args[1:]
		return runOr(cmd.Context(), o, runF, runAliasSet)
	}
	return cmd
}

func runAliasSet(ctx context.Context, o *aliasSetOptions) error {
	expansion := o.command[0]
	switch {
	case len(o.command) > 1:
		expansion = wizard.JoinExpansion(o.command)
	case expansion == "-":
		piped, err := readIn(ctx, o.streams)
		if err != nil {
			return err
		}
		expansion = strings.TrimSpace(string(piped))
	}
	return o.save(ctx, []alias.Alias{{Name: o.name, Expansion: expansion}})
}

// save stores aliases. It stores those that are valid even if others are not;
// the error is about the others.
func (o *aliasSetOptions) save(ctx context.Context, list []alias.Alias) error {
	var rejected []string
	var saved []alias.Alias
	err := o.logins().Store.Update(ctx, func(cfg *auth.Config) error {
		for _, one := range list {
			expansion, err := alias.Check(o.root, cfg.Aliases, one, o.replace)
			if err != nil {
				rejected = append(rejected, err.Error())
				continue
			}
			if cfg.Aliases == nil {
				cfg.Aliases = map[string]string{}
			}
			cfg.Aliases[one.Name] = expansion
			saved = append(saved, alias.Alias{Name: one.Name, Expansion: expansion})
		}
		if len(saved) == 0 {
			return rejectedAliases(rejected)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, one := range saved {
		o.streams.Done("Saved alias %s:", o.streams.PaletteErr().Command("apono "+one.Name))
		o.streams.Printf("  %s\n", one.Expansion)
	}
	return rejectedAliases(rejected)
}

func rejectedAliases(reasons []string) error {
	if len(reasons) == 0 {
		return nil
	}
	return &wizard.UsageError{Message: strings.Join(reasons, "; "), Run: "alias set --help"}
}

// aliasListOptions are those of apono alias list.
type aliasListOptions struct {
	streams *render.Streams
	config  func(context.Context) (*auth.Config, error)
	root    *cobra.Command
	output  *output.Format
}

func newAliasListCmd(f *factory, runF func(context.Context, *aliasListOptions) error) *cobra.Command {
	o := &aliasListOptions{streams: f.streams, config: f.config}
	cmd := &cobra.Command{Use: "list", Short: "List aliases", Example: "  apono alias list", Args: noArgs}
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o.root = cmd.Root()
		return runOr(cmd.Context(), o, runF, runAliasList)
	}
	return cmd
}

func runAliasList(ctx context.Context, o *aliasListOptions) error {
	cfg, err := o.config(ctx)
	if err != nil {
		return err
	}
	list := alias.List(cfg.Aliases)
	empty := output.Empty{Message: "No aliases yet", Advice: "Create one", Command: "apono alias set NAME 'requests create …'"}
	return o.output.PrintTable(o.streams, list, empty, func() render.Table {
		t := render.Table{Columns: render.Titles("Name", "Expansion")}
		for _, one := range list {
			t.Row(one.Name, one.Expansion)
			if alias.IsCommand(o.root, one.Name) {
				o.streams.Warn("The alias %s has no effect: there is a command with this name", one.Name)
			}
		}
		return t
	})
}

// aliasDeleteOptions are those of apono alias delete.
type aliasDeleteOptions struct {
	streams *render.Streams
	logins  func() *auth.Logins
	names   []string
}

func newAliasDeleteCmd(f *factory, runF func(context.Context, *aliasDeleteOptions) error) *cobra.Command {
	o := &aliasDeleteOptions{streams: f.streams, logins: f.logins}
	return &cobra.Command{
		Use: "delete NAME...", Short: "Delete aliases", Example: "  apono alias delete oncall-db", Args: atLeastArgs("the name of the alias"),
		RunE: func(cmd *cobra.Command, names []string) error {
			o.names = names
			return runOr(cmd.Context(), o, runF, runAliasDelete)
		},
	}
}

func runAliasDelete(ctx context.Context, o *aliasDeleteOptions) error {
	err := o.logins().Store.Update(ctx, func(cfg *auth.Config) error {
		known := aliasNames(cfg)
		for _, name := range o.names {
			if !slices.Contains(known, name) {
				return &kind.MatchError{Kind: "alias", Value: name, Candidates: kind.Nearest(name, known), List: "alias list"}
			}
			delete(cfg.Aliases, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	what := "alias"
	if len(o.names) > 1 {
		what = "aliases"
	}
	o.streams.Done("Deleted %s %s", what, strings.Join(o.names, ", "))
	return nil
}

func newAliasImportCmd(f *factory, runF func(context.Context, *aliasSetOptions) error) *cobra.Command {
	o := &aliasSetOptions{streams: f.streams, logins: f.logins}
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Import aliases from a file or a shell",
		Long: `Import aliases from a file; - reads stdin. The file contains either a shell's
aliases, of which those for apono are imported, or YAML with one NAME: COMMAND
per line.`,
		Example: `  alias | apono alias import -
  apono alias import aliases.yaml`,
		Args: exactArgs("the file, or -"),
	}
	cmd.Flags().BoolVar(&o.replace, "clobber", false, "Overwrite existing aliases of the same name")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.root, o.file = cmd.Root(), args[0]
		return runOr(cmd.Context(), o, runF, runAliasImport)
	}
	return cmd
}

func runAliasImport(ctx context.Context, o *aliasSetOptions) error {
	text, err := readFile(ctx, o.streams, o.file)
	if err != nil {
		return err
	}
	list, err := alias.Parse(text)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		o.streams.Printf("No aliases for apono found\n")
		return nil
	}
	return o.save(ctx, list)
}

// readFile reads a file, or stdin if it is -.
func readFile(ctx context.Context, s *render.Streams, file string) (string, error) {
	if file == "-" {
		text, err := readIn(ctx, s)
		return string(text), err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", &wizard.UsageError{Message: fmt.Sprintf("cannot read %s: %v", file, err), Hint: "Use - to read stdin"}
	}
	return string(text), nil
}

// aliasExportOptions are those of apono alias export.
type aliasExportOptions struct {
	streams *render.Streams
	config  func(context.Context) (*auth.Config, error)
	shell   string
}

func newAliasExportCmd(f *factory, runF func(context.Context, *aliasExportOptions) error) *cobra.Command {
	o := &aliasExportOptions{streams: f.streams, config: f.config}
	shell := oneOf{words: complete.ShellNames()}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print your aliases as aliases of a shell",
		Long: `Print your aliases as aliases of a shell, to add to its configuration. A shell's
alias cannot have placeholders such as $1, so an alias that has some calls apono
with its name.`,
		Example: `  apono alias export --shell zsh
  apono alias export --shell bash >> ~/.bashrc`,
		Args: noArgs,
	}
	cmd.Flags().Var(&shell, "shell", "The shell to print for (default $SHELL)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o.shell = shell.chosen
		if o.shell == "" {
			o.shell = defaultShell(f.getenv)
		}
		return runOr(cmd.Context(), o, runF, runAliasExport)
	}
	return cmd
}

func runAliasExport(ctx context.Context, o *aliasExportOptions) error {
	cfg, err := o.config(ctx)
	if err != nil {
		return err
	}
	for _, one := range alias.List(cfg.Aliases) {
		line, err := one.Export(o.shell)
		if err != nil {
			return err
		}
		fmt.Fprintln(o.streams.Out, line)
	}
	return nil
}

// defaultShell returns the user's shell, or the usual one if it is not known.
func defaultShell(getenv func(string) string) string {
	if own, err := complete.DetectShell(getenv, runtime.GOOS); err == nil {
		return own.Name()
	}
	if runtime.GOOS == "windows" {
		return "powershell"
	}
	return "bash"
}
