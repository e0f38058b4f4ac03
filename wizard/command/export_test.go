package command

import (
	"bytes"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard/prompt"
)

// RunnablePaths returns every command that does something, as the user types it, except
// the topics of help.
func RunnablePaths() map[string]bool {
	var out bytes.Buffer
	app := &App{Streams: &render.Streams{Out: &out, Err: &out}, Env: func(string) (string, bool) { return "", false }, Interrupts: &Interrupts{}}
	paths := map[string]bool{}
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		if cmd.Runnable() && cmd.GroupID != groupTopics && cmd.Name() != "help" {
			paths[cmd.CommandPath()] = true
		}
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit(newRootCmd(newFactory(app, func() prompt.Prompter { return nil }, nil)))
	return paths
}
