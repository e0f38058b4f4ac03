package command

import (
	"strings"
)

// fishScript hands the choices to fish, which quotes what it inserts. The words
// go to the program without their quotes and without being evaluated.
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
# The order is the program's.
complete -c apono -k -f -a '(__apono_complete)'
`

// answerFish is a line for each choice: the value, and after a tab what it is.
// Current is the word that is being typed, quotes and all. Fish picks those
// that match.
func answerFish(current string, words []string, offer offering) string {
	var b strings.Builder
	for _, c := range offer(words, readFishWord(current)) {
		b.WriteString(c.Value)
		if c.Description != "" {
			b.WriteString("\t" + c.Description)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// readFishWord is what fish makes of a word, as far as it has been typed. Other
// shells know no escapes in single quotes, and fish knows two.
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
