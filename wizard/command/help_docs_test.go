package command

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// top is the path of the module.
const top = "../.."

// checkCommandLine checks that the command and the flags in a line of
// documentation exist. It ignores values.
func checkCommandLine(t *testing.T, line string) {
	t.Helper()
	root := newTestRoot(t)
	root.InitDefaultHelpCmd()
	cmd, value := root, false
	for _, word := range strings.Fields(line)[1:] {
		word = strings.Trim(word, "[],")
		switch {
		case value || word == "-":
			value = false
		case strings.HasPrefix(word, "-"):
			name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
			flag := cmd.Flag(name)
			if flag == nil && len(name) == 1 {
				cmd.InheritedFlags() // adds them to Flags
				flag = cmd.Flags().ShorthandLookup(name)
			}
			if flag == nil {
				t.Errorf("%q: %s has no flag %s", line, cmd.CommandPath(), word)
				continue
			}
			value = flag.NoOptDefVal == ""
		case cmd.HasSubCommands() && word == strings.ToLower(word):
			next, _, err := cmd.Find([]string{word})
			if err != nil || next == cmd {
				t.Errorf("%q: %s has no command %s", line, cmd.CommandPath(), word)
				return
			}
			cmd = next
		}
	}
}

func TestDocumentedCommandsExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(top, "docs", "commands.md"))
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile("`(apono[^`]*)`").FindAllStringSubmatch(string(text), -1)
	if len(lines) < 60 {
		t.Fatalf("found only %d commands", len(lines))
	}
	for _, found := range lines {
		checkCommandLine(t, found[1])
	}
}

// TestEveryCommandIsDocumented is the other direction: every command that help lists is in
// docs/commands.md.
func TestEveryCommandIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(top, "docs", "commands.md"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		if cmd.Hidden || cmd.Name() == "help" || cmd.GroupID == groupTopics {
			return
		}
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
		if cmd.Runnable() && cmd.HasParent() {
			count++
			if !regexp.MustCompile("`" + regexp.QuoteMeta(cmd.CommandPath()) + "[ `]").Match(text) {
				t.Errorf("docs/commands.md lacks %s", cmd.CommandPath())
			}
		}
	}
	visit(newTestRoot(t))
	if count < 30 {
		t.Errorf("found only %d commands", count)
	}
}

// TestLeftOutCommandsDoNotExist reads the table of what is left out.
func TestLeftOutCommandsDoNotExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(top, "docs", "commands.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## Left out")
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(section, -1)
	if len(rows) < 3 {
		t.Fatalf("found only %d commands", len(rows))
	}
	for _, row := range rows {
		words := strings.Fields(row[1])
		cmd, _, err := newTestRoot(t).Find(words)
		if err == nil && cmd.Name() == words[len(words)-1] {
			t.Errorf("there is a command %s", row[1])
		}
	}
}

// constants returns the values of a file's constants whose names start with prefix.
func constants(t *testing.T, path, prefix string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for name, value := range constantsOf(parseFile(t, path)) {
		if strings.HasPrefix(name, prefix) {
			found[name] = value
		}
	}
	if len(found) == 0 {
		t.Fatalf("%s has no constants that start with %s", path, prefix)
	}
	return found
}

func constantsOf(file *ast.File) map[string]string {
	found := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			if i >= len(spec.Values) {
				continue
			}
			if text := types.ExprString(spec.Values[i]); text != "" {
				found[name.Name] = strings.Trim(text, `"`)
			}
		}
		return true
	})
	return found
}

func parseFile(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(top, path), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// The topic environment lists every variable that the program reads: each
// argument of os.Getenv and the like, and each constant called …Variable.
func TestEveryVariableIsDocumented(t *testing.T) {
	t.Parallel()
	topic := environmentTopic()
	documented := topic.before + topic.after
	for _, row := range topic.rows {
		documented += " " + row.name
	}
	found := 0
	for _, path := range programFiles(t) {
		for name := range variablesOf(parseFile(t, path)) {
			found++
			if !regexp.MustCompile(`(^|[\s,])` + regexp.QuoteMeta(name) + `($|[\s,])`).MatchString(documented) {
				t.Errorf("%s reads %s, which help environment does not list", path, name)
			}
		}
	}
	if found < 20 {
		t.Errorf("found only %d places that read a variable", found)
	}
}

// variablesOf returns the environment variables that a file reads.
func variablesOf(file *ast.File) map[string]bool {
	names := map[string]bool{}
	for name, value := range constantsOf(file) {
		if strings.HasSuffix(name, "Variable") && !strings.Contains(value, ".") {
			names[value] = true
		}
	}
	reader := regexp.MustCompile(`(?i)(^|\.)(getenv|lookupenv|env|istrue)$`)
	folder := regexp.MustCompile(`^[A-Z][A-Z_]+$`)
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		literal, ok := call.Args[0].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		name := constant.StringVal(constant.MakeFromLiteral(literal.Value, token.STRING, 0))
		called := types.ExprString(call.Fun)
		if reader.MatchString(called) || strings.HasSuffix(called, ".folder") && folder.MatchString(name) {
			names[name] = true
		}
		return true
	})
	return names
}

// programFiles returns the Go files of the program.
func programFiles(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := fs.WalkDir(os.DirFS(top), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && (entry.Name()[0] == '.' || entry.Name() == "bench" || entry.Name() == "dist"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
