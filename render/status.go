package render

import "github.com/fatih/color"

// Class is what a status means for the user. It determines the color.
type Class int

// The classes of a status.
const (
	ClassPlain   Class = iota // no color
	ClassGood                 // usable, successful
	ClassWaiting              // not final
	ClassBad                  // refused, failed
	ClassOver                 // no longer relevant
)

// Class cleans text and gives it the color of a class.
func (p Palette) Class(class Class, text string) Text {
	switch class {
	case ClassGood:
		return p.Good(text)
	case ClassWaiting:
		return p.Waiting(text)
	case ClassBad:
		return p.Bad(text)
	case ClassOver:
		return p.paint(text, color.Faint)
	}
	return Text(CleanLines(text))
}
