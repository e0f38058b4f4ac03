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

// top is the module's folder, seen from this test.
const top = "../.."

// rooms is who may import whom. A package belongs to the longest room that its
// path starts with, and may always import within its room.
type rooms map[string][]string

func layout() rooms {
	leaves := []string{"apono/auth/atomicfile", "apono/auth/detached", "apono/client/wait", "apono/render/safetext"}
	with := func(packages ...string) []string { return append(packages, leaves...) }
	return rooms{
		"apono":                         with("apono/wizard/command", "apono/render"),
		"apono/wizard/command":          with("apono/wizard", "apono/wizard/command/complete", "apono/wizard/command/sqlshell", "apono/wizard/kind", "apono/wizard/prompt", "apono/client/sandbox", "apono/client", "apono/auth", "apono/render"),
		"apono/wizard/command/complete": with("apono/wizard", "apono/wizard/kind", "apono/client", "apono/auth", "apono/render"),
		"apono/wizard/command/sqlshell": with("apono/client/sandbox", "apono/render"),
		"apono/wizard":                  with("apono/wizard/kind", "apono/wizard/prompt", "apono/client", "apono/render"),
		"apono/wizard/kind":             with("apono/wizard/prompt", "apono/client", "apono/render"),
		"apono/wizard/prompt":           with("apono/render"),
		"apono/client/sandbox":          with("apono/client"),
		"apono/client":                  with(),
		"apono/auth":                    with(),
		"apono/render":                  with(),
		"apono/auth/atomicfile":         {},
		"apono/auth/detached":           {},
		"apono/client/wait":             {},
		"apono/render/safetext":         {},
	}
}

func TestPackagesImportOnlyWhatTheirRoomMay(t *testing.T) {
	t.Parallel()
	rooms := layout()
	for _, goos := range []string{"linux", "darwin", "windows"} {
		packages := packagesOn(t, goos)
		if len(packages) < len(rooms) {
			t.Fatalf("on %s there are only %d packages", goos, len(packages))
		}
		for _, p := range packages {
			from := rooms.of(p.ImportPath)
			if from == "" {
				t.Errorf("%s is in no room", p.ImportPath)
			}
			for _, imported := range p.Imports {
				to := rooms.of(imported)
				if to != "" && to != from && !slices.Contains(rooms[from], to) {
					t.Errorf("on %s, %s imports %s", goos, p.ImportPath, imported)
				}
			}
		}
	}
}

func TestLibrariesAreKnownInOnePlace(t *testing.T) {
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
					t.Errorf("%s imports %s, which %s is for", path, library, files)
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

// Paths that only one machine has, and hosts that packages come from, which
// every machine chooses for itself.
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

// listed is what `go list` says of a package.
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

// of is the room of one of the module's packages; empty for any other.
func (r rooms) of(path string) string {
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

// files are the project's files, by their slashed paths from its top: all but
// what tools keep in dot folders.
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
		t.Fatal("main.go is not among the project's files")
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

// read returns a file's text; nothing of a file that is none, as a program is.
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
