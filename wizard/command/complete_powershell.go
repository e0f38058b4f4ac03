package command

import (
	"encoding/base64"
	"strings"
	"unicode"

	"apono/render"
)

// powershellScript talks to the program in base64: older versions of PowerShell
// drop empty arguments and quotes on the way in, and read UTF-8 as something
// else on the way out.
const powershellScript = `# PowerShell completion for apono

Register-ArgumentCompleter -Native -CommandName 'apono', 'apono.exe' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $program = $commandAst.GetCommandName()
    $current = ''
    $words = @(foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.StartOffset -ge $cursorPosition) { continue }
        $word = $element.Extent.Text
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst] -or
            $element -is [System.Management.Automation.Language.ExpandableStringExpressionAst]) { $word = $element.Value }
        if ($cursorPosition -le $element.Extent.EndOffset) { $current = $word } else { $word }
    })
    $arguments = @(@($current) + $words | ForEach-Object { '.' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($_)) })
    & $program REQUEST @arguments 2>$null | ForEach-Object {
        $value, $shown, $about = $_.Split(' ') | ForEach-Object { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($_)) }
        [System.Management.Automation.CompletionResult]::new($value, $shown, 'ParameterValue', $about)
    }
}
`

// answerPowerShell is a line for each choice that starts as the word that is
// being typed, the first argument, does: what goes into the line, what is shown,
// and what it is. PowerShell neither picks nor quotes.
func answerPowerShell(args []string, offer offering) string {
	words := make([]string, len(args))
	for i, arg := range args {
		word, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(arg, "."))
		if err != nil {
			return ""
		}
		words[i] = string(word)
	}
	var b strings.Builder
	for _, c := range offer(words[1:], words[0]) {
		if !hasPrefixFold(c.Value, words[0]) {
			continue
		}
		about := c.Description
		if about == "" {
			about = c.Value // it takes no empty one
		}
		for i, text := range []string{powershellWord(c.Value), c.Value, about} {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(base64.StdEncoding.EncodeToString([]byte(text)))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func hasPrefixFold(word, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(word), strings.ToLower(prefix))
}

// powershellWord writes a word without quotes where it needs none.
func powershellWord(word string) string {
	special := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_./:=+-", r)
	}
	if word != "" && !strings.ContainsFunc(word, special) {
		return word
	}
	return render.PowerShell.Quote(word)
}
