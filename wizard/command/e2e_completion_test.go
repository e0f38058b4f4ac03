//go:build e2e && !windows

package command_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"apono/wizard/prompt/screen"
)

// hostile is a name that runs a command if a shell evaluates it.
const hostile = "$(touch pwned) `touch pwned`; touch pwned"

// newOddService serves names that are hard to quote.
func newOddService(t *testing.T) *httptest.Server {
	t.Helper()
	named := func(names ...string) []map[string]any {
		var items []map[string]any
		for _, name := range names {
			items = append(items, map[string]any{"id": "id-of-" + name, "name": name, "source_id": name, "path": "the path of " + name})
		}
		return items
	}
	lists := map[string][]map[string]any{
		"bundles": named("On-call: payments & more", hostile, `it's "quoted"`, "team a: one", "team a: two", `C:\new\table`,
			"~", "#hash", "*", "!bang!", "[x]{y}", "tab <a|b>", "größe 10 €"),
		"integrations":   {{"id": "i-1", "type": "aws-account", "name": "Play ground"}},
		"resource-types": {{"id": "s3", "name": "Bucket"}},
		"resources":      named("arn:aws:s3:::alpha", "arn:aws:s3:::alpine", "arn:aws:s3:::beta one", "one, two"),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		items, ok := lists[filepath.Base(r.URL.Path)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": items, "pagination": map[string]any{"total": len(items), "limit": 100}})
	}))
	t.Cleanup(server.Close)
	return server
}

// shellSession runs a shell in which apono completes. Instead of running, apono
// records its arguments.
type shellSession struct {
	t        *testing.T
	at       *workstation
	shell    string
	home     string
	recorded string
}

// ready is the prompt of every shell.
const ready = "ready> "

func newShellSession(t *testing.T, shell, program, service string) *shellSession {
	t.Helper()
	if _, err := exec.LookPath(shell); err != nil {
		t.Fatalf("this test needs the real shell: %v", err)
	}
	w := newWorkstation(t, program)
	home := filepath.Dir(w.config)
	p := &shellSession{t: t, at: w, shell: shell, home: home, recorded: filepath.Join(home, "recorded")}
	bin := filepath.Join(home, "bin")
	w.env = append(w.env, "SHELL=/bin/"+shell, "APONO_TOKEN=a-token", "APONO_API_URL="+service, "RECORDED="+p.recorded,
		"PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	p.write("bin/apono", "#!/bin/sh\ncase $1 in __complete*|completion) exec '"+program+"' \"$@\" ;; esac\nprintf '%s\\0' \"$@\" >\"$RECORDED\"\n")
	if err := os.Chmod(filepath.Join(bin, "apono"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.run("completion", "--install").mustExit(0, "Installed the "+shell+" completion in")
	switch shell {
	case "bash":
		p.write(".bashrc", "PS1='"+ready+"'\n. /usr/share/bash-completion/bash_completion\n")
	case "zsh":
		p.write(".zshrc", "PS1='"+ready+"'\n")
	case "fish":
		p.write(".config/fish/config.fish", "set fish_greeting\nfunction fish_prompt; printf '"+ready+"'; end\n")
	}
	return p
}

// write appends to a file in the home folder.
func (p *shellSession) write(name, text string) {
	p.t.Helper()
	path := filepath.Join(p.home, name)
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		var file *os.File
		if file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
			_, err = file.WriteString(text)
			_ = file.Close()
		}
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// start starts the shell and waits for its prompt.
func (p *shellSession) start() (*screen.Screen, *screen.Program) {
	p.t.Helper()
	s := screen.New(p.t, 160, 40)
	cmd := exec.CommandContext(p.t.Context(), p.shell, "-i")
	cmd.Env, cmd.Dir = p.at.env, p.home
	program := s.Run(cmd)
	s.Shows(strings.TrimSpace(ready))
	return s, program
}

// arguments returns the arguments that apono was called with.
func (p *shellSession) arguments() []string {
	p.t.Helper()
	data, err := os.ReadFile(p.recorded)
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\x00"), "\x00")
}

// step is a text to type, and what the screen must show before the next one.
type step struct{ press, shows string }

func TestE2ECompletionInsertsQuotedValues(t *testing.T) {
	program := buildProgram(t)
	service := newOddService(t)
	create := []string{"requests", "create"}
	const place = "-i 'aws-account/Play ground' -t s3 "
	placed := []string{"-i", "aws-account/Play ground", "-t", "s3"}
	tests := map[string]struct {
		typed []step
		want  []string
	}{
		"a command and a flag":                    {typed: []step{{"--inter\t", "--interactive"}}, want: []string{"--interactive"}},
		"a profile after an equals":               {typed: []step{{"--profile=sa\t", "sandbox"}}, want: []string{"--profile=sandbox"}},
		"spaces and a colon":                      {typed: []step{{"-b On\t", "more"}}, want: []string{"-b", "On-call: payments & more"}},
		"in double quotes":                        {typed: []step{{`-b "On-call: p` + "\t", "more"}}, want: []string{"-b", "On-call: payments & more"}},
		"in single quotes":                        {typed: []step{{`-b 'On-call: p` + "\t", "more"}}, want: []string{"-b", "On-call: payments & more"}},
		"after a colon":                           {typed: []step{{`-b On-call:` + "\t", "more"}}, want: []string{"-b", "On-call: payments & more"}},
		"quotes":                                  {typed: []step{{"-b it\t", "quoted"}}, want: []string{"-b", `it's "quoted"`}},
		"quotes in double quotes":                 {typed: []step{{`-b "it` + "\t", "quoted"}}, want: []string{"-b", `it's "quoted"`}},
		"quotes in single quotes":                 {typed: []step{{`-b 'it` + "\t", "quoted"}}, want: []string{"-b", `it's "quoted"`}},
		"a command substitution":                  {typed: []step{{`-b \$` + "\t", "pwned"}}, want: []string{"-b", hostile}},
		"a command substitution in double quotes": {typed: []step{{`-b "\$(` + "\t", "pwned"}}, want: []string{"-b", hostile}},
		"a command substitution in single quotes": {typed: []step{{`-b '$(` + "\t", "pwned"}}, want: []string{"-b", hostile}},
		"backslashes":                             {typed: []step{{"-b C\t", "table"}}, want: []string{"-b", `C:\new\table`}},
		"a tilde":                                 {typed: []step{{`-b \~` + "\t", `\~`}}, want: []string{"-b", "~"}},
		"a hash":                                  {typed: []step{{`-b \#` + "\t", "hash"}}, want: []string{"-b", "#hash"}},
		"an asterisk":                             {typed: []step{{`-b \*` + "\t", `\*`}}, want: []string{"-b", "*"}},
		"an exclamation mark":                     {typed: []step{{`-b \!` + "\t", "bang"}}, want: []string{"-b", "!bang!"}},
		"brackets":                                {typed: []step{{`-b \[` + "\t", "y"}}, want: []string{"-b", "[x]{y}"}},
		"a pipe and a redirection":                {typed: []step{{"-b tab\t", "b"}}, want: []string{"-b", "tab <a|b>"}},
		"letters beyond ASCII":                    {typed: []step{{"-b gr\t", "€"}}, want: []string{"-b", "größe 10 €"}},
		"a common prefix":                         {typed: []step{{"-b te\t", "a:"}, {"o\t", "one"}}, want: []string{"-b", "team a: one"}},
		"a common prefix in quotes":               {typed: []step{{"-b 'te\t", "a:"}, {"tw\t", "two"}}, want: []string{"-b", "team a: two"}},
		"an ARN":                                  {typed: []step{{place + "-r arn:aws:s3:::b\t", "one"}}, want: append(slices.Clone(placed), "-r", "arn:aws:s3:::beta one")},
		"an ARN with a common prefix":             {typed: []step{{place + "-r a\t", ":::"}, {"al\t", "alp"}, {"h\t", "alpha"}}, want: append(slices.Clone(placed), "-r", "arn:aws:s3:::alpha")},
		"the last value of a list":                {typed: []step{{place + "-r arn:aws:s3:::alpha,arn:aws:s3:::b\t", "one"}}, want: append(slices.Clone(placed), "-r", "arn:aws:s3:::alpha,arn:aws:s3:::beta one")},
		"a comma in a name":                       {typed: []step{{place + `-r 'arn:aws:s3:::alpha,"o` + "\t", "two"}}, want: append(slices.Clone(placed), "-r", `arn:aws:s3:::alpha,"one, two"`)},
		"a line with a command substitution":      {typed: []step{{"-j \"$(touch pwned)\" `touch pwned` -b On\t", "more"}, {"\x15apono requests create\t", "create"}}, want: nil},
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			p := newShellSession(t, shell, program, service.URL)
			for name, test := range tests {
				t.Run(name, func(t *testing.T) {
					p := *p
					p.t = t
					s, ended := p.start()
					s.Press("apono requests create ")
					for _, k := range test.typed {
						s.Press(k.press)
						s.Shows(k.shows)
					}
					s.Press(screen.Enter)
					s.Wait("another prompt", func(text string) bool { return strings.Count(text, strings.TrimSpace(ready)) == 2 })
					s.Press(screen.CtrlD)
					ended.Code()
					if got, want := p.arguments(), append(slices.Clone(create), test.want...); !slices.Equal(got, want) {
						t.Errorf("apono got %q, want %q; the screen was:\n%s", got, want, s.Text())
					}
					if _, err := os.Stat(filepath.Join(p.home, "pwned")); err == nil {
						t.Fatal("the shell ran a name")
					}
				})
			}
		})
	}
}

func TestE2ECompletionShowsDescriptions(t *testing.T) {
	program := buildProgram(t)
	service := newOddService(t)
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			s, _ := newShellSession(t, shell, program, service.URL).start()
			s.Press("apono requests create -b te\t")
			s.Shows("a:")
			s.Press("\t\t")
			s.Shows("team a: one", "id-of-team a: one", "team a: two", "id-of-team a: two")
		})
	}
}

// Without a service, Tab changes nothing.
func TestE2ECompletionIsQuietWithoutALogin(t *testing.T) {
	program := buildProgram(t)
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			p := newShellSession(t, shell, program, "http://127.0.0.1:1")
			p.write("file-in-this-folder", "")
			s, _ := p.start()
			s.Press("apono requests create -b \t\t-j x")
			s.Wait("only the line", func(text string) bool { return text == ready+"apono requests create -b -j x" })
		})
	}
}

func TestE2ECompletionUninstall(t *testing.T) {
	program := buildProgram(t)
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			p := newShellSession(t, shell, program, "http://127.0.0.1:1")
			p.at.run("completion", "--install").mustExit(0, "already installed")
			p.at.run("completion", "--uninstall").mustExit(0, "Removed ")
			p.at.run("completion", "--uninstall").mustExit(0, "No installed completion for "+shell)
			s, _ := p.start()
			s.Press("apono requests create --inter\t-j x")
			s.Shows("create --inter-j x")
		})
	}
}
