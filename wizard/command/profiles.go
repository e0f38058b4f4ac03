package command

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/auth/secrets"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/command/output"
)

func newProfilesCmd(f *factory) *cobra.Command {
	cmd := newGroupCmd("profiles", "Manage profiles", newProfilesListCmd(f, nil), newProfilesSetCmd(f, nil), newProfilesDeleteCmd(f, nil), newProfilesImportCmd(f, nil))
	cmd.Long = "Manage profiles. Each profile is a login to one account."
	cmd.Aliases = []string{"profile"}
	cmd.GroupID = groupAccount
	return cmd
}

// profilesListOptions are those of apono profiles list.
type profilesListOptions struct {
	streams *render.Streams
	config  func(context.Context) (*auth.Config, error)
	output  *output.Format
}

func newProfilesListCmd(f *factory, runF func(context.Context, *profilesListOptions) error) *cobra.Command {
	o := &profilesListOptions{streams: f.streams, config: f.config}
	cmd := &cobra.Command{Use: "list", Short: "List profiles", Example: "  apono profiles list", Args: noArgs}
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return runOr(cmd.Context(), o, runF, runProfilesList)
	}
	return cmd
}

func runProfilesList(ctx context.Context, o *profilesListOptions) error {
	cfg, err := o.config(ctx)
	if err != nil {
		return err
	}
	list := profileList(cfg)
	return o.output.PrintTable(o.streams, list, output.Empty{}, func() render.Table { return profilesTable(list) })
}

// profileRow is a profile as it is printed.
type profileRow struct {
	Name      string     `json:"name"`
	Current   bool       `json:"current"`
	Account   string     `json:"account"`
	User      string     `json:"user"`
	Email     string     `json:"email"`
	APIURL    string     `json:"api_url"`
	LoggedIn  bool       `json:"logged_in"`
	Secret    string     `json:"secret"`
	Kind      string     `json:"kind"`
	Expires   *time.Time `json:"expires"`
	Renewable bool       `json:"renewable"`
}

func profileList(cfg *auth.Config) []profileRow {
	rows := []profileRow{}
	for _, name := range cfg.Names() {
		p := cfg.Profiles[name]
		row := profileRow{
			Name: name, Current: cfg.Current == name, Account: p.AccountName, User: p.UserName, Email: p.UserEmail, APIURL: p.APIURL,
			LoggedIn: p.LoggedIn(), Secret: string(p.Secret), Kind: string(p.Kind), Renewable: p.Renewable,
		}
		if !p.Expiry.IsZero() {
			row.Expires = &p.Expiry
		}
		rows = append(rows, row)
	}
	for _, name := range auth.BuiltInProfiles() {
		rows = append(rows, profileRow{Name: name, Current: cfg.Current == name, Account: "built in", LoggedIn: true})
	}
	return rows
}

func profilesTable(rows []profileRow) render.Table {
	t := render.Table{Columns: render.Titles("Current", "Name", "Account", "User", "Secret", "Expires")}
	now := time.Now()
	for _, row := range rows {
		mark, user := "", row.User
		if row.Current {
			mark = "*"
		}
		if row.Email != "" {
			user = strings.TrimSpace(fmt.Sprintf("%s (%s)", row.User, row.Email))
		}
		t.Row(mark, row.Name, row.Account, user, row.Secret, expiry(row, now))
	}
	return t
}

func expiry(row profileRow, now time.Time) string {
	switch {
	case auth.IsBuiltIn(row.Name):
		return "never"
	case !row.LoggedIn:
		return "logged out"
	case row.Renewable:
		return "renews automatically"
	case row.Expires == nil:
		return "unknown"
	}
	return render.Ends(*row.Expires, now)
}

// profilesSetOptions are those of apono profiles set.
type profilesSetOptions struct {
	streams *render.Streams
	logins  func() *auth.Logins
	name    string
}

func newProfilesSetCmd(f *factory, runF func(context.Context, *profilesSetOptions) error) *cobra.Command {
	o := &profilesSetOptions{streams: f.streams, logins: f.logins}
	return &cobra.Command{
		Use: "set NAME", Short: "Switch to a profile", Example: "  apono profiles set sandbox", Args: exactArgs("the name of the profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.name = args[0]
			return runOr(cmd.Context(), o, runF, runProfilesSet)
		},
	}
}

func runProfilesSet(ctx context.Context, o *profilesSetOptions) error {
	if err := o.logins().Use(ctx, o.name); err != nil {
		return err
	}
	o.streams.Done("The current profile is %s", o.name)
	return nil
}

// removeLoginOptions are those of apono logout and of apono profiles delete.
type removeLoginOptions struct {
	streams  *render.Streams
	logins   func() *auth.Logins
	cacheDir func(profile string) string // of the profile's catalogs
	name     string                      // of the profile; "" for the current one
}

func newProfilesDeleteCmd(f *factory, runF func(context.Context, *removeLoginOptions) error) *cobra.Command {
	o := &removeLoginOptions{streams: f.streams, logins: f.logins, cacheDir: f.catalogDir}
	return &cobra.Command{
		Use: "delete NAME", Short: "Log out and delete a profile", Example: "  apono profiles delete work", Args: exactArgs("the name of the profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.name = args[0]
			return runOr(cmd.Context(), o, runF, runProfilesDelete)
		},
	}
}

func runProfilesDelete(ctx context.Context, o *removeLoginOptions) error {
	gone, err := o.logins().Delete(ctx, o.name)
	if err != nil {
		return err
	}
	if err := catalog.ForgetAll(o.cacheDir(gone.Name)); err != nil {
		return err
	}
	o.streams.Done("Deleted profile %s and its login", gone.Name)
	return nil
}

func newLogoutCmd(f *factory, runF func(context.Context, *removeLoginOptions) error) *cobra.Command {
	o := &removeLoginOptions{streams: f.streams, logins: f.logins, cacheDir: f.catalogDir}
	return &cobra.Command{
		Use: "logout [NAME]", Short: "Log out of a profile", Long: "Log out of a profile and delete its stored login. The default is the current\nprofile.",
		Example: "  apono logout work", GroupID: groupAccount, Args: atMostOneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.name = cmp.Or(append(args, f.flags.profile, f.getenv(auth.ProfileVariable))...)
			return runOr(cmd.Context(), o, runF, runLogout)
		},
	}
}

func runLogout(ctx context.Context, o *removeLoginOptions) error {
	before, err := o.logins().Logout(ctx, o.name)
	if err != nil {
		return err
	}
	if err := catalog.ForgetAll(o.cacheDir(before.Name)); err != nil {
		return err
	}
	if !before.LoggedIn() {
		o.streams.Printf("You were not logged in to %s\n", before.Name)
		return nil
	}
	o.streams.Done("Logged out of %s", before.Name)
	return nil
}

// profilesImportOptions are those of apono profiles import.
type profilesImportOptions struct {
	streams  *render.Streams
	logins   func() *auth.Logins
	insecure bool
}

func newProfilesImportCmd(f *factory, runF func(context.Context, *profilesImportOptions) error) *cobra.Command {
	o := &profilesImportOptions{streams: f.streams, logins: f.logins}
	cmd := &cobra.Command{Use: "import", Short: "Import the logins of the official tool", Example: "  apono profiles import", Args: noArgs}
	cmd.Flags().BoolVar(&o.insecure, "insecure-storage", false, "Store the logins in files instead of the keyring")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return runOr(cmd.Context(), o, runF, runProfilesImport)
	}
	return cmd
}

func runProfilesImport(ctx context.Context, o *profilesImportOptions) error {
	path, err := auth.LegacyPath()
	if err != nil {
		return err
	}
	old, err := auth.ReadLegacy(path)
	if err != nil {
		return err
	}
	if old == nil {
		o.streams.Printf("No logins of the official tool found (%s)\n", path)
		return nil
	}
	return importLogins(ctx, o.streams, o.logins(), old, tokenPlace(o.insecure))
}

// importLogins imports the official tool's logins. The official tool's file
// keeps them too, and a notice says so.
func importLogins(ctx context.Context, s *render.Streams, logins *auth.Logins, old *auth.Legacy, place secrets.Place) error {
	imported, err := logins.Import(ctx, old, place)
	if err != nil {
		return err
	}
	colors := s.PaletteErr()
	for _, one := range imported {
		switch {
		case one.Err != nil:
			s.Printf("%s %s: %s\n", colors.Bad("✗"), one.OldName, one.Err)
		case one.Exists:
			s.Warn("Skipped %s: you already have a profile with this name", one.Profile.Name)
		default:
			s.Done("Imported %s", one.Profile.Name)
			printStored(s, one.Profile.Name, one.Stored)
		}
	}
	for _, name := range old.Unreadable {
		s.Warn("Skipped %s: its login cannot be read", name)
	}
	s.Warn("The official tool's file still contains these logins in plain text:")
	s.Printf("  %s\n", old.Path)
	s.Printf("  A login stops working in one tool when the other one renews it. Once you no longer need the official tool, delete the file:\n  %s\n", colors.Command(removeCommand(old.Path)))
	return nil
}

// removeCommand returns the shell command that deletes a file.
func removeCommand(path string) string {
	shell := render.ShellFor(runtime.GOOS)
	if shell == render.PowerShell {
		return "Remove-Item " + shell.Quote(path)
	}
	return "rm " + shell.Quote(path)
}

func legacyNames(old *auth.Legacy) string {
	var names []string
	for _, l := range old.Logins {
		names = append(names, l.OldName)
	}
	return strings.Join(names, ", ")
}
