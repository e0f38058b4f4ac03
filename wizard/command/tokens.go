package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/output"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

func newTokensCmd(f *factory) *cobra.Command {
	cmd := newGroupCmd("tokens", "List, create and delete your personal tokens", newTokensListCmd(f, nil), newTokensCreateCmd(f, nil), newTokensDeleteCmd(f, nil))
	cmd.Long = `List, create and delete your personal tokens. A script logs in with one, because
nobody is there to use a browser.`
	cmd.GroupID = groupAccount
	return cmd
}

// tokensOptions are those of the commands for personal tokens.
type tokensOptions struct {
	streams  *render.Streams
	connect  func(context.Context) (*service, error)
	prompter func() prompt.Prompter

	name    string
	expires time.Time // zero means never
	names   []string  // of tokens to delete, or their IDs
	yes     bool
	output  *output.Format
}

func newTokensOptions(f *factory) *tokensOptions {
	return &tokensOptions{streams: f.streams, connect: f.connect, prompter: f.prompter}
}

func newTokensListCmd(f *factory, runF func(context.Context, *tokensOptions) error) *cobra.Command {
	o := newTokensOptions(f)
	cmd := &cobra.Command{Use: "list", Short: "List your personal tokens", Example: "  apono tokens list --profile sandbox", Args: noArgs}
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runOr(cmd.Context(), o, runF, runTokensList) }
	return cmd
}

func runTokensList(ctx context.Context, o *tokensOptions) error {
	s, list, err := o.load(ctx)
	if err != nil {
		return err
	}
	empty := output.Empty{Message: "No personal tokens yet", Advice: "Create one", Command: s.commandLine("tokens", "create", "NAME")}
	return o.output.PrintTable(o.streams, list, empty, func() render.Table { return output.TokensTable(o.streams, list, time.Now()) })
}

// load connects, and fetches the personal tokens.
func (o *tokensOptions) load(ctx context.Context) (*service, []client.PersonalToken, error) {
	s, err := o.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	progress := o.streams.Progress("Loading personal tokens", progressDelay)
	defer progress.Stop()
	list, err := s.client.PersonalTokens(ctx)
	return s, list, err
}

func newTokensCreateCmd(f *factory, runF func(context.Context, *tokensOptions) error) *cobra.Command {
	o := newTokensOptions(f)
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Create a personal token and print its secret",
		Long: `Create a personal token and print its secret, which is shown only once. Only the
secret goes to stdout, so that a script can keep it.`,
		Example: `  apono tokens create ci --expires 30d --profile sandbox
  apono tokens create tonight --expires "until tomorrow 6:00" --profile sandbox`,
		Args: exactArgs("the name of the token"),
	}
	var expires string
	cmd.Flags().StringVar(&expires, "expires", "", "How long the token works: a `duration` such as 30d, 12h or \"until 18:00\" (default: until it is deleted)")
	o.output = output.Flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if o.name = strings.TrimSpace(args[0]); o.name == "" {
			return usageError(cmd, "the name of the token must not be empty")
		}
		if cmd.Flags().Changed("expires") {
			if o.expires, err = parseExpiry(expires, time.Now()); err != nil {
				return err
			}
		}
		return runOr(cmd.Context(), o, runF, runTokensCreate)
	}
	return cmd
}

// parseExpiry returns when a token that works for a duration from now expires.
func parseExpiry(text string, now time.Time) (time.Time, error) {
	d, err := wizard.ParseDuration(text, now)
	if err != nil {
		return time.Time{}, &wizard.UsageError{Message: fmt.Sprintf("--expires %q: %v", text, err), Hint: "Use 30d, for example, or 12h"}
	}
	return now.Add(d), nil
}

func runTokensCreate(ctx context.Context, o *tokensOptions) error {
	s, before, err := o.load(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(before, func(t client.PersonalToken) bool { return t.Name == o.name }) {
		o.streams.Warn("You already have a personal token named %s", o.name)
	}
	progress := o.streams.Progress("Creating the token", progressDelay)
	created, err := s.client.CreatePersonalToken(ctx, o.name, o.expires)
	progress.Stop()
	if err != nil {
		return lostToken(ctx, s.client, o.name, before, err)
	}
	o.streams.Done("Created the personal token %s (%s), which %s", created.Name, created.ID, expiryText(created.Expires, time.Now()))
	o.streams.Warn("This secret is shown only once")
	o.streams.Advise("To make it invalid", s.commandLine("tokens", "delete", created.ID))
	return o.output.Print(o.streams, created, func() error {
		_, err := fmt.Fprintln(o.streams.Out, created.Token)
		return err
	})
}

// expiryText completes "a token that …".
func expiryText(at *client.Instant, now time.Time) string {
	if at == nil {
		return "does not expire"
	}
	return "expires " + render.Until(at.Time(), now)
}

// lostTimeout is how long to look for a token whose creation or deletion had no answer.
const lostTimeout = 10 * time.Second

// lostToken returns the error of a creation that failed with err. If its answer was lost,
// nobody knows the secret, so the error reports whether there is a token to delete. before are the
// tokens that were there.
func lostToken(ctx context.Context, api *client.Client, name string, before []client.PersonalToken, err error) error {
	var e *client.Error
	canceled := ctx.Err() != nil && !errors.As(err, &e)
	if !canceled && !client.MayHaveSucceeded(err) {
		return err
	}
	unclear := &wizard.UnclearError{What: fmt.Sprintf("the personal token %q was created", name), Check: "tokens list", Err: err}
	looking, cancel := context.WithTimeout(context.WithoutCancel(ctx), lostTimeout)
	defer cancel()
	now, lookErr := api.PersonalTokens(looking)
	if lookErr != nil {
		return unclear
	}
	unclear.Found = "There is no new token with this name"
	for _, t := range now {
		if t.Name == name && !slices.ContainsFunc(before, func(b client.PersonalToken) bool { return b.ID == t.ID }) {
			unclear.Found = "It was, but its secret is lost"
			unclear.Check = render.QuoteArguments("tokens", "delete", t.ID)
		}
	}
	return unclear
}

func newTokensDeleteCmd(f *factory, runF func(context.Context, *tokensOptions) error) *cobra.Command {
	o := newTokensOptions(f)
	cmd := &cobra.Command{
		Use: "delete ID...", Short: "Delete personal tokens, which then no longer work", Example: "  apono tokens delete old -y --profile sandbox",
		Long: "Delete personal tokens, by ID or name. What uses one cannot log in any more.",
		Args: atLeastArgs("the ID of a token"),
	}
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "Do not ask for confirmation")
	cmd.RunE = func(cmd *cobra.Command, names []string) error {
		o.names = names
		return runOr(cmd.Context(), o, runF, runTokensDelete)
	}
	return cmd
}

func runTokensDelete(ctx context.Context, o *tokensOptions) error {
	prompter := o.prompter()
	if !o.yes && prompter == nil {
		return &wizard.MissingError{Flags: []string{"--yes"}, NoTerminal: true}
	}
	s, list, err := o.load(ctx)
	if err != nil {
		return err
	}
	tokens, err := tokensNamed(o.names, list)
	if err != nil {
		return err
	}
	if !o.yes {
		yes, err := prompter.Confirm(ctx, deleteQuestion(tokens), false)
		if err != nil {
			return err
		}
		if !yes {
			return prompt.ErrCanceled
		}
	}
	for _, t := range tokens {
		if err := deleteToken(ctx, o.streams, s.client, t); err != nil {
			return err
		}
	}
	return nil
}

// tokensNamed returns the tokens with these IDs or names, each once.
func tokensNamed(names []string, list []client.PersonalToken) ([]client.PersonalToken, error) {
	var found []client.PersonalToken
	for _, name := range names {
		t, err := kind.Match("personal token", name, "tokens list", list, func(t client.PersonalToken) string { return t.ID }, func(t client.PersonalToken) []string { return []string{t.ID, t.Name} })
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(found, func(f client.PersonalToken) bool { return f.ID == t.ID }) {
			found = append(found, t)
		}
	}
	return found, nil
}

func deleteQuestion(tokens []client.PersonalToken) string {
	if len(tokens) == 1 {
		return fmt.Sprintf("Delete the personal token %s? What uses it can no longer log in", render.Clean(tokens[0].Name))
	}
	var names []string
	for _, t := range tokens {
		names = append(names, render.Clean(t.Name))
	}
	return fmt.Sprintf("Delete %d personal tokens (%s)? What uses them can no longer log in", len(tokens), strings.Join(names, ", "))
}

// deleteToken deletes a token. If the answer is lost, it checks whether the token is gone.
func deleteToken(ctx context.Context, s *render.Streams, api *client.Client, t client.PersonalToken) error {
	progress := s.Progress("Deleting the token", progressDelay)
	err := api.DeletePersonalToken(ctx, t.ID)
	progress.Stop()
	if err != nil {
		gone, unclear := isDeleted(ctx, api, t, err)
		if !gone {
			return unclear
		}
		s.Warn("The answer was lost, but the token is gone")
	}
	s.Done("Deleted the personal token %s (%s)", t.Name, t.ID)
	return nil
}

// isDeleted reports whether a token is gone after a deletion failed with err, and returns
// the error if that is not known.
func isDeleted(ctx context.Context, api *client.Client, t client.PersonalToken, err error) (bool, error) {
	if ctx.Err() == nil && !client.MayHaveSucceeded(err) {
		return false, err
	}
	unclear := &wizard.UnclearError{What: "the token " + t.ID + " is deleted", Check: "tokens list", Err: err}
	if ctx.Err() != nil {
		return false, unclear
	}
	looking, cancel := context.WithTimeout(ctx, lostTimeout)
	defer cancel()
	list, lookErr := api.PersonalTokens(looking)
	if lookErr != nil {
		return false, unclear
	}
	if slices.ContainsFunc(list, func(now client.PersonalToken) bool { return now.ID == t.ID }) {
		unclear.Found = "The token is still there"
		return false, unclear
	}
	return true, nil
}
