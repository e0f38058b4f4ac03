package complete

import (
	"context"
	"path/filepath"
	"strings"

	"apono/render"
)

func fish() Shell {
	return Shell{
		Shell: render.Fish, request: "__complete-fish", script: fishScript,
		answer: answerFish, locations: fishLocations,
	}
}

// fishScript lets fish match and quote the candidates. The words before the
// cursor reach the program without their quotes, and are never evaluated.
const fishScript = `# fish completion for apono

function __apono_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program apono
    if string match -q '*/*' -- $words[1]
        set program (string replace -r '^~/' "$HOME/" -- $words[1])
    end
    $program REQUEST "$current" $words[2..-1] 2>/dev/null </dev/null
end

complete -c apono -e
# Keep the program's order.
complete -c apono -k -f -a '(__apono_complete)'
`

// answerFish takes the word being typed, quotes and all, and the words before
// it. It returns a line per candidate: the value, a tab, the description.
func answerFish(args []string, find finder) string {
	if len(args) < 1 {
		return ""
	}
	var b strings.Builder
	for _, c := range find(args[1:], readFishWord(args[0])) {
		b.WriteString(c.Value)
		if c.Description != "" {
			b.WriteString("\t" + c.Description)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// fishLocations returns the folder from which fish loads completions.
func fishLocations(_ context.Context, in *Installer, _ bool) []location {
	return []location{{script: filepath.Join(in.folder("XDG_CONFIG_HOME", ".config"), "fish", "completions", "apono.fish")}}
}

// readFishWord returns what fish makes of a word that may be unfinished. Unlike
// other shells, fish has two escapes inside single quotes.
func readFishWord(typed string) string {
	escapable := map[byte]string{'\'': `'\`, '"': "\"$\\\n"}
	var b strings.Builder
	var quote byte
	for i := 0; i < len(typed); i++ {
		c := typed[i]
		switch {
		case c == '\\' && i+1 < len(typed) && (quote == 0 || strings.IndexByte(escapable[quote], typed[i+1]) >= 0):
			i++
			b.WriteByte(typed[i])
		case c == '\\' && i+1 == len(typed):
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
