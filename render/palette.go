package render

import "github.com/fatih/color"

// Text is text that is ready to be shown: cleaned, and perhaps coloured.
type Text string

// Palette colours text for one stream, or leaves it plain.
type Palette struct{ on bool }

// PaletteErr is the palette for what goes to Err.
func (s *Streams) PaletteErr() Palette { return Palette{on: s.ColorErr} }

// PaletteOut is the palette for what goes to Out.
func (s *Streams) PaletteOut() Palette { return Palette{on: s.ColorOut} }

// Bold is for titles and what must not be missed.
func (p Palette) Bold(text string) Text { return p.paint(text, color.Bold) }

// Faint is for what can be skipped.
func (p Palette) Faint(text string) Text { return p.paint(text, color.Faint) }

// Command is for what can be typed.
func (p Palette) Command(text string) Text { return p.paint(text, color.FgGreen) }

// Good, Waiting and Bad are for how something stands.
func (p Palette) Good(text string) Text { return p.paint(text, color.FgGreen) }

// Waiting is for what is not decided yet.
func (p Palette) Waiting(text string) Text { return p.paint(text, color.FgYellow) }

// Bad is for what failed.
func (p Palette) Bad(text string) Text { return p.paint(text, color.FgRed) }

// Answer is for what a person has chosen.
func (p Palette) Answer(text string) Text { return p.paint(text, color.FgCyan) }

func (p Palette) paint(text string, attributes ...color.Attribute) Text {
	text = CleanLines(text)
	if !p.on || text == "" {
		return Text(text)
	}
	c := color.New(attributes...)
	c.EnableColor()
	return Text(c.Sprint(text))
}
