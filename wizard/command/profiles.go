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
	"apono/wizard"
)

func (a *App) profilesCommand() *cobra.Command {
	cmd := group("profiles", "List and choose logins", a.listProfilesCommand(), a.setProfileCommand(), a.deleteProfileCommand(), a.importCommand())
	cmd.Aliases = []string{"profile"}
	cmd.GroupID = groupAccount
	return cmd
}

func (a *App) listProfilesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the profiles", Example: "  apono profiles list", Args: noArgs}
	out := tableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := a.config(cmd.Context())
		if err != nil {
			return err
		}
		list := profileList(cfg)
		return a.printTable(out, list, "", func() render.Table { return profilesTable(list) })
	}
	return cmd
}

// profileRow is what is printed of a profile, as data.
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
	return append(rows, profileRow{Name: auth.SandboxProfile, Current: cfg.Current == auth.SandboxProfile, Account: "built in", LoggedIn: true})
}

func profilesTable(rows []profileRow) render.Table {
	t := render.Table{Columns: []string{"Current", "Name", "Account", "User", "Secret", "Expires"}}
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
	case row.Name == auth.SandboxProfile:
		return "never"
	case !row.LoggedIn:
		return "logged out"
	case row.Renewable:
		return "renews itself"
	case row.Expires == nil:
		return "unknown"
	}
	return render.RelativeTime(*row.Expires, now)
}

func (a *App) setProfileCommand() *cobra.Command {
	return &cobra.Command{
		Use: "set NAME", Short: "Make a profile the current one", Example: "  apono profiles set sandbox", Args: exactArgs("the profile's name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.logins().Use(cmd.Context(), args[0]); err != nil {
				return err
			}
			a.Streams.Printf("%s The current profile is %s\n", a.Streams.PaletteErr().Good("✓"), args[0])
			return nil
		},
	}
}

func (a *App) deleteProfileCommand() *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Log out of a profile, and forget it", Example: "  apono profiles delete work", Args: exactArgs("the profile's name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			gone, err := a.logins().Delete(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := wizard.ForgetAll(a.recallDir(gone.Name)); err != nil {
				return err
			}
			a.Streams.Printf("%s The profile %s is deleted, and its login with it\n", a.Streams.PaletteErr().Good("✓"), gone.Name)
			return nil
		},
	}
}

func (a *App) logoutCommand() *cobra.Command {
	return &cobra.Command{
		Use: "logout [NAME]", Short: "Log out, and remove the login for good", Example: "  apono logout work", GroupID: groupAccount, Args: atMostOneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			name := cmp.Or(append(args, a.flags.profile, a.getenv(auth.ProfileVariable))...)
			before, err := a.logins().Logout(cmd.Context(), name)
			if err != nil {
				return err
			}
			if err := wizard.ForgetAll(a.recallDir(before.Name)); err != nil {
				return err
			}
			if !before.LoggedIn() {
				a.Streams.Printf("%s was not logged in\n", before.Name)
				return nil
			}
			a.Streams.Printf("%s You are logged out of %s, and its login is removed\n", a.Streams.PaletteErr().Good("✓"), before.Name)
			return nil
		},
	}
}

func (a *App) importCommand() *cobra.Command {
	var insecure bool
	cmd := &cobra.Command{Use: "import", Short: "Take over the logins of the official tool", Example: "  apono profiles import", Args: noArgs}
	cmd.Flags().BoolVar(&insecure, "insecure-storage", false, "Keep the logins in files rather than in the keyring")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		path, err := auth.LegacyPath()
		if err != nil {
			return err
		}
		old, err := auth.ReadLegacy(path)
		if err != nil {
			return err
		}
		if old == nil {
			a.Streams.Printf("The official tool has no logins here (%s)\n", path)
			return nil
		}
		place := secrets.PlaceKeyring
		if insecure {
			place = secrets.PlaceFile
		}
		return a.importLogins(cmd.Context(), old, place)
	}
	return cmd
}

// importLogins takes the official tool's logins over, and says that its file
// still holds them.
func (a *App) importLogins(ctx context.Context, old *auth.Legacy, place secrets.Place) error {
	imported, err := a.logins().Import(ctx, old, place)
	if err != nil {
		return err
	}
	s, colors := a.Streams, a.Streams.PaletteErr()
	for _, one := range imported {
		switch {
		case one.Err != nil:
			s.Printf("%s %s: %s\n", colors.Bad("✗"), one.OldName, one.Err)
		case one.Exists:
			s.Printf("%s %s is there already, and was kept\n", colors.Waiting("!"), one.Profile.Name)
		default:
			s.Printf("%s %s is imported\n", colors.Good("✓"), one.Profile.Name)
			a.tellStored(one.Profile.Name, one.Stored)
		}
	}
	for _, name := range old.Unreadable {
		s.Printf("%s %s has no login that can be read\n", colors.Waiting("!"), name)
	}
	s.Printf("%s The official tool's file still holds these logins, as plain text:\n  %s\n", colors.Bold("NOTICE"), old.Path)
	s.Printf("  Whichever tool renews a login first keeps it. When you are done with the other one, remove its file:\n  %s\n", colors.Command(render.ShellFor(runtime.GOOS).RemoveCommand(old.Path)))
	return nil
}

func legacyNames(old *auth.Legacy) string {
	var names []string
	for _, l := range old.Logins {
		names = append(names, l.OldName)
	}
	return strings.Join(names, ", ")
}

func (a *App) configCommand() *cobra.Command {
	var keys []string
	for _, s := range auth.Settings() {
		keys = append(keys, s.Key+" ("+strings.Join(s.Accepted, "|")+")")
	}
	get := &cobra.Command{
		Use: "get KEY", Short: "Print a setting", Example: "  apono config get " + auth.SettingFeatureAnnouncements, Args: exactArgs("the setting's key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.config(cmd.Context())
			if err != nil {
				return err
			}
			value, err := cfg.Get(args[0])
			if err == nil {
				fmt.Fprintln(a.Streams.Out, value)
			}
			return err
		},
	}
	set := &cobra.Command{
		Use: "set KEY VALUE", Short: "Change a setting", Example: "  apono config set " + auth.SettingFeatureAnnouncements + " false", Args: exactArgs("the setting's key", "its value"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.logins().Store.Update(cmd.Context(), func(cfg *auth.Config) error { return cfg.Set(args[0], args[1]) })
		},
	}
	cmd := group("config", "Print and change settings", get, set)
	cmd.Long = "Print and change settings:\n\n  " + strings.Join(keys, "\n  ")
	cmd.GroupID = groupAccount
	return cmd
}
