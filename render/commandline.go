package render

import "strings"

// program is the command that users type.
const program = "apono"

// CommandLine builds commands of this program that users can paste into a shell.
// Build all such lines with it, so that every word in them is quoted.
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
func (c CommandLine) Join(words ...string) string {
	return c.Wrap(JoinWords(words, c.Shell.QuoteIfNeeded))
}

// Wrap returns the command line for arguments that are quoted already, separated
// by spaces.
func (c CommandLine) Wrap(arguments string) string {
	line := program
	if arguments != "" {
		line += " " + arguments
	}
	if c.Profile == "" {
		return line
	}
	quote := c.Shell.QuoteIfNeeded
	if c.QuoteProfile {
		quote = c.Shell.Quote
	}
	return line + " --profile " + quote(c.Profile)
}

// JoinWords quotes each word and separates them with spaces.
func JoinWords(words []string, quote func(word string) string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}
