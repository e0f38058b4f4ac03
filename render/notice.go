package render

import (
	"fmt"
	"strings"
)

// proseWidth is the most columns that prose takes.
const proseWidth = 80

// Say writes a line of prose to Err. It wraps at words and indents the lines that
// follow, so that a symbol at its start stands alone.
func (s *Streams) Say(text Text) { s.Printf("%s\n", s.wrapped(string(text))) }

// Done writes a line that says what was done. Like Printf, it cleans its arguments.
func (s *Streams) Done(format string, args ...any) {
	s.sayWith(s.PaletteErr().Good("✓"), format, args)
}

// Warn writes a line that needs the user's attention. Like Printf, it cleans its
// arguments.
func (s *Streams) Warn(format string, args ...any) {
	s.sayWith(s.PaletteErr().Waiting("!"), format, args)
}

func (s *Streams) sayWith(symbol Text, format string, args []any) {
	for i, arg := range args {
		args[i] = cleanArgument(arg)
	}
	s.Say(symbol + Text(" "+fmt.Sprintf(format, args...)))
}

// Advise writes what to do next to Err, indented: a sentence and the command that
// does it. The command is never broken: it takes a line of its own if it does not
// fit.
func (s *Streams) Advise(sentence string, command Command) {
	colors := s.PaletteErr()
	line := columnGap + Clean(sentence) + ": "
	if Width(line)+Width(string(command)) < s.Width() || !s.ErrTerminal {
		s.Printf("%s%s\n", Text(line), colors.Command(string(command)))
		return
	}
	s.Printf("%s\n%s%s\n", s.wrapped(strings.TrimSuffix(line, " ")), Text(columnGap), colors.Command(string(command)))
}

// wrapped breaks prose at words, on a terminal.
func (s *Streams) wrapped(text string) Text {
	if !s.ErrTerminal {
		return Text(text)
	}
	return wrapIndented(Text(text), s.Width())
}

// wrapIndented breaks prose at words for a terminal with width columns. All lines but
// the first are indented, and the first one if it was.
func wrapIndented(text Text, width int) Text {
	indent := columnGap
	plain, indented := strings.CutPrefix(string(text), indent)
	room := max(leastWidth, min(width-1, proseWidth)-len(indent))
	lines := strings.ReplaceAll(wrapStyled(plain, room), "\n", "\n"+indent)
	if indented {
		lines = indent + lines
	}
	return Text(lines)
}
