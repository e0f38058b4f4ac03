package command

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/render"
	"apono/wizard/command/alias"
	"apono/wizard/kind"
)

// aliasRenameOptions are those of apono alias rename.
type aliasRenameOptions struct {
	streams  *render.Streams
	logins   func() *auth.Logins
	root     *cobra.Command // the commands whose names an alias cannot have
	from, to string
}

func newAliasRenameCmd(f *factory, runF func(context.Context, *aliasRenameOptions) error) *cobra.Command {
	o := &aliasRenameOptions{streams: f.streams, logins: f.logins}
	return &cobra.Command{
		Use: "rename NAME NEW-NAME", Short: "Rename an alias", Example: "  apono alias rename oncall-db oncall", Args: exactArgs("the name of the alias", "its new name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.root, o.from, o.to = cmd.Root(), args[0], args[1]
			return runOr(cmd.Context(), o, runF, runAliasRename)
		},
	}
}

func runAliasRename(ctx context.Context, o *aliasRenameOptions) error {
	err := o.logins().Store.Update(ctx, func(cfg *auth.Config) error {
		known := aliasNames(cfg)
		if !slices.Contains(known, o.from) {
			return &kind.MatchError{Kind: "alias", Value: o.from, Candidates: kind.Nearest(o.from, known), List: render.QuoteArguments("alias", "list")}
		}
		expansion, err := alias.Check(o.root, cfg.Aliases, alias.Alias{Name: o.to, Expansion: cfg.Aliases[o.from]}, false)
		if err != nil {
			return err
		}
		delete(cfg.Aliases, o.from)
		cfg.Aliases[o.to] = expansion
		return nil
	})
	if err == nil {
		o.streams.Done("Renamed alias %s to %s", o.from, o.to)
	}
	return err
}

// tellShadowed tells the user, once, that the command they ran has the name of one of
// their aliases.
func (f *factory) tellShadowed(ctx context.Context, root *cobra.Command, args []string) {
	word, ok := alias.Command(root, args)
	if !ok || f.dirsErr != nil {
		return
	}
	shadowed := func(cfg *auth.Config) bool {
		_, isAlias := cfg.Aliases[word]
		return isAlias && !slices.Contains(cfg.ShadowedAliases, word)
	}
	store := f.logins().Store
	if cfg, err := store.Peek(); err != nil || !shadowed(cfg) {
		return
	}
	err := store.Update(ctx, func(cfg *auth.Config) error {
		if shadowed(cfg) {
			cfg.ShadowedAliases = append(cfg.ShadowedAliases, word)
		}
		return nil
	})
	if err != nil {
		return // tell it when that can be noted
	}
	f.streams.Warn("Your alias %s is not used: it is the name of a command now", word)
	f.streams.Advise("Rename it", render.CommandLine{}.Join("alias", "rename", word, "my-"+word))
}
