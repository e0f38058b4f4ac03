package command

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
)

func (a *App) aliasCommand() *cobra.Command {
	cmd := group("alias", "Keep commands under names of your own (see them with: apono alias list)",
		a.setAliasCommand(), a.listAliasesCommand(), a.deleteAliasCommand(), a.importAliasesCommand(), a.exportAliasesCommand())
	cmd.Long = `Keep commands under names of your own. They work in every shell and in cron:

  apono alias set oncall-db 'requests create --bundle "Checkout on call"'
  apono oncall-db --justification "Page 4711"

What follows the name is added at the end. $1, $2 and so on in the command
stand for arguments that have to be given; write $$1 for a dollar before a 1.`
	cmd.GroupID = groupAccount
	return cmd
}

func (a *App) setAliasCommand() *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "set NAME COMMAND...",
		Short: "Keep a command under a name",
		Long: `Keep a command under a name. The command is one of this program's, in quotes or
word by word; - reads it from stdin. Flags of alias set go before NAME.`,
		Example: `  apono alias set oncall-db 'requests create --bundle "Checkout on call" --profile sandbox'
  apono alias set --clobber find 'search "$1" --requestable --profile sandbox'`,
		Args: atLeastArgs("the alias's name", "the command"),
	}
	cmd.Flags().SetInterspersed(false) // what follows belongs to the alias
	cmd.Flags().BoolVar(&replace, "clobber", false, "Replace an alias that has this name")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		expansion, err := a.givenExpansion(args[1:])
		if err != nil {
			return err
		}
		return a.setAliases(cmd, []namedAlias{{args[0], expansion}}, replace)
	}
	return cmd
}

// givenExpansion is an expansion as the command line or stdin has it.
func (a *App) givenExpansion(args []string) (string, error) {
	switch {
	case len(args) > 1:
		return wizard.JoinExpansion(args), nil
	case args[0] != "-":
		return args[0], nil
	}
	piped, err := io.ReadAll(io.LimitReader(a.Streams.In, 1<<20))
	if err != nil {
		return "", fmt.Errorf("read the alias: %w", err)
	}
	return strings.TrimSpace(string(piped)), nil
}

// namedAlias is an alias, as it is printed.
type namedAlias struct {
	Name      string `json:"name"`
	Expansion string `json:"expansion"`
}

// setAliases keeps aliases. The error is of those that cannot be; the others
// are kept all the same.
func (a *App) setAliases(cmd *cobra.Command, list []namedAlias, replace bool) error {
	var refused []string
	var kept []namedAlias
	err := a.logins().Store.Update(cmd.Context(), func(cfg *auth.Config) error {
		for _, one := range list {
			expansion, err := checkAlias(cmd.Root(), cfg.Aliases, one, replace)
			if err != nil {
				refused = append(refused, err.Error())
				continue
			}
			if cfg.Aliases == nil {
				cfg.Aliases = map[string]string{}
			}
			cfg.Aliases[one.Name] = expansion
			kept = append(kept, namedAlias{one.Name, expansion})
		}
		if len(kept) == 0 {
			return refusedAliases(refused)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, one := range kept {
		a.Streams.Printf("%s %s now stands for: %s\n", a.Streams.PaletteErr().Good("✓"), a.Streams.PaletteErr().Command("apono "+one.Name), one.Expansion)
	}
	return refusedAliases(refused)
}

func refusedAliases(why []string) error {
	if len(why) == 0 {
		return nil
	}
	return &wizard.UsageError{Message: strings.Join(why, "; "), Run: "alias set --help"}
}

func (a *App) listAliasesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the aliases", Example: "  apono alias list", Args: noArgs}
	out := tableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		list, err := a.aliasList(cmd.Context())
		if err != nil {
			return err
		}
		empty := "No aliases. Keep a command under a name with: apono alias set NAME 'requests create …'"
		return a.printTable(out, list, empty, func() render.Table {
			t := render.Table{Columns: []string{"Name", "Expansion"}}
			for _, one := range list {
				t.Row(one.Name, one.Expansion)
				if isCommand(cmd.Root(), one.Name) {
					a.Streams.Printf("%s %s is a command now, so the alias of that name does nothing\n", a.Streams.PaletteErr().Waiting("!"), one.Name)
				}
			}
			return t
		})
	}
	return cmd
}

// aliasList is every alias, by name.
func (a *App) aliasList(ctx context.Context) ([]namedAlias, error) {
	cfg, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	list := []namedAlias{}
	for _, name := range slices.Sorted(maps.Keys(cfg.Aliases)) {
		list = append(list, namedAlias{name, cfg.Aliases[name]})
	}
	return list, nil
}

func (a *App) deleteAliasCommand() *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME...", Short: "Forget aliases", Example: "  apono alias delete oncall-db", Args: someArgs("the alias's name"),
		RunE: func(cmd *cobra.Command, names []string) error {
			err := a.logins().Store.Update(cmd.Context(), func(cfg *auth.Config) error {
				known := slices.Sorted(maps.Keys(cfg.Aliases))
				for _, name := range names {
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
			a.Streams.Printf("%s Forgotten: %s\n", a.Streams.PaletteErr().Good("✓"), strings.Join(names, ", "))
			return nil
		},
	}
}
