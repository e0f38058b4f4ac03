package command

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"apono/render"
	"apono/wizard/kind"
)

// bashScript has this program write COMPREPLY. The line goes there as it is
// typed, since bash breaks it at colons and equals signs and leaves its quotes
// in. It is never evaluated, and works without the package bash-completion and
// in the bash 3.2 of macOS.
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

# The order is the program's. Older versions of bash sort all the same.
complete -o nosort -F __apono_complete apono 2>/dev/null || complete -F __apono_complete apono
`

// What COMP_TYPE says.
const (
	bashList      = "63" // the second Tab: what is answered is shown, not inserted
	bashMenu      = "37" // each is inserted in turn
	bashInsertAll = "42"
)

// usualWidth stands in where a shell does not know its terminal.
const usualWidth = 80

// columnsOf is the width of a terminal as a shell says it.
func columnsOf(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		return usualWidth
	}
	return n
}

// answerBash is the lines of COMPREPLY for a line, up to the cursor. Tail is
// the end of it that bash puts an answer in the place of: mostly the last word,
// or what follows a colon, an equals sign or a quote in it.
func answerBash(line, tail, completionType string, width int, offer offering) string {
	words := dropAssignments(readLine(line))
	if len(words) < 2 || !strings.HasSuffix(line, tail) {
		return ""
	}
	last := words[len(words)-1]
	cut := len(line) - len(tail)
	if cut < last.start {
		return ""
	}
	kept := readLine(line[last.start:cut])[0]
	if kept.escaped {
		return ""
	}
	var choices []kind.Choice
	for _, c := range offer(wordValues(words[1:len(words)-1]), last.value) {
		if strings.HasPrefix(c.Value, last.value) && strings.HasPrefix(c.Value, kept.value) {
			choices = append(choices, c)
		}
	}
	if completionType == bashList && len(choices) > 1 {
		return strings.Join(choiceRows(choices, last.value, width), "\n")
	}
	return strings.Join(bashReplies(choices, kept, completionType), "\n")
}

func wordValues(words []shellWord) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.value
	}
	return list
}

// dropAssignments leaves out the variables that stand before a command.
func dropAssignments(words []shellWord) []shellWord {
	assignment := regexp.MustCompile(`^[A-Za-z_]\w*=`)
	for len(words) > 0 && assignment.MatchString(words[0].value) {
		words = words[1:]
	}
	return words
}

// bashReplies are the choices as they go into the line after what is kept of
// the word. Where several are left, readline inserts what they have in common,
// and that must not end within an escape.
func bashReplies(choices []kind.Choice, kept shellWord, completionType string) []string {
	whole := len(choices) == 1 || completionType == bashMenu || completionType == bashInsertAll
	var replies []string
	for _, c := range choices {
		reply := bashQuote(strings.TrimPrefix(c.Value, kept.value), kept.quote)
		if kept.quote != 0 && strings.HasPrefix(reply, string(kept.quote)) {
			continue // readline would take it for the quote that is there
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
	if len(replies) > 1 && !whole && readLine(opened + inCommon(replies))[0].escaped {
		replies = append(replies, " ") // nothing in common any more
	}
	return replies
}

// inCommon is the start that all words share.
func inCommon(words []string) string {
	start := words[0]
	for _, word := range words[1:] {
		for !strings.HasPrefix(word, start) {
			_, size := utf8.DecodeLastRuneInString(start)
			start = start[:len(start)-size]
		}
	}
	return start
}

// bashQuote writes text so that bash reads it back as it is, within quotes that
// are open already (0 for none). It goes character by character, so that texts
// that start alike are written alike.
func bashQuote(text string, open byte) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case open == '\'' && r == '\'':
			b.WriteString(`'\''`)
		case open == '"' && r == '!':
			b.WriteString(`"\!"`) // history is expanded in double quotes, too
		case open == '"' && strings.ContainsRune("$`\"\\", r), open == 0 && !isPlain(r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isPlain says whether a character means nothing to a shell.
func isPlain(r rune) bool {
	return r == utf8.RuneError || unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_./:=@%+,-", r)
}

// choiceRows are choices for a person to read: the values, with what they are beside
// them. What was typed before the last comma or equals sign is left out.
func choiceRows(choices []kind.Choice, typed string, width int) []string {
	told := strings.LastIndexAny(typed, ",=") + 1
	shown := make([]string, len(choices))
	widest := 0
	for i, c := range choices {
		shown[i] = c.Value
		if strings.HasPrefix(c.Value, typed[:told]) {
			shown[i] = c.Value[told:]
		}
		widest = max(widest, render.Width(shown[i]))
	}
	// Long values must not push all descriptions off the screen.
	column := min(widest, width/2)
	for i, c := range choices {
		if c.Description != "" {
			shown[i] += strings.Repeat(" ", max(0, column-render.Width(shown[i]))) + "  (" + c.Description + ")"
		}
		shown[i] = render.Cut(shown[i], width-1)
	}
	return shown
}
