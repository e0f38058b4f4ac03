package complete

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"apono/render"
)

// newTestInstaller returns an installer for an empty home folder, and what it
// prints. answers maps programs to what they print; other programs are not
// installed.
func newTestInstaller(t *testing.T, answers map[string]string) (*Installer, *bytes.Buffer) {
	t.Helper()
	var printed bytes.Buffer
	return &Installer{
		streams: &render.Streams{In: strings.NewReader(""), Out: &printed, Err: &printed},
		getenv:  func(string) string { return "" },
		home:    t.TempDir(),
		run: func(_ context.Context, program string, _ ...string) (string, error) {
			answer, ok := answers[program]
			if !ok {
				return "", errors.New("not installed")
			}
			return answer, nil
		},
		exists: func(string) bool { return false },
		goos:   "linux",
	}, &printed
}

func (in *Installer) mustInstall(t *testing.T, shell Shell) {
	t.Helper()
	if err := in.Install(t.Context(), shell, true); err != nil {
		t.Fatal(err)
	}
}

func (in *Installer) mustUninstall(t *testing.T, shell Shell) {
	t.Helper()
	if err := in.Uninstall(t.Context(), shell); err != nil {
		t.Fatal(err)
	}
}

// tree returns the contents of every file below a folder, by its path.
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

func TestInstallAndUninstall(t *testing.T) {
	t.Parallel()
	for file, shell := range map[string]Shell{
		".local/share/bash-completion/completions/apono": bash(),
		".zfunc/_apono":                       zsh(),
		".config/fish/completions/apono.fish": fish(),
	} {
		t.Run(shell.Name(), func(t *testing.T) {
			t.Parallel()
			in, printed := newTestInstaller(t, nil)
			in.mustInstall(t, shell)
			once := tree(t, in.home)
			if text := strings.Replace(once[file], scriptMarker+"\n", "", 1); text != shell.Script(true) {
				t.Errorf("%s contains %q", file, once[file])
			}
			in.mustInstall(t, shell)
			if twice := tree(t, in.home); !maps.Equal(twice, once) {
				t.Errorf("the second installation changed the files to %v", twice)
			}
			in.mustUninstall(t, shell)
			for name, text := range tree(t, in.home) {
				if text != "" {
					t.Errorf("%s is left and contains %q", name, text)
				}
			}
			printed.Reset()
			in.mustUninstall(t, shell)
			if !strings.Contains(printed.String(), "No installed completion for "+shell.Name()) {
				t.Errorf("the second uninstallation printed %q", printed)
			}
		})
	}
}

// What earlier versions installed must stay removable.
func TestUninstallFindsTheMarkersOfEarlierVersions(t *testing.T) {
	t.Parallel()
	in, _ := newTestInstaller(t, nil)
	script, rc := filepath.Join(in.home, ".zfunc", "_apono"), filepath.Join(in.home, ".zshrc")
	for path, text := range map[string]string{
		script: "#compdef apono\n# Put here by: apono completion --install\n_apono\n",
		rc:     "# mine\n# >>> apono completion >>>\nfpath=(x)\n# <<< apono completion <<<\nsetopt emacs\n",
	} {
		if _, err := writeText(path, text); err != nil {
			t.Fatal(err)
		}
	}
	in.mustUninstall(t, zsh())
	if got, want := tree(t, in.home), map[string]string{".zshrc": "# mine\nsetopt emacs\n"}; !maps.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
}

func TestInstallUsesTheFoldersOfTheEnvironment(t *testing.T) {
	t.Parallel()
	in, _ := newTestInstaller(t, nil)
	data, config := filepath.Join(in.home, "d"), filepath.Join(in.home, "c")
	in.getenv = func(name string) string {
		return map[string]string{"XDG_DATA_HOME": data, "XDG_CONFIG_HOME": config, "ZDOTDIR": filepath.Join(in.home, "z")}[name]
	}
	for _, shell := range shells() {
		in.mustInstall(t, shell)
	}
	found := tree(t, in.home)
	for _, name := range []string{"d/bash-completion/completions/apono", "c/fish/completions/apono.fish", "c/powershell/Microsoft.PowerShell_profile.ps1", "z/.zshrc"} {
		if found[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestInstallKeepsWhatTheUserWrote(t *testing.T) {
	t.Parallel()
	const before = "# mine\nalias ap=apono" // no newline at the end
	in, _ := newTestInstaller(t, nil)
	real, rc := filepath.Join(in.home, "dotfiles"), filepath.Join(in.home, ".zshrc")
	if err := errors.Join(os.WriteFile(real, []byte(before), 0o640), os.Symlink(real, rc)); err != nil {
		t.Skip(err)
	}
	mode, err := os.Stat(real)
	if err != nil {
		t.Fatal(err)
	}
	in.mustInstall(t, zsh())
	text := tree(t, in.home)["dotfiles"]
	if !strings.HasPrefix(text, before+"\n"+blockStart+"\n") || !strings.HasSuffix(text, blockEnd+"\n") {
		t.Errorf("after installing, the file is %q", text)
	}
	in.mustUninstall(t, zsh())
	if text := tree(t, in.home)["dotfiles"]; text != before+"\n" {
		t.Errorf("after uninstalling, the file is %q", text)
	}
	if info, err := os.Lstat(rc); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the symbolic link was replaced")
	}
	if info, err := os.Stat(real); err != nil || info.Mode() != mode.Mode() {
		t.Errorf("the mode is %v, want %v", info.Mode(), mode.Mode())
	}
	other := filepath.Join(in.home, ".local/share/bash-completion/completions/apono")
	if _, err := writeText(other, bashScript); err != nil {
		t.Fatal(err)
	}
	in.mustUninstall(t, bash())
	if _, err := os.Stat(other); err != nil {
		t.Error("a script that the user installed was removed")
	}
}

func TestInstallRefusesFilesItCannotEdit(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"start marker only": blockStart + "\nx\n", "end marker only": "x\n" + blockEnd + "\n", "UTF-16": "\xff\xfea\x00"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, _ := newTestInstaller(t, nil)
			rc := filepath.Join(in.home, ".zshrc")
			if err := os.WriteFile(rc, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			err := in.Install(t.Context(), zsh(), true)
			if err == nil || !strings.Contains(err.Error(), "compdef") {
				t.Errorf("the error %v does not show the lines to add", err)
			}
			if err := in.Uninstall(t.Context(), zsh()); err == nil {
				t.Error("uninstalling reported no error")
			}
			if got := tree(t, in.home)[".zshrc"]; got != text {
				t.Errorf("the file was changed to %q", got)
			}
		})
	}
}

func TestInstallForZshUsesAFolderOfFpath(t *testing.T) {
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
	t.Run("completion is on", func(t *testing.T) {
		in, _ := newTestInstaller(t, answer(t.TempDir(), "1"))
		in.mustInstall(t, zsh())
		if got := tree(t, folders); len(got) != 1 || got["share/site-functions/_apono"] == "" {
			t.Errorf("the folders contain %v", got)
		}
		if got := tree(t, in.home); len(got) != 0 {
			t.Errorf("the home folder contains %v", got)
		}
		in.mustUninstall(t, zsh())
		if got := tree(t, folders); len(got) != 0 {
			t.Errorf("uninstalling left %v", got)
		}
	})
	t.Run("completion is off", func(t *testing.T) {
		config := t.TempDir()
		in, _ := newTestInstaller(t, answer(config, "0"))
		in.mustInstall(t, zsh())
		if !strings.Contains(tree(t, config)[".zshrc"], "compinit") || tree(t, in.home)[".zfunc/_apono"] == "" || len(tree(t, folders)) != 0 {
			t.Errorf("%v and %v", tree(t, config), tree(t, in.home))
		}
		// Now it is on. The script must stay where the first installation put it.
		in.run = func(context.Context, string, ...string) (string, error) { return answer(config, "1")["zsh"], nil }
		in.mustInstall(t, zsh())
		if len(tree(t, folders)) != 0 {
			t.Error("the second installation used another folder")
		}
	})
}

func TestInstallForPowerShellEditsEveryProfile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	one, two := filepath.Join(folder, "7", "profile.ps1"), filepath.Join(folder, "5", "profile.ps1")
	in, _ := newTestInstaller(t, map[string]string{"pwsh": one + "\n", "powershell": two + "\r\n"})
	if _, err := writeText(two, "Set-PSReadLineOption\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := in.Install(t.Context(), powerShell(), false); err != nil {
		t.Fatal(err)
	}
	found := tree(t, folder)
	if !strings.Contains(found["7/profile.ps1"], "apono completion powershell --no-descriptions | Out-String | Invoke-Expression") {
		t.Errorf("the profile of version 7 is %q", found["7/profile.ps1"])
	}
	if text := found["5/profile.ps1"]; strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasPrefix(text, "Set-PSReadLineOption\r\n"+blockStart) {
		t.Errorf("the profile of version 5 is %q", text)
	}
	in.mustUninstall(t, powerShell())
	if got := tree(t, folder)["5/profile.ps1"]; got != "Set-PSReadLineOption\r\n" {
		t.Errorf("after uninstalling, it is %q", got)
	}
}

func TestInstallForBashMentionsAMissingPackage(t *testing.T) {
	t.Parallel()
	in, printed := newTestInstaller(t, nil)
	in.mustInstall(t, bash())
	if !strings.Contains(printed.String(), "is not installed") || !strings.Contains(printed.String(), `source "`+in.home) {
		t.Errorf("printed %q", printed)
	}
	printed.Reset()
	in.exists = func(path string) bool { return path == "/etc/bash_completion" }
	in.mustInstall(t, bash())
	if strings.Contains(printed.String(), "is not installed") {
		t.Errorf("printed %q", printed)
	}
}
