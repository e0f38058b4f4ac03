package complete

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"apono/render"
)

func zsh() Shell {
	return Shell{
		Shell: render.Zsh, request: "__complete-zsh", script: zshScript,
		answer: answerZsh, locations: zshLocations,
	}
}

// zshScript lets zsh match and quote the candidates. The words reach the program
// without their quotes, and are never evaluated.
const zshScript = `#compdef apono
# zsh completion for apono

_apono() {
    local apono_program=apono apono_current
    local -a apono_words apono_lines apono_values apono_shown apono_how expl
    [[ $words[1] == */* ]] && apono_program=${(Q)words[1]/#\~\//$HOME/}
    (( CURRENT > 2 )) && apono_words=("${(@Q)words[2,CURRENT-1]}")
    if [[ -n $compstate[quote] ]]; then
        apono_current=${(Q):-$compstate[quote]$PREFIX$compstate[quote]}
    else
        apono_current=${(Q)PREFIX}
    fi
    apono_lines=("${(@f)$("$apono_program" REQUEST "${COLUMNS:-80}" "$apono_current" "${(@)apono_words}" 2>/dev/null </dev/null)}")
    [[ -n $apono_lines[1] ]] || return 1
    apono_values=("${(@)apono_lines%%$'\t'*}")
    apono_shown=("${(@)apono_lines#*$'\t'}")
    [[ "$apono_values" == "$apono_shown" ]] || apono_how=(-l)
    # Keep the program's order.
    _wanted -V apono expl value compadd $apono_how -d apono_shown -a apono_values
}

# Run if zsh has autoloaded this file, register if it was sourced.
if [[ $funcstack[1] == _apono ]]; then
    _apono "$@"
else
    compdef _apono apono
fi
`

// answerZsh takes the terminal's width, the word being typed and the words
// before it. It returns a line per candidate: the value, a tab, what to show.
func answerZsh(args []string, find finder) string {
	if len(args) < 2 {
		return ""
	}
	width, current, words := parseWidth(args[0]), args[1], args[2:]
	choices := find(words, current)
	var b strings.Builder
	for i, row := range columns(choices, current, width) {
		b.WriteString(choices[i].Value + "\t" + row + "\n")
	}
	return b.String()
}

// zshLocations returns a folder of $fpath if the completion system is on and
// one of the folders is writable. Otherwise it returns a folder of its own, and
// the lines for .zshrc that add it to $fpath.
func zshLocations(ctx context.Context, in *Installer, _ bool) []location {
	own := filepath.Join(in.home, ".zfunc")
	shell := askZsh(ctx, in)
	at := location{rc: filepath.Join(shell.rcFolder, ".zshrc"), script: filepath.Join(own, "_apono")}
	at.block = []string{
		`fpath=("$HOME/.zfunc" $fpath)`,
		`(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }`,
		`(( $+functions[compdef] )) && { autoload -Uz _apono && compdef _apono apono }`,
	}
	for _, folder := range shell.fpath {
		if folder != own && isSharedFolder(folder) && isWritable(folder) {
			at.earlier = append(at.earlier, filepath.Join(folder, "_apono"))
		}
	}
	text, _ := readText(at.rc)
	if shell.completes && len(at.earlier) > 0 && !strings.Contains(text, blockStart) {
		at.rc, at.script, at.earlier = "", at.earlier[0], append(at.earlier[1:], at.script)
	}
	return []location{at}
}

// isSharedFolder reports whether a folder of $fpath is meant for completions of
// any program, rather than for those of one plugin.
func isSharedFolder(folder string) bool {
	return slices.Contains([]string{"site-functions", "completions", "completion", ".zfunc", "zfunc"}, filepath.Base(folder))
}

// zshSettings is how the user has set up zsh.
type zshSettings struct {
	rcFolder  string   // the folder of .zshrc
	completes bool     // whether the completion system is on
	fpath     []string // folders of completions, those in the home folder first
}

// zshProbe is printed before the settings, because the user's own configuration
// may print something first.
const zshProbe = "apono-probe"

// askZsh reads the settings from an interactive zsh. If that fails, zsh is not
// installed or is broken, and the settings are the usual ones.
func askZsh(ctx context.Context, in *Installer) zshSettings {
	text, err := in.run(ctx, "zsh", "-i", "-c", `print -rl -- "" `+zshProbe+` "${ZDOTDIR:-$HOME}" ${+functions[compdef]} $fpath`)
	_, answer, found := strings.Cut(text, zshProbe+"\n")
	lines := strings.Split(strings.TrimSpace(answer), "\n")
	if err != nil || !found || len(lines) < 2 {
		return zshSettings{rcFolder: in.folder("ZDOTDIR", "")}
	}
	s := zshSettings{rcFolder: lines[0], completes: lines[1] == "1", fpath: lines[2:]}
	outsideHome := func(folder string) int {
		if strings.HasPrefix(folder, in.home+string(filepath.Separator)) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(s.fpath, func(a, b string) int { return outsideHome(a) - outsideHome(b) })
	return s
}

// isWritable reports whether files can be created in a folder.
func isWritable(folder string) bool {
	file, err := os.CreateTemp(folder, ".apono-*")
	if err != nil {
		return false
	}
	_ = file.Close()
	return os.Remove(file.Name()) == nil
}
