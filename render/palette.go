package render

import (
	"strings"

	"github.com/fatih/color"
)

// Text is text that is ready to be shown: it is clean, and may contain color.
type Text string

// Palette colors text for one stream. The zero value only cleans it.
type Palette struct{ on bool }

// PaletteErr returns the palette for text written to Err.
func (s *Streams) PaletteErr() Palette { return Palette{on: s.ColorErr} }

// PaletteOut returns the palette for text written to Out.
func (s *Streams) PaletteOut() Palette { return Palette{on: s.ColorOut} }

// Bold is for titles and for what users must not miss.
func (p Palette) Bold(text string) Text { return p.paint(text, color.Bold) }

// Faint is for what users can skip.
func (p Palette) Faint(text string) Text { return p.paint(text, color.Faint) }

// Command is for commands and URLs that users can run or open.
func (p Palette) Command(text string) Text { return p.paint(text, color.FgCyan) }

// Good is for success, and for a status that means usable.
func (p Palette) Good(text string) Text { return p.paint(text, color.FgGreen) }

// Waiting is for a status that is not final, and for warnings.
func (p Palette) Waiting(text string) Text { return p.paint(text, color.FgYellow) }

// Bad is for failure.
func (p Palette) Bad(text string) Text { return p.paint(text, color.FgRed) }

// Answer is for what the user chose or typed.
func (p Palette) Answer(text string) Text { return p.paint(text, color.FgCyan) }

// BoldAnswer is for the part of an answer that matches what the user typed.
func (p Palette) BoldAnswer(text string) Text { return p.paint(text, color.FgCyan, color.Bold) }

func (p Palette) paint(text string, attributes ...color.Attribute) Text {
	text = strings.Map(oneLine, CleanLines(text))
	if !p.on || text == "" {
		return Text(text)
	}
	c := color.New(attributes...)
	c.EnableColor()
	return Text(c.Sprint(text))
}
