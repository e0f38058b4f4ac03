package command

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"apono/render"
)

// Version is which build this is.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Date    string `json:"date"`
}

// BuildVersion is the version as the release set it, or else as the build's own
// information has it.
func BuildVersion(released Version) Version {
	v := released
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if v.Version == "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && v.Commit == "":
			v.Commit = s.Value
		case s.Key == "vcs.time" && v.Date == "":
			v.Date = s.Value
		}
	}
	return v
}

func (a *App) versionCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "version", Short: "Print the version", Example: "  apono version -o json", Args: noArgs, GroupID: groupAccount}
	out := outputFlags(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		return a.print(out, a.Version, func() error {
			a.Streams.Fields([][2]render.Text{
				{"Version", clean(a.Version.Version)},
				{"Commit", clean(a.Version.Commit)},
				{"Date", clean(a.Version.Date)},
				{"Platform", render.Text(runtime.GOOS + "/" + runtime.GOARCH)},
			})
			return nil
		})
	}
	return cmd
}
