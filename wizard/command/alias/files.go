package alias

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/shlex"
	"go.yaml.in/yaml/v3"

	"apono/render"
	"apono/wizard"
)

// Parse reads the aliases that a shell prints, of which it returns those for this
// program, or YAML. The error is a *wizard.UsageError.
func Parse(text string) ([]Alias, error) {
	if regexp.MustCompile(`(?m)^(alias\s|[^\s:=]+=)`).MatchString(text) {
		return parseShell(text), nil
	}
	var byName map[string]string
	if yaml.Unmarshal([]byte(text), &byName) == nil {
		return List(byName), nil
	}
	var list []Alias // as alias list prints it
	if yaml.Unmarshal([]byte(text), &list) == nil {
		return list, nil
	}
	return nil, &wizard.UsageError{Message: "the input is neither a shell's aliases nor YAML", Run: "alias import --help"}
}

// parseShell reads a shell's aliases. In bash and fish each line starts with the
// word alias, in zsh it does not. Fish puts a space where the others put an
// equals sign.
func parseShell(text string) []Alias {
	var list []Alias
	for line := range strings.Lines(text) {
		words, err := shlex.Split(line)
		if err != nil || len(words) == 0 {
			continue // part of an alias of several lines, so not for this program
		}
		if words[0] == "alias" {
			words = slices.DeleteFunc(words[1:], func(word string) bool { return strings.HasPrefix(word, "-") })
		}
		if a, ok := parseShellAlias(words); ok {
			list = append(list, a)
		}
	}
	return list
}

// parseShellAlias reads NAME=VALUE or NAME VALUE. Shells have no placeholders in
// aliases, so dollar signs are literal.
func parseShellAlias(words []string) (Alias, bool) {
	name, value, ok := "", "", false
	switch len(words) {
	case 1:
		name, value, ok = strings.Cut(words[0], "=")
	case 2:
		name, value, ok = words[0], words[1], true
	}
	command, err := Split(value)
	if !ok || err != nil || len(command) == 0 || !isThisProgram(command[0]) {
		return Alias{}, false
	}
	if len(command) > 1 && command[1] == name {
		return Alias{}, false // it was exported, and leads back to an alias of this program
	}
	return Alias{name, wizard.JoinExpansion(wizard.EscapePlaceholders(command[1:]))}, true
}

func isThisProgram(word string) bool {
	return strings.TrimSuffix(path.Base(filepath.ToSlash(word)), ".exe") == "apono"
}

// Export returns the alias as a line for shell: bash, zsh, fish or powershell. A
// shell's alias cannot have placeholders, so one with placeholders calls the
// alias of this program. The error is a *wizard.UsageError.
func (a Alias) Export(shell string) (string, error) {
	words, err := Split(a.Expansion)
	if err != nil {
		return "", unusable(a, err)
	}
	if Placeholders(words) > 0 {
		words = []string{a.Name}
	} else if words, err = Fill(words, nil); err != nil {
		return "", err
	}
	known, ok := render.ShellNamed(shell)
	if !ok {
		return "", &wizard.UsageError{Message: fmt.Sprintf("unknown shell %q", shell)}
	}
	return known.Alias(a.Name, append([]string{"apono"}, words...)...), nil
}
