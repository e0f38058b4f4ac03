package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/fatih/color"
)

// CheckTemplate reports an error in a Go template, so that a command can fail
// before it fetches anything.
func CheckTemplate(text string) error {
	if _, err := new(templateRun).parse(text); err != nil {
		return fmt.Errorf("invalid template: %w", err)
	}
	return nil
}

// Template executes a Go template with the JSON of value as its data and writes
// the result to Out. Templates can use the functions that the GitHub CLI offers
// (gh help formatting).
func (s *Streams) Template(text string, value any) error {
	input, err := toJSONValue(value)
	if err != nil {
		return err
	}
	if s.OutTerminal {
		input = cleanValue(input)
	}
	t := &templateRun{streams: s}
	parsed, err := t.parse(text)
	if err != nil {
		return fmt.Errorf("invalid template: %w", err)
	}
	var b strings.Builder
	if err := parsed.Execute(&b, input); err != nil {
		return err
	}
	b.WriteString(t.tablerender())
	_, err = io.WriteString(s.Out, b.String())
	return err
}

// templateRun is one execution of a template: the streams, and the rows that
// tablerow collected for tablerender.
type templateRun struct {
	streams *Streams
	rows    [][]Text
}

func (t *templateRun) parse(text string) (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"autocolor":   t.autocolor,
		"color":       t.color,
		"contains":    func(part, text string) bool { return strings.Contains(text, part) },
		"hasPrefix":   func(part, text string) bool { return strings.HasPrefix(text, part) },
		"hasSuffix":   func(part, text string) bool { return strings.HasSuffix(text, part) },
		"hyperlink":   t.hyperlink,
		"join":        join,
		"pluck":       pluck,
		"regexMatch":  func(pattern, text string) (bool, error) { return regexp.MatchString(pattern, text) },
		"tablerender": t.tablerender,
		"tablerow":    t.tablerow,
		"timeago":     timeago,
		"timefmt":     timefmt,
		"truncate":    func(width int, value any) string { return Cut(formatValue(value), width) },
	}).Parse(text)
}

// autocolor colors a value if Out shows color. The function color always does.
func (t *templateRun) autocolor(name string, value any) (string, error) {
	return paint(t.streams.PaletteOut(), name, value)
}

func (t *templateRun) color(name string, value any) (string, error) {
	return paint(Palette{on: true}, name, value)
}

func paint(palette Palette, name string, value any) (string, error) {
	attribute, known := map[string]color.Attribute{
		"black": color.FgBlack, "red": color.FgRed, "green": color.FgGreen, "yellow": color.FgYellow, "blue": color.FgBlue,
		"magenta": color.FgMagenta, "cyan": color.FgCyan, "white": color.FgWhite, "bold": color.Bold, "faint": color.Faint,
	}[strings.TrimSuffix(name, "+b")]
	if !known {
		return "", fmt.Errorf("unknown color %q", name)
	}
	return string(palette.paint(formatValue(value), attribute)), nil
}

// hyperlink writes a link that a terminal can open. If Out is not a terminal, it
// writes only the text.
func (t *templateRun) hyperlink(url, text string) string {
	if text == "" {
		text = url
	}
	if !t.streams.OutTerminal {
		return text
	}
	return "\x1b]8;;" + Clean(url) + "\x1b\\" + Clean(text) + "\x1b]8;;\x1b\\"
}

// tablerow collects a row for tablerender.
func (t *templateRun) tablerow(cells ...any) string {
	row := make([]Text, len(cells))
	for i, cell := range cells {
		row[i] = Text(formatValue(cell))
	}
	t.rows = append(t.rows, row)
	return ""
}

// tablerender returns the collected rows as a table.
func (t *templateRun) tablerender() string {
	if len(t.rows) == 0 {
		return ""
	}
	width := 0
	if t.streams.OutTerminal {
		width = t.streams.Width()
	}
	var b strings.Builder
	_ = WriteTable(&b, Table{Rows: t.rows}, width) // a Builder never fails
	t.rows = nil
	return b.String()
}

func join(separator string, values []any) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = formatValue(value)
	}
	return strings.Join(texts, separator)
}

// pluck returns one field of each object.
func pluck(field string, objects []any) ([]any, error) {
	var values []any
	for _, object := range objects {
		fields, ok := object.(map[string]any)
		if !ok {
			return nil, errors.New("pluck: not a list of objects")
		}
		values = append(values, fields[field])
	}
	return values, nil
}

// parseTime reads a time in Unix seconds, as the service writes it, or in RFC
// 3339.
func parseTime(value any) (time.Time, error) {
	switch v := value.(type) {
	case float64:
		return time.UnixMicro(int64(v * 1e6)), nil
	case string:
		return time.Parse(time.RFC3339, v)
	}
	return time.Time{}, fmt.Errorf("%v is not a time", value)
}

func timeago(value any) (string, error) {
	t, err := parseTime(value)
	if err != nil {
		return "", err
	}
	return Ends(t, time.Now()), nil
}

func timefmt(layout string, value any) (string, error) {
	t, err := parseTime(value)
	if err != nil {
		return "", err
	}
	return t.Format(layout), nil
}

// cleanValue cleans every string in a JSON value, in place where it can.
func cleanValue(value any) any {
	switch v := value.(type) {
	case string:
		return CleanLines(v)
	case []any:
		for i, item := range v {
			v[i] = cleanValue(item)
		}
	case map[string]any:
		for key, item := range v {
			v[key] = cleanValue(item)
		}
	}
	return value
}

// formatValue formats a JSON value for a template: null is empty, and strings
// have no quotes.
func formatValue(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}
