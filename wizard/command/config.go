package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/render"
	"apono/wizard/command/output"
)

func newConfigCmd(f *factory) *cobra.Command {
	var keys []string
	for _, s := range auth.Settings() {
		keys = append(keys, s.Key+" ("+strings.Join(s.Accepted, "|")+")")
	}
	cmd := newGroupCmd("config", "Print and change settings", newConfigGetCmd(f, nil), newConfigSetCmd(f, nil), newConfigListCmd(f, nil))
	cmd.Long = "Print and change settings:\n\n  " + strings.Join(keys, "\n  ")
	cmd.GroupID = groupAccount
	return cmd
}

// configGetOptions are those of apono config get.
type configGetOptions struct {
	streams *render.Streams
	config  func(context.Context) (*auth.Config, error)
	key     string
}

func newConfigGetCmd(f *factory, runF func(context.Context, *configGetOptions) error) *cobra.Command {
	o := &configGetOptions{streams: f.streams, config: f.config}
	return &cobra.Command{
		Use: "get KEY", Short: "Print a setting", Example: "  apono config get " + auth.SettingFeatureAnnouncements, Args: exactArgs("the setting's key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.key = args[0]
			return runOr(cmd.Context(), o, runF, runConfigGet)
		},
	}
}

func runConfigGet(ctx context.Context, o *configGetOptions) error {
	cfg, err := o.config(ctx)
	if err != nil {
		return err
	}
	value, err := cfg.Get(o.key)
	if err == nil {
		fmt.Fprintln(o.streams.Out, value)
	}
	return err
}

// configSetOptions are those of apono config set.
type configSetOptions struct {
	streams    *render.Streams
	logins     func() *auth.Logins
	key, value string
}

func newConfigSetCmd(f *factory, runF func(context.Context, *configSetOptions) error) *cobra.Command {
	o := &configSetOptions{streams: f.streams, logins: f.logins}
	return &cobra.Command{
		Use: "set KEY VALUE", Short: "Change a setting", Example: "  apono config set " + auth.SettingFeatureAnnouncements + " false", Args: exactArgs("the setting's key", "its value"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.key, o.value = args[0], args[1]
			return runOr(cmd.Context(), o, runF, runConfigSet)
		},
	}
}

func runConfigSet(ctx context.Context, o *configSetOptions) error {
	value := ""
	err := o.logins().Store.Update(ctx, func(cfg *auth.Config) (err error) {
		if err = cfg.Set(o.key, o.value); err == nil {
			value, err = cfg.Get(o.key)
		}
		return err
	})
	if err == nil {
		o.streams.Done("%s is %s", o.key, value)
	}
	return err
}

// configListOptions are those of apono config list.
type configListOptions struct {
	streams *render.Streams
	config  func(context.Context) (*auth.Config, error)
	output  *output.Format
}

func newConfigListCmd(f *factory, runF func(context.Context, *configListOptions) error) *cobra.Command {
	o := &configListOptions{streams: f.streams, config: f.config}
	cmd := &cobra.Command{Use: "list", Short: "List settings", Example: "  apono config list", Args: noArgs}
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return runOr(cmd.Context(), o, runF, runConfigList)
	}
	return cmd
}

// settingRow is a setting as it is printed.
type settingRow struct {
	Key      string   `json:"key"`
	Meaning  string   `json:"meaning"`
	Default  string   `json:"default"`
	Value    string   `json:"value"`
	Accepted []string `json:"accepted"`
}

func runConfigList(ctx context.Context, o *configListOptions) error {
	cfg, err := o.config(ctx)
	if err != nil {
		return err
	}
	rows := []settingRow{}
	for _, s := range auth.Settings() {
		value, err := cfg.Get(s.Key)
		if err != nil {
			return err
		}
		rows = append(rows, settingRow{s.Key, s.Meaning, s.Default, value, s.Accepted})
	}
	return o.output.PrintTable(o.streams, rows, output.Empty{}, func() render.Table {
		t := render.Table{Columns: []render.Column{{Title: "Key", Whole: true}, {Title: "Meaning", Sentence: true}, {Title: "Default"}, {Title: "Value"}}, Records: [][]string{{"Key", "Value"}, {"Meaning"}}}
		for _, row := range rows {
			t.Row(row.Key, row.Meaning, row.Default, row.Value)
		}
		return t
	})
}
