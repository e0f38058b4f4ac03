package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// top is the path of the module.
const top = "../.."

// importRules lists the packages that a package may import. A package without an
// entry follows its closest parent's, and packages with the same entry may import
// each other.
type importRules map[string][]string

func layout() importRules {
	leaves := []string{"apono/auth/atomicfile", "apono/auth/detached", "apono/auth/loopback", "apono/client/sqlitefile", "apono/client/wait", "apono/render/safetext"}
	with := func(packages ...string) []string { return append(packages, leaves...) }
	return importRules{
		"apono":                         with("apono/wizard/command", "apono/render"),
		"apono/wizard/command":          with("apono/wizard/command/alias", "apono/wizard/command/complete", "apono/wizard/command/explain", "apono/wizard/command/output", "apono/wizard/command/sqlshell", "apono/wizard", "apono/wizard/catalog", "apono/wizard/kind", "apono/wizard/prompt", "apono/client/sandbox", "apono/client", "apono/auth", "apono/render"),
		"apono/wizard/command/alias":    with("apono/wizard", "apono/render"),
		"apono/wizard/command/complete": with("apono/wizard", "apono/wizard/catalog", "apono/wizard/kind", "apono/client", "apono/auth", "apono/render"),
		"apono/wizard/command/explain":  with("apono/wizard", "apono/wizard/handover", "apono/wizard/kind", "apono/wizard/prompt", "apono/client/sandbox", "apono/client", "apono/auth", "apono/render"),
		"apono/wizard/command/output":   with("apono/wizard/command/explain", "apono/wizard", "apono/wizard/kind", "apono/client", "apono/render"),
		"apono/wizard/command/sqlshell": with("apono/client/sandbox", "apono/render"),
		"apono/wizard":                  with("apono/wizard/catalog", "apono/wizard/handover", "apono/wizard/kind", "apono/wizard/prompt", "apono/client", "apono/render"),
		"apono/wizard/catalog":          with("apono/wizard/kind", "apono/wizard/prompt", "apono/client", "apono/render"),
		"apono/wizard/handover":         with("apono/render"),
		"apono/wizard/kind":             with("apono/wizard/prompt", "apono/client", "apono/render"),
		"apono/wizard/prompt":           with("apono/wizard/prompt/keyboard", "apono/render"),
		"apono/wizard/prompt/keyboard":  with("apono/render"),
		"apono/client/sandbox":          with("apono/client"),
		"apono/client":                  with(),
		"apono/auth":                    with(),
		"apono/render":                  with(),
		"apono/auth/atomicfile":         {},
		"apono/auth/detached":           {},
		"apono/auth/loopback":           {},
		"apono/client/sqlitefile":       {},
		"apono/client/wait":             {},
		"apono/render/safetext":         {},
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	rules := layout()
	for _, goos := range []string{"linux", "darwin", "windows"} {
		packages := packagesOn(t, goos)
		if len(packages) < len(rules) {
			t.Fatalf("on %s there are only %d packages", goos, len(packages))
		}
		for _, p := range packages {
			from := rules.of(p.ImportPath)
			if from == "" {
				t.Errorf("no rule covers %s", p.ImportPath)
			}
			for _, imported := range p.Imports {
				to := rules.of(imported)
				if to != "" && to != from && !slices.Contains(rules[from], to) {
					t.Errorf("on %s, %s imports %s", goos, p.ImportPath, imported)
				}
			}
		}
	}
}

func TestLibrariesAreImportedInOnePlace(t *testing.T) {
	t.Parallel()
	only := map[string]*regexp.Regexp{
		"github.com/AlecAivazis/survey": regexp.MustCompile(`^wizard/prompt/`),
		"github.com/spf13/cobra":        regexp.MustCompile(`^wizard/(command|bench)/`),
		"github.com/zalando/go-keyring": regexp.MustCompile(`^auth/`),
		"github.com/cli/oauth":          regexp.MustCompile(`^auth/`),
	}
	for _, path := range goFiles(t) {
		for _, spec := range parse(t, path, parser.ImportsOnly).Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			for library, files := range only {
				if within(imported, library) && !files.MatchString(path) {
					t.Errorf("%s imports %s, which only %s may", path, library, files)
				}
			}
		}
	}
}

func TestOnlyMainExits(t *testing.T) {
	t.Parallel()
	for _, path := range goFiles(t) {
		file := parse(t, path, parser.SkipObjectResolution)
		if file.Name.Name == "main" || strings.HasSuffix(path, "_test.go") {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if of, ok := call.X.(*ast.Ident); ok && of.Name == "os" && call.Sel.Name == "Exit" {
				t.Errorf("%s calls os.Exit", path)
			}
			return true
		})
	}
}

// No file contains a path of somebody's machine, or the host of a package registry.
func TestNoFileNamesAMachine(t *testing.T) {
	t.Parallel()
	foreign := regexp.MustCompile(`(?m)(^|[^\w.~-])(/(work|root|home|Users)/|[A-Za-z]:\\Users\\)` +
		`|\b(proxy\.golang|sum\.golang|registry\.npmjs|registry-1\.docker|deb\.debian|ghcr|quay|pypi)\.(org|com|io)\b`)
	for _, path := range files(t) {
		text := read(t, path)
		for _, found := range foreign.FindAllIndex(text, -1) {
			line := 1 + bytes.Count(text[:found[0]], []byte("\n"))
			t.Errorf("%s:%d: %q", path, line, text[found[0]:found[1]])
		}
	}
}

// listed is a package as go list prints it.
type listed struct {
	ImportPath string
	Imports    []string
}

func packagesOn(t *testing.T, goos string) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=0")
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// of returns the entry that a package follows; "" for packages of other modules.
func (r importRules) of(path string) string {
	longest := ""
	for name := range r {
		if (path == name || name != "apono" && within(path, name)) && len(name) > len(longest) {
			longest = name
		}
	}
	return longest
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// files returns the slash-separated paths of the project's files, without those in
// hidden folders.
func files(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := fs.WalkDir(os.DirFS(top), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && path != ".ci" && (entry.Name()[0] == '.' || path == "dist"):
			return fs.SkipDir
		case entry.Type().IsRegular() && path != ".git":
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func goFiles(t *testing.T) []string {
	t.Helper()
	paths := slices.DeleteFunc(files(t), func(path string) bool { return filepath.Ext(path) != ".go" })
	if !slices.Contains(paths, "main.go") {
		t.Fatal("main.go is missing")
	}
	return paths
}

func parse(t *testing.T, path string, mode parser.Mode) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(top, path), nil, mode)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// read returns the content of a text file, and nil for a binary file.
func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, path))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil
	}
	return text
}
