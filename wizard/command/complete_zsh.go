package command

import (
	"strings"
)

// zshScript hands the choices to zsh, which quotes what it inserts. The words go
// to the program without their quotes and without being evaluated.
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
    # The order is the program's.
    _wanted -V apono expl value compadd $apono_how -d apono_shown -a apono_values
}

# Called by completion, or only read?
if [[ $funcstack[1] == _apono ]]; then
    _apono "$@"
else
    compdef _apono apono
fi
`

// answerZsh is a line for each choice: the value, and after a tab what is shown
// for it. Zsh picks those that match, as the person has set it up.
func answerZsh(width int, current string, words []string, offer offering) string {
	choices := offer(words, current)
	var b strings.Builder
	for i, row := range choiceRows(choices, current, width) {
		b.WriteString(choices[i].Value + "\t" + row + "\n")
	}
	return b.String()
}
