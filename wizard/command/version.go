package command

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"apono/render"
)

// Version identifies a build.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Date    string `json:"date"`
}

// BuildVersion fills the empty fields of released, which a release sets, from
// the binary's build information.
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

// versionOptions are those of apono version.
type versionOptions struct {
	streams *render.Streams
	version Version
	output  *output
}

func newVersionCmd(f *factory, runF func(context.Context, *versionOptions) error) *cobra.Command {
	o := &versionOptions{streams: f.streams, version: f.version}
	cmd := &cobra.Command{Use: "version", Short: "Print the version", Example: "  apono version -o json", Args: noArgs, GroupID: groupAccount}
	o.output = outputFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runOr(cmd.Context(), o, runF, runVersion) }
	return cmd
}

func runVersion(_ context.Context, o *versionOptions) error {
	return o.output.print(o.streams, o.version, func() error {
		o.streams.Fields([][2]render.Text{
			{"Version", clean(o.version.Version)},
			{"Commit", clean(o.version.Commit)},
			{"Date", clean(o.version.Date)},
			{"Platform", render.Text(runtime.GOOS + "/" + runtime.GOARCH)},
		})
		return nil
	})
}
