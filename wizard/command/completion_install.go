package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"apono/auth/detached"
	"apono/render"
)

// installer puts completions where shells look for them.
type installer struct {
	streams *render.Streams
	getenv  func(string) string
	home    string
	// ask runs a shell and returns what it prints.
	ask func(ctx context.Context, program string, args ...string) (string, error)
	// exists says whether there is a file.
	exists func(path string) bool
	// goos is the operating system, as runtime.GOOS.
	goos string
}

// installed is where the completion of one shell belongs.
type installed struct {
	script string // the file that holds it; empty where the block does
	// scripts are all the files where it may have been put before.
	scripts []string
	rc      string // the file that needs the block; empty where none does
	block   []string
	// then is what the person has to do, or may have to; empty means to open a
	// new shell.
	then string
}

func (in *installer) places(ctx context.Context, shell string, bare bool) []installed {
	switch shell {
	case "bash":
		return []installed{in.bash()}
	case "zsh":
		return []installed{in.zsh(ctx)}
	case "fish":
		return []installed{{script: filepath.Join(in.folder("XDG_CONFIG_HOME", ".config"), "fish", "completions", "apono.fish")}}
	}
	return in.powershell(ctx, bare)
}

func (in *installer) folder(variable, usual string) string {
	if folder := in.getenv(variable); filepath.IsAbs(folder) {
		return folder
	}
	return filepath.Join(in.home, usual)
}

// install puts a script where a shell looks for it, and says what it did.
func (in *installer) install(ctx context.Context, shell, script string, bare bool) error {
	for _, p := range in.places(ctx, shell, bare) {
		if p.script != "" {
			changed, err := replaceText(p.script, marked(script))
			if err != nil {
				return fmt.Errorf("install the completion: %w", err)
			}
			in.tell(changed, "The completion for "+shell+" is in", p.script)
		}
		if p.rc != "" {
			changed, err := in.addBlock(p)
			if err != nil {
				return err
			}
			in.tell(changed, "The lines that load it are at the end of", p.rc)
		}
		if p.then == "" {
			p.then = "Open a new shell, and press Tab"
		}
		in.streams.Printf("  %s\n", p.then)
	}
	return nil
}

func (in *installer) tell(changed bool, what, path string) {
	if !changed {
		what = "Nothing to do: " + strings.ToLower(what[:1]) + what[1:]
	}
	in.streams.Printf("%s %s %s\n", in.streams.PaletteErr().Good("✓"), what, path)
}

func (in *installer) addBlock(p installed) (changed bool, err error) {
	text, err := readText(p.rc)
	if err == nil {
		text, err = setBlock(text, p.block)
	}
	if err != nil {
		return false, fmt.Errorf("%s %w, and is left as it is; add to it yourself:\n  %s", p.rc, err, strings.Join(p.block, "\n  "))
	}
	return replaceText(p.rc, text)
}

// uninstall takes away what install has put there, and says so.
func (in *installer) uninstall(ctx context.Context, shell string) error {
	found := false
	for _, p := range in.places(ctx, shell, false) {
		for _, script := range append([]string{p.script}, p.scripts...) {
			removed, err := in.removeScript(script)
			if err != nil {
				return err
			}
			found = found || removed
		}
		removed, err := in.removeBlock(p.rc)
		if err != nil {
			return err
		}
		found = found || removed
	}
	if !found {
		in.streams.Printf("There is no completion for %s that --install has put anywhere\n", shell)
	}
	return nil
}

func (in *installer) removeScript(path string) (bool, error) {
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), installedMark) {
		return false, nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("remove the completion: %w", err)
	}
	in.streams.Printf("%s Removed %s\n", in.streams.PaletteErr().Good("✓"), path)
	return true, nil
}

func (in *installer) removeBlock(path string) (bool, error) {
	if path == "" {
		return false, nil
	}
	text, err := readText(path)
	if err != nil {
		return false, fmt.Errorf("%s %w, and is left as it is", path, err)
	}
	before, after, found, err := cutBlock(text)
	if err != nil {
		return false, fmt.Errorf("%s %w, and is left as it is", path, err)
	}
	if !found {
		return false, nil
	}
	if _, err := replaceText(path, before+after); err != nil {
		return false, err
	}
	in.streams.Printf("%s Removed its lines from %s\n", in.streams.PaletteErr().Good("✓"), path)
	return true, nil
}

// askLimit is how long a shell may take to say where it looks; a person's own
// configuration runs in it.
const askLimit = 5 * time.Second

// askShell runs a shell without a terminal that it could take.
func askShell(ctx context.Context, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.SysProcAttr = detached.Attributes()
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	return string(out), err
}
