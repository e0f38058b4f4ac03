package complete

import (
	"context"
	"encoding/base64"
	"path/filepath"
	"strings"
	"unicode"

	"apono/render"
)

func powerShell() Shell {
	return Shell{
		Shell: render.PowerShell, request: "__complete-powershell", script: powerShellScript,
		answer: answerPowerShell, locations: powerShellLocations,
	}
}

// powerShellScript exchanges base64 with the program: older versions of
// PowerShell drop empty arguments and quotes that they pass on, and do not read
// a program's output as UTF-8.
const powerShellScript = `# PowerShell completion for apono

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
        $value, $shown, $description = $_.Split(' ') | ForEach-Object { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($_)) }
        [System.Management.Automation.CompletionResult]::new($value, $shown, 'ParameterValue', $description)
    }
}
`

// answerPowerShell takes the word being typed and the words before it, each as
// a dot and base64. PowerShell neither matches nor quotes, so both are done here.
// It returns a line per matching candidate: the text to insert, the text to show
// and the description, in base64 with spaces between them.
func answerPowerShell(args []string, find finder) string {
	words := make([]string, len(args))
	for i, arg := range args {
		word, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(arg, "."))
		if err != nil {
			return ""
		}
		words[i] = string(word)
	}
	if len(words) == 0 {
		return ""
	}
	var b strings.Builder
	for _, c := range find(words[1:], words[0]) {
		if !hasPrefixFold(c.Value, words[0]) {
			continue
		}
		description := c.Description
		if description == "" {
			description = c.Value // PowerShell rejects an empty one
		}
		for i, text := range []string{quotePowerShell(c.Value), c.Value, description} {
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

// quotePowerShell quotes a word only if it must be quoted.
func quotePowerShell(word string) string {
	special := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_./:=+-", r)
	}
	if word != "" && !strings.ContainsFunc(word, special) {
		return word
	}
	return render.PowerShell.Quote(word)
}

// powerShellLocations returns the profiles that load the completion, because
// PowerShell has no folder for completions. Windows may have two versions of
// PowerShell, each with a profile of its own.
func powerShellLocations(ctx context.Context, in *Installer, describe bool) []location {
	command := "apono completion powershell"
	if !describe {
		command += " --no-descriptions"
	}
	block := []string{"if (Get-Command apono -ErrorAction SilentlyContinue) { " + command + " | Out-String | Invoke-Expression }"}
	var found []location
	for _, program := range render.PowerShell.Programs() {
		text, err := in.run(ctx, program, "-NoProfile", "-NonInteractive", "-Command", "$PROFILE")
		if path := strings.TrimSpace(text); err == nil && filepath.IsAbs(path) {
			found = append(found, location{rc: path, block: block})
		}
	}
	if found != nil {
		return found
	}
	folder := filepath.Join(in.folder("XDG_CONFIG_HOME", ".config"), "powershell")
	if in.goos == "windows" {
		folder = filepath.Join(in.home, "Documents", "PowerShell")
	}
	return []location{{rc: filepath.Join(folder, "Microsoft.PowerShell_profile.ps1"), block: block}}
}
