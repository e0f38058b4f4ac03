package render

import (
	"runtime"
	"strings"
)

// program is the command that users type.
const program = "apono"

// Command is a command, or an address to open, as users can paste it. It is a type of its
// own so that text from elsewhere cannot become a part of one without being quoted:
// CommandLine makes commands.
type Command string

// Arguments are the arguments of a command of this program, quoted and separated by
// spaces. They are a type of their own for the same reason: QuoteArguments makes them.
type Arguments string

// QuoteArguments returns words as Arguments, quoted for this machine's shell.
func QuoteArguments(words ...string) Arguments {
	return Arguments(JoinWords(words, ShellFor(runtime.GOOS).QuoteIfNeeded))
}

// CommandLine builds commands of this program that users can paste into a shell.
// All such lines are built with it, so that every word in them is quoted.
type CommandLine struct {
	// Shell is the shell to quote for; the zero value is POSIX.
	Shell Shell
	// Profile is added as --profile; an empty one is left out.
	Profile string
	// QuoteProfile quotes the profile even if it does not need it.
	QuoteProfile bool
}

// Args returns the arguments of a command, with --profile at the end.
func (c CommandLine) Args(words ...string) []string {
	args := append([]string{}, words...)
	if c.Profile != "" {
		args = append(args, "--profile", c.Profile)
	}
	return args
}

// Join returns the command line that runs the program with words as its
// arguments. It quotes the words that need it.
func (c CommandLine) Join(words ...string) Command {
	return c.Wrap(Arguments(JoinWords(words, c.Shell.QuoteIfNeeded)))
}

// Wrap returns the command line for arguments that are quoted already.
func (c CommandLine) Wrap(arguments Arguments) Command {
	line := Command(program)
	if arguments != "" {
		line += Command(" " + arguments)
	}
	if c.Profile == "" {
		return line
	}
	quote := c.Shell.QuoteIfNeeded
	if c.QuoteProfile {
		quote = c.Shell.Quote
	}
	return line + " --profile " + Command(quote(c.Profile))
}

// JoinWords quotes each word and separates them with spaces.
func JoinWords(words []string, quote func(word string) string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}
