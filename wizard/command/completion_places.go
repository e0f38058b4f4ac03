package command

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"apono/render"
)

// bash loads completions from this folder by means of the package
// bash-completion, when it is there.
func (in *installer) bash() installed {
	p := installed{script: filepath.Join(in.folder("XDG_DATA_HOME", ".local/share"), "bash-completion", "completions", "apono")}
	line := "source " + render.POSIX.Quote(p.script)
	p.then = "Open a new shell, and press Tab. If that does nothing, add this line to ~/.bashrc:\n    " + line
	if !slices.ContainsFunc(bashCompletionFiles(), in.exists) {
		p.then = "The package bash-completion, which would load it, is not installed. Add this line to ~/.bashrc, and open a new shell:\n    " + line
	}
	return p
}

// bashCompletionFiles are where systems keep the package.
func bashCompletionFiles() []string {
	return []string{
		"/usr/share/bash-completion/bash_completion",
		"/usr/local/share/bash-completion/bash_completion",
		"/opt/homebrew/etc/profile.d/bash_completion.sh",
		"/usr/local/etc/profile.d/bash_completion.sh",
		"/opt/local/share/bash-completion/bash_completion",
		"/run/current-system/sw/share/bash-completion/bash_completion",
		"/etc/bash_completion",
	}
}

// zshProbe stands before what the shell is asked for: the person's own
// configuration may print something first.
const zshProbe = "apono-asks"

// zsh looks in the folders of $fpath, where its completion system is on. One of
// these will do, if the person can write to it. Otherwise it gets a folder of
// its own and the lines in .zshrc that make it known.
func (in *installer) zsh(ctx context.Context) installed {
	own := filepath.Join(in.home, ".zfunc")
	config, on, fpath := in.askZsh(ctx)
	p := installed{rc: filepath.Join(config, ".zshrc"), script: filepath.Join(own, "_apono")}
	p.block = []string{
		`fpath=("$HOME/.zfunc" $fpath)`,
		`(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }`,
		`(( $+functions[compdef] )) && { autoload -Uz _apono && compdef _apono apono }`,
	}
	for _, folder := range fpath {
		if folder != own && isForOthers(folder) && isWritable(folder) {
			p.scripts = append(p.scripts, filepath.Join(folder, "_apono"))
		}
	}
	text, _ := readText(p.rc)
	if on && len(p.scripts) > 0 && !strings.Contains(text, blockStart) {
		p.rc, p.script, p.scripts = "", p.scripts[0], append(p.scripts[1:], p.script)
	}
	return p
}

// isForOthers says whether a folder is meant for completions from everywhere,
// rather than for those of one plugin.
func isForOthers(folder string) bool {
	return slices.Contains([]string{"site-functions", "completions", "completion", ".zfunc", "zfunc"}, filepath.Base(folder))
}

// askZsh returns the folder of .zshrc, whether the completion system is on, and
// $fpath, the person's own folders first.
func (in *installer) askZsh(ctx context.Context) (config string, on bool, fpath []string) {
	config = in.folder("ZDOTDIR", "")
	text, err := in.ask(ctx, "zsh", "-i", "-c", `print -rl -- "" `+zshProbe+` "${ZDOTDIR:-$HOME}" ${+functions[compdef]} $fpath`)
	_, answer, found := strings.Cut(text, zshProbe+"\n")
	lines := strings.Split(strings.TrimSpace(answer), "\n")
	if err != nil || !found || len(lines) < 2 {
		return config, false, nil
	}
	fpath = lines[2:]
	slices.SortStableFunc(fpath, func(a, b string) int { return in.foreign(a) - in.foreign(b) })
	return lines[0], lines[1] == "1", fpath
}

func (in *installer) foreign(folder string) int {
	if strings.HasPrefix(folder, in.home+string(filepath.Separator)) {
		return 0
	}
	return 1
}

// powershell has no folder for completions: its profile loads them. Windows may
// have two of it, with a profile each.
func (in *installer) powershell(ctx context.Context, bare bool) []installed {
	line := "apono completion powershell"
	if bare {
		line += " --no-descriptions"
	}
	block := []string{"if (Get-Command apono -ErrorAction SilentlyContinue) { " + line + " | Out-String | Invoke-Expression }"}
	var places []installed
	for _, program := range []string{"pwsh", "powershell"} {
		text, err := in.ask(ctx, program, "-NoProfile", "-NonInteractive", "-Command", "$PROFILE")
		if path := strings.TrimSpace(text); err == nil && filepath.IsAbs(path) {
			places = append(places, installed{rc: path, block: block})
		}
	}
	if places == nil {
		folder := filepath.Join(in.folder("XDG_CONFIG_HOME", ".config"), "powershell")
		if in.goos == "windows" {
			folder = filepath.Join(in.home, "Documents", "PowerShell")
		}
		places = []installed{{rc: filepath.Join(folder, "Microsoft.PowerShell_profile.ps1"), block: block}}
	}
	return places
}
