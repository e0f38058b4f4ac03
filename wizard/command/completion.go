package command

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
)

// shellNames are the shells that have a completion.
func shellNames() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// completionScript is what a shell reads; bare leaves descriptions out.
func completionScript(shell string, bare bool) string {
	scripts := map[string][2]string{
		"bash":       {bashScript, requestBash},
		"zsh":        {zshScript, requestZsh},
		"fish":       {fishScript, requestFish},
		"powershell": {powershellScript, requestPowerShell},
	}
	script, request := scripts[shell][0], scripts[shell][1]
	if bare {
		request += noAbout
	}
	return strings.Replace(script, "REQUEST", request, 1)
}

func newCompletionCmd(f *factory) *cobra.Command {
	var install, uninstall, bare bool
	cmd := &cobra.Command{
		Use:   "completion [bash|zsh|fish|powershell]",
		Short: "Complete commands, flags and values with Tab",
		Long: `Print the completion for a shell, or put it where that shell looks for it.
Without a shell, it is yours ($SHELL).

Tab completes commands, flags and their values: integrations, resources,
permissions, bundles, requests, accesses and profiles.`,
		Example: `  apono completion --install
  apono completion zsh --uninstall
  source <(apono completion bash)`,
		GroupID:   groupAccount,
		Args:      atMostOneArg,
		ValidArgs: shellNames(),
	}
	flags := cmd.Flags()
	flags.BoolVar(&install, "install", false, "Put it where the shell looks for it")
	flags.BoolVar(&uninstall, "uninstall", false, "Take away what --install has put there")
	flags.BoolVar(&bare, "no-descriptions", false, "Offer values without saying what they are")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		shell, err := shellOf(f.getenv, args)
		if err != nil {
			return err
		}
		if install && uninstall {
			return &wizard.UsageError{Message: "--install and --uninstall exclude each other", Hint: "Give one of them"}
		}
		script := completionScript(shell, bare)
		if !install && !uninstall {
			fmt.Fprint(f.streams.Out, script)
			return nil
		}
		in, err := userInstaller(f.streams, f.getenv)
		switch {
		case err != nil:
			return err
		case install:
			return in.install(cmd.Context(), shell, script, bare)
		}
		return in.uninstall(cmd.Context(), shell)
	}
	return cmd
}

// shellOf is the shell that was named, or the person's own.
func shellOf(getenv func(string) string, args []string) (string, error) {
	if len(args) > 0 {
		if slices.Contains(shellNames(), args[0]) {
			return args[0], nil
		}
		return "", &wizard.UsageError{Message: fmt.Sprintf("there is no completion for %q", args[0]), Hint: "Use " + strings.Join(shellNames(), ", ")}
	}
	own := strings.TrimSuffix(filepath.Base(filepath.ToSlash(getenv("SHELL"))), ".exe")
	programs := map[string]string{"pwsh": "powershell"}
	for _, name := range shellNames() {
		programs[name] = name
	}
	if shell, ok := programs[own]; ok {
		return shell, nil
	}
	if own == "." && runtime.GOOS == "windows" {
		return "powershell", nil
	}
	known := strings.Join(slices.Sorted(maps.Keys(programs)), ", ")
	return "", &wizard.UsageError{Message: "SHELL does not say which shell you use: it is none of " + known, Hint: "Name it: apono completion bash --install"}
}

// userInstaller puts completions into the person's own folders.
func userInstaller(streams *render.Streams, getenv func(string) string) (*installer, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, fmt.Errorf("find your home: %w", err)
	}
	exists := func(path string) bool {
		_, err := os.Stat(path)
		return err == nil
	}
	return &installer{streams: streams, getenv: getenv, home: home, ask: askShell, exists: exists, goos: runtime.GOOS}, nil
}
