package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"apono/render"
)

// groupTopics is the group of what can be read about, in the main help.
const groupTopics = "topics"

// helpCommand is `apono help`. Cobra's own says nothing is wrong where there is
// no such command.
func (a *App) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		Short:   "Help about a command or a topic",
		Example: "  apono help requests create\n  apono help exit-codes",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 && target.HasSubCommands() {
				return a.helpOnOther(target, rest[0])
			}
			target.InitDefaultHelpFlag()
			return target.Help()
		},
		ValidArgsFunction: completeHelp,
	}
}

// helpOnOther is about a word that is no command: it says what an alias stands
// for.
func (a *App) helpOnOther(parent *cobra.Command, word string) error {
	if parent.HasParent() {
		return surplus(parent, word, nil)
	}
	list, err := a.aliasList(parent.Context())
	if err != nil {
		return err
	}
	var names []string
	for _, one := range list {
		if one.Name == word {
			fmt.Fprintf(a.Streams.Out, "%s is an alias. It stands for:\n\n  apono %s\n", word, render.Clean(one.Expansion))
			return nil
		}
		names = append(names, one.Name)
	}
	return surplus(parent, word, names)
}

// completeHelp offers the commands and topics below those that stand there.
func completeHelp(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var found []cobra.Completion
	target, rest, err := cmd.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, sub := range target.Commands() {
		if sub.IsAvailableCommand() && strings.HasPrefix(sub.Name(), typed) {
			found = append(found, cobra.CompletionWithDesc(sub.Name(), sub.Short))
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// topic is something to read that is no command: a text, and a table.
type topic struct {
	name, short string
	before      string
	rows        []topicRow
	after       string
}

// topicRow is a name and what it means.
type topicRow struct{ name, meaning string }

// topicCommands are the topics as cobra wants them: commands that print
// themselves, so that they are listed, completed and suggested like the others.
func (a *App) topicCommands() []*cobra.Command {
	var commands []*cobra.Command
	for _, t := range []topic{exitCodesTopic(), environmentTopic(), legacyTopic()} {
		cmd := &cobra.Command{
			Use: t.name, Short: t.short, Example: "  apono help " + t.name, GroupID: groupTopics, Args: noArgs,
			RunE: func(*cobra.Command, []string) error { a.printTopic(t); return nil },
		}
		cmd.SetHelpFunc(func(*cobra.Command, []string) { a.printTopic(t) })
		commands = append(commands, cmd)
	}
	return commands
}

func (a *App) printTopic(t topic) {
	fmt.Fprintf(a.Streams.Out, "%s\n\n", t.before)
	pairs := make([][2]render.Text, len(t.rows))
	for i, row := range t.rows {
		pairs[i] = [2]render.Text{clean(row.name), clean(row.meaning)}
	}
	a.Streams.Fields(pairs)
	if t.after != "" {
		fmt.Fprintf(a.Streams.Out, "\n%s\n", t.after)
	}
}
