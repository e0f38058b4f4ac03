package command

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
	"apono/wizard/command/complete"
)

// completionOptions are those of apono completion.
type completionOptions struct {
	streams *render.Streams
	getenv  func(string) string

	shell          string
	detectShell    bool // no shell was named: use the user's own
	install        bool
	uninstall      bool
	noDescriptions bool
}

func newCompletionCmd(f *factory, runF func(context.Context, *completionOptions) error) *cobra.Command {
	o := &completionOptions{streams: f.streams, getenv: f.getenv}
	cmd := &cobra.Command{
		Use:   "completion [" + strings.Join(complete.ShellNames(), "|") + "]",
		Short: "Complete commands, flags and values with Tab",
		Long: `Print the completion script for a shell, or install it where the shell looks
for it. Without an argument, the shell is yours ($SHELL).

Tab completes commands, flags and their values: integrations, resources,
permissions, bundles, requests, accesses and profiles.`,
		Example: `  apono completion --install
  apono completion zsh --uninstall
  source <(apono completion bash)`,
		GroupID:   groupAccount,
		Args:      atMostOneArg,
		ValidArgs: complete.ShellNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.detectShell = len(args) == 0
			if !o.detectShell {
				o.shell = args[0]
			}
			return runOr(cmd.Context(), o, runF, runCompletion)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.install, "install", false, "Install the script where the shell looks for it")
	flags.BoolVar(&o.uninstall, "uninstall", false, "Remove what --install has installed")
	flags.BoolVar(&o.noDescriptions, "no-descriptions", false, "Offer values without descriptions")
	return cmd
}

func runCompletion(ctx context.Context, o *completionOptions) error {
	shell, err := o.selectShell()
	if err != nil {
		return err
	}
	if o.install && o.uninstall {
		return &wizard.UsageError{Message: "--install and --uninstall cannot be used together", Hint: "Use one of them"}
	}
	if !o.install && !o.uninstall {
		fmt.Fprint(o.streams.Out, shell.Script(!o.noDescriptions))
		return nil
	}
	installer, err := complete.NewInstaller(o.streams, o.getenv)
	if err != nil {
		return err
	}
	if o.uninstall {
		return installer.Uninstall(ctx, shell)
	}
	return installer.Install(ctx, shell, !o.noDescriptions)
}

func (o *completionOptions) selectShell() (complete.Shell, error) {
	if o.detectShell {
		return complete.DetectShell(o.getenv, runtime.GOOS)
	}
	return complete.ShellNamed(o.shell)
}
