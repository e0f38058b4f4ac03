package complete

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"apono/render"
	"apono/wizard/kind"
)

func bash() Shell {
	return Shell{
		Shell: render.Bash, request: "__complete-bash", script: bashScript,
		answer: answerBash, locations: bashLocations,
	}
}

// bashScript lets the program write COMPREPLY. It sends the raw line, because
// the words that bash offers are broken at colons and equals signs and still
// have their quotes. The line is never evaluated. The script needs neither the
// bash-completion package nor a bash newer than the 3.2 of macOS.
const bashScript = `# bash completion for apono

__apono_complete() {
    local program=apono out line
    COMPREPLY=()
    case $1 in
    */*) program=${1/#\~\//$HOME/} ;;
    esac
    out=$("$program" REQUEST "${COMP_LINE:0:COMP_POINT}" "$2" "${COMP_TYPE:-9}" "${COLUMNS:-80}" 2>/dev/null </dev/null)
    [[ -n $out ]] || return 0
    if ((BASH_VERSINFO[0] >= 4)); then
        mapfile -t COMPREPLY <<<"$out"
    else
        while IFS= read -r line; do COMPREPLY+=("$line"); done <<<"$out"
    fi
}

# Keep the program's order. Older versions of bash sort anyway.
complete -o nosort -F __apono_complete apono 2>/dev/null || complete -F __apono_complete apono
`

// Values of COMP_TYPE. Any other inserts what the candidates have in common.
const (
	bashList      = "63" // the second Tab: candidates are shown, not inserted
	bashMenu      = "37" // candidates are inserted one after the other
	bashInsertAll = "42"
)

// bashRequest is what the script sends.
type bashRequest struct {
	line string // up to the cursor
	// tail is the end of line that bash replaces: usually the last word, or what
	// follows a colon, an equals sign or a quote in it.
	tail  string
	kind  string // COMP_TYPE
	width int    // of the terminal, in columns
}

// answerBash takes the fields of a bashRequest, and returns the lines of
// COMPREPLY.
func answerBash(args []string, find finder) string {
	if len(args) != 4 {
		return ""
	}
	r := bashRequest{line: args[0], tail: args[1], kind: args[2], width: parseWidth(args[3])}
	return strings.Join(r.reply(find), "\n")
}

func (r bashRequest) reply(find finder) []string {
	words := dropAssignments(splitBashLine(r.line))
	if len(words) < 2 || !strings.HasSuffix(r.line, r.tail) {
		return nil
	}
	last := words[len(words)-1]
	cut := len(r.line) - len(r.tail)
	if cut < last.start {
		return nil
	}
	kept := splitBashLine(r.line[last.start:cut])[0]
	if kept.escaped {
		return nil
	}
	var choices []kind.Choice
	for _, c := range find(wordValues(words[1:len(words)-1]), last.value) {
		if strings.HasPrefix(c.Value, last.value) && strings.HasPrefix(c.Value, kept.value) {
			choices = append(choices, c)
		}
	}
	if r.kind == bashList && len(choices) > 1 {
		return columns(choices, last.value, r.width)
	}
	return bashReplies(choices, kept, r.kind)
}

func wordValues(words []bashWord) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.value
	}
	return list
}

// dropAssignments drops the variable assignments before a command.
func dropAssignments(words []bashWord) []bashWord {
	assignment := regexp.MustCompile(`^[A-Za-z_]\w*=`)
	for len(words) > 0 && assignment.MatchString(words[0].value) {
		words = words[1:]
	}
	return words
}

// bashReplies writes the choices as they follow the part of the word that bash
// keeps. If there are several, readline inserts their common prefix, which must
// not end within an escape.
func bashReplies(choices []kind.Choice, kept bashWord, kind string) []string {
	whole := len(choices) == 1 || kind == bashMenu || kind == bashInsertAll
	var replies []string
	for _, c := range choices {
		reply := quoteBash(strings.TrimPrefix(c.Value, kept.value), kept.quote)
		if kept.quote != 0 && strings.HasPrefix(reply, string(kept.quote)) {
			continue // readline would take it for the quote that is open
		}
		if whole && kept.quote != 0 {
			reply += string(kept.quote)
		}
		replies = append(replies, reply)
	}
	opened := ""
	if kept.quote != 0 {
		opened = string(kept.quote)
	}
	if len(replies) > 1 && !whole && splitBashLine(opened + commonPrefix(replies))[0].escaped {
		replies = append(replies, " ") // removes the common prefix
	}
	return replies
}

// commonPrefix returns the longest prefix that all words share.
func commonPrefix(words []string) string {
	prefix := words[0]
	for _, word := range words[1:] {
		for !strings.HasPrefix(word, prefix) {
			_, size := utf8.DecodeLastRuneInString(prefix)
			prefix = prefix[:len(prefix)-size]
		}
	}
	return prefix
}

// quoteBash quotes text so that bash reads it back unchanged. open is the quote
// that is already open before it, or 0. It works character by character, so that
// texts with a common prefix are written with a common prefix.
func quoteBash(text string, open byte) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case open == '\'' && r == '\'':
			b.WriteString(`'\''`)
		case open == '"' && r == '!':
			b.WriteString(`"\!"`) // bash expands history in double quotes too
		case open == '"' && strings.ContainsRune("$`\"\\", r), open == 0 && !isPlainInBash(r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isPlainInBash reports whether a character means only itself outside quotes.
func isPlainInBash(r rune) bool {
	return r == utf8.RuneError || unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_./:=@%+,-", r)
}

// bashLocations returns the folder from which the bash-completion package loads
// completions, if it is installed.
func bashLocations(_ context.Context, in *Installer, _ bool) []location {
	at := location{script: filepath.Join(in.folder("XDG_DATA_HOME", ".local/share"), "bash-completion", "completions", "apono")}
	line := "source " + render.POSIX.Quote(at.script)
	at.next = "Open a new shell and press Tab. If nothing happens, add this line to ~/.bashrc:\n    " + line
	if !slices.ContainsFunc(bashCompletionFiles(), in.exists) {
		at.next = "The bash-completion package, which loads it, is not installed. Add this line to ~/.bashrc and open a new shell:\n    " + line
	}
	return []location{at}
}

// bashCompletionFiles returns the paths of the bash-completion package on the
// supported systems.
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
