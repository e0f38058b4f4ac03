package command

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"apono/render"
	"apono/wizard"
	"apono/wizard/command/explain"
)

// newInstaller puts completions into a home of the test. answers is what shells
// print, by their names; the others are not installed.
func newInstaller(t *testing.T, answers map[string]string) (*installer, *bytes.Buffer) {
	t.Helper()
	var said bytes.Buffer
	return &installer{
		streams: &render.Streams{In: strings.NewReader(""), Out: &said, Err: &said},
		getenv:  func(string) string { return "" },
		home:    t.TempDir(),
		ask: func(_ context.Context, program string, _ ...string) (string, error) {
			answer, ok := answers[program]
			if !ok {
				return "", errors.New("not installed")
			}
			return answer, nil
		},
		exists: func(string) bool { return false },
		goos:   "linux",
	}, &said
}

func (in *installer) mustInstall(t *testing.T, shell string) {
	t.Helper()
	if err := in.install(t.Context(), shell, completionScript(shell, false), false); err != nil {
		t.Fatal(err)
	}
}

func (in *installer) mustUninstall(t *testing.T, shell string) {
	t.Helper()
	if err := in.uninstall(t.Context(), shell); err != nil {
		t.Fatal(err)
	}
}

// tree is every file in a folder, with what is in it.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		found[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestInstallPutsTheScriptWhereTheShellLooks(t *testing.T) {
	t.Parallel()
	for shell, file := range map[string]string{
		"bash": ".local/share/bash-completion/completions/apono",
		"zsh":  ".zfunc/_apono",
		"fish": ".config/fish/completions/apono.fish",
	} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			in, said := newInstaller(t, nil)
			in.mustInstall(t, shell)
			once := tree(t, in.home)
			if text := strings.Replace(once[file], installedMark+"\n", "", 1); text != completionScript(shell, false) {
				t.Errorf("%s holds %q", file, once[file])
			}
			in.mustInstall(t, shell)
			if twice := tree(t, in.home); len(twice) != len(once) || twice[file] != once[file] || twice[".zshrc"] != once[".zshrc"] {
				t.Errorf("a second time makes it %v", twice)
			}
			in.mustUninstall(t, shell)
			delete(once, file)
			for name, text := range tree(t, in.home) {
				if text != "" {
					t.Errorf("%s is left, with %q", name, text)
				}
			}
			said.Reset()
			in.mustUninstall(t, shell)
			if !strings.Contains(said.String(), "There is no completion for "+shell) {
				t.Errorf("a second time it says %q", said)
			}
		})
	}
}

func TestInstallObeysTheVariables(t *testing.T) {
	t.Parallel()
	in, _ := newInstaller(t, nil)
	data, config := filepath.Join(in.home, "d"), filepath.Join(in.home, "c")
	in.getenv = func(name string) string {
		return map[string]string{"XDG_DATA_HOME": data, "XDG_CONFIG_HOME": config, "ZDOTDIR": filepath.Join(in.home, "z")}[name]
	}
	for _, shell := range shellNames() {
		in.mustInstall(t, shell)
	}
	found := tree(t, in.home)
	for _, name := range []string{"d/bash-completion/completions/apono", "c/fish/completions/apono.fish", "c/powershell/Microsoft.PowerShell_profile.ps1", "z/.zshrc"} {
		if found[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
}

func TestInstallLeavesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	const before = "# mine\nalias ap=apono" // without an end of line
	in, _ := newInstaller(t, nil)
	real, rc := filepath.Join(in.home, "dotfiles"), filepath.Join(in.home, ".zshrc")
	if err := errors.Join(os.WriteFile(real, []byte(before), 0o640), os.Symlink(real, rc)); err != nil {
		t.Skip(err)
	}
	mode, err := os.Stat(real)
	if err != nil {
		t.Fatal(err)
	}
	in.mustInstall(t, "zsh")
	text := tree(t, in.home)["dotfiles"]
	if !strings.HasPrefix(text, before+"\n"+blockStart+"\n") || !strings.HasSuffix(text, blockEnd+"\n") {
		t.Errorf("the file is %q", text)
	}
	in.mustUninstall(t, "zsh")
	if text := tree(t, in.home)["dotfiles"]; text != before+"\n" {
		t.Errorf("afterwards it is %q", text)
	}
	if info, err := os.Lstat(rc); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link is gone")
	}
	if info, err := os.Stat(real); err != nil || info.Mode() != mode.Mode() {
		t.Errorf("the file is %v now", info.Mode())
	}
	other := filepath.Join(in.home, ".local/share/bash-completion/completions/apono")
	if _, err := replaceText(other, bashScript); err != nil {
		t.Fatal(err)
	}
	in.mustUninstall(t, "bash")
	if _, err := os.Stat(other); err != nil {
		t.Error("a script that the person has put there is gone")
	}
}

func TestInstallRefusesFilesThatItCannotRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"half a block": blockStart + "\nx\n", "the other half": "x\n" + blockEnd + "\n", "UTF-16": "\xff\xfea\x00"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, _ := newInstaller(t, nil)
			rc := filepath.Join(in.home, ".zshrc")
			if err := os.WriteFile(rc, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			err := in.install(t.Context(), "zsh", zshScript, false)
			if err == nil || !strings.Contains(err.Error(), "compdef") {
				t.Errorf("it says %v, and not what is to be added by hand", err)
			}
			if err := in.uninstall(t.Context(), "zsh"); err == nil {
				t.Error("nothing is said of the lines that are left")
			}
			if got := tree(t, in.home)[".zshrc"]; got != text {
				t.Errorf("it is %q now", got)
			}
		})
	}
}

func TestInstallForZshTakesAFolderOfFpath(t *testing.T) {
	t.Parallel()
	folders := t.TempDir()
	var fpath []string
	for _, name := range []string{"plugins/git", "share/site-functions", "missing/completions"} {
		fpath = append(fpath, filepath.Join(folders, name))
	}
	for _, folder := range fpath[:2] {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	answer := func(home, on string) map[string]string {
		return map[string]string{"zsh": "Welcome back!\n\n" + zshProbe + "\n" + home + "\n" + on + "\n" + strings.Join(fpath, "\n") + "\n"}
	}
	t.Run("where completion is on", func(t *testing.T) {
		in, _ := newInstaller(t, answer(t.TempDir(), "1"))
		in.mustInstall(t, "zsh")
		if got := tree(t, folders); len(got) != 1 || got["share/site-functions/_apono"] == "" {
			t.Errorf("the folders hold %v", got)
		}
		if got := tree(t, in.home); len(got) != 0 {
			t.Errorf("the home holds %v", got)
		}
		in.mustUninstall(t, "zsh")
		if got := tree(t, folders); len(got) != 0 {
			t.Errorf("left are %v", got)
		}
	})
	t.Run("not where it is off", func(t *testing.T) {
		config := t.TempDir()
		in, _ := newInstaller(t, answer(config, "0"))
		in.mustInstall(t, "zsh")
		if !strings.Contains(tree(t, config)[".zshrc"], "compinit") || tree(t, in.home)[".zfunc/_apono"] == "" || len(tree(t, folders)) != 0 {
			t.Errorf("%v and %v", tree(t, config), tree(t, in.home))
		}
		// Now that it is on, what is there stays where it is.
		in.ask = func(context.Context, string, ...string) (string, error) { return answer(config, "1")["zsh"], nil }
		in.mustInstall(t, "zsh")
		if len(tree(t, folders)) != 0 {
			t.Error("a second time puts it elsewhere")
		}
	})
}

func TestInstallForPowerShellGoesToEveryProfile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	one, two := filepath.Join(folder, "7", "profile.ps1"), filepath.Join(folder, "5", "profile.ps1")
	in, _ := newInstaller(t, map[string]string{"pwsh": one + "\n", "powershell": two + "\r\n"})
	if _, err := replaceText(two, "Set-PSReadLineOption\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := in.install(t.Context(), "powershell", "", true); err != nil {
		t.Fatal(err)
	}
	found := tree(t, folder)
	if !strings.Contains(found["7/profile.ps1"], "apono completion powershell --no-descriptions | Out-String | Invoke-Expression") {
		t.Errorf("one is %q", found["7/profile.ps1"])
	}
	if text := found["5/profile.ps1"]; strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasPrefix(text, "Set-PSReadLineOption\r\n"+blockStart) {
		t.Errorf("the other is %q", text)
	}
	in.mustUninstall(t, "powershell")
	if got := tree(t, folder)["5/profile.ps1"]; got != "Set-PSReadLineOption\r\n" {
		t.Errorf("it is %q afterwards", got)
	}
}

func TestBashIsToldOfBashCompletion(t *testing.T) {
	t.Parallel()
	in, said := newInstaller(t, nil)
	in.mustInstall(t, "bash")
	if !strings.Contains(said.String(), "is not installed") || !strings.Contains(said.String(), `source "`+in.home) {
		t.Errorf("it says %q", said)
	}
	said.Reset()
	in.exists = func(path string) bool { return path == "/etc/bash_completion" }
	in.mustInstall(t, "bash")
	if strings.Contains(said.String(), "is not installed") {
		t.Errorf("it says %q", said)
	}
}

func TestTheShellIsTheOneNamedOrTheOwn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args        []string
		own, expect string
	}{
		{[]string{"fish"}, "/bin/zsh", "fish"}, {nil, "/bin/zsh", "zsh"}, {nil, "/usr/local/bin/bash", "bash"}, {nil, "/usr/bin/pwsh", "powershell"},
		{nil, "/bin/dash", ""}, {[]string{"tcsh"}, "/bin/zsh", ""},
	} {
		getenv := func(string) string { return test.own }
		got, err := shellOf(getenv, test.args)
		var usage *wizard.UsageError
		if got != test.expect || (err != nil) != (test.expect == "") || err != nil && !errors.As(err, &usage) {
			t.Errorf("%v with %s is %q, %v", test.args, test.own, got, err)
		}
	}
}

func TestCompletionPrintsTheScript(t *testing.T) {
	for _, shell := range shellNames() {
		b := newTabber(t, nil)
		if code, out, problems := b.run("completion", shell); code != 0 || problems != "" || out != completionScript(shell, false) || strings.Contains(out, "REQUEST") {
			t.Errorf("%s: %d, %q", shell, code, out+problems)
		}
		if _, out, _ := b.run("completion", shell, "--no-descriptions"); !strings.Contains(out, "__complete-"+shell+"-bare ") {
			t.Errorf("%s without descriptions is %q", shell, out)
		}
	}
	b := newTabber(t, map[string]string{"SHELL": "/bin/fish"})
	for _, args := range [][]string{{"completion", "tcsh"}, {"completion", "bash", "zsh"}, {"completion", "--install", "--uninstall"}} {
		if code, out, _ := b.run(args...); code != explain.ExitUsage || out != "" {
			t.Errorf("%v ends with %d and prints %q", args, code, out)
		}
	}
}
