package complete

import (
	"strconv"
	"strings"

	"apono/render"
	"apono/wizard/kind"
)

// defaultWidth is the terminal's width if the shell does not know it.
const defaultWidth = 80

// parseWidth reads the terminal's width, in columns, as a shell sends it.
func parseWidth(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return defaultWidth
	}
	return n
}

// columns formats choices to be read: each value with its description beside
// it, cut to the terminal's width. It leaves out what was typed up to the last
// comma or equals sign.
func columns(choices []kind.Choice, typed string, width int) []string {
	shared := typed[:strings.LastIndexAny(typed, ",=")+1]
	rows := make([]string, len(choices))
	widest := 0
	for i, c := range choices {
		rows[i] = strings.TrimPrefix(c.Value, shared)
		widest = max(widest, render.Width(rows[i]))
	}
	// One long value must not push every description off the screen.
	column := min(widest, width/2)
	for i, c := range choices {
		if c.Description != "" {
			rows[i] += strings.Repeat(" ", max(0, column-render.Width(rows[i]))) + "  (" + c.Description + ")"
		}
		rows[i] = render.Cut(rows[i], width-1)
	}
	return rows
}
