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

// CheckTemplate says what is wrong with a Go template, before anything is
// fetched.
func CheckTemplate(text string) error {
	if _, err := new(templating).parse(text); err != nil {
		return fmt.Errorf("not a template: %w", err)
	}
	return nil
}

// Template writes to Out what a Go template makes of value, which it sees as
// JSON. Its functions are those that gh's templates have, by the same names
// (gh help formatting).
func (s *Streams) Template(text string, value any) error {
	input, err := plain(value)
	if err != nil {
		return err
	}
	if s.OutTerminal {
		input = cleanValue(input)
	}
	t := &templating{streams: s}
	parsed, err := t.parse(text)
	if err != nil {
		return fmt.Errorf("not a template: %w", err)
	}
	var b strings.Builder
	if err := parsed.Execute(&b, input); err != nil {
		return err
	}
	b.WriteString(t.tablerender())
	_, err = io.WriteString(s.Out, b.String())
	return err
}

// templating is one use of a template: the stream it writes to, and the rows of
// a table that is not written yet.
type templating struct {
	streams *Streams
	rows    [][]Text
}

func (t *templating) parse(text string) (*template.Template, error) {
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
		"truncate":    func(width int, value any) string { return Cut(textOf(value), width) },
	}).Parse(text)
}

// autocolor writes a value in a colour where colour may be written, and color
// everywhere.
func (t *templating) autocolor(name string, value any) (string, error) {
	return paint(t.streams.PaletteOut(), name, value)
}

func (t *templating) color(name string, value any) (string, error) {
	return paint(Palette{on: true}, name, value)
}

func paint(palette Palette, name string, value any) (string, error) {
	attribute, known := map[string]color.Attribute{
		"black": color.FgBlack, "red": color.FgRed, "green": color.FgGreen, "yellow": color.FgYellow, "blue": color.FgBlue,
		"magenta": color.FgMagenta, "cyan": color.FgCyan, "white": color.FgWhite, "bold": color.Bold, "faint": color.Faint,
	}[strings.TrimSuffix(name, "+b")]
	if !known {
		return "", fmt.Errorf("there is no colour %q", name)
	}
	return string(palette.paint(textOf(value), attribute)), nil
}

// hyperlink writes a link that a terminal can follow, and the text alone
// elsewhere.
func (t *templating) hyperlink(url, text string) string {
	if text == "" {
		text = url
	}
	if !t.streams.OutTerminal {
		return text
	}
	return "\x1b]8;;" + Clean(url) + "\x1b\\" + Clean(text) + "\x1b]8;;\x1b\\"
}

// tablerow keeps a row for tablerender.
func (t *templating) tablerow(cells ...any) string {
	row := make([]Text, len(cells))
	for i, cell := range cells {
		row[i] = Text(textOf(cell))
	}
	t.rows = append(t.rows, row)
	return ""
}

// tablerender writes the rows that were kept.
func (t *templating) tablerender() string {
	if len(t.rows) == 0 {
		return ""
	}
	width := 0
	if t.streams.OutTerminal {
		width = t.streams.Width()
	}
	var b strings.Builder
	writeTable(&b, Table{Rows: t.rows}, width)
	t.rows = nil
	return b.String()
}

func join(separator string, values []any) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = textOf(value)
	}
	return strings.Join(texts, separator)
}

// pluck takes one field out of each of a list of objects.
func pluck(field string, objects []any) ([]any, error) {
	var values []any
	for _, object := range objects {
		fields, ok := object.(map[string]any)
		if !ok {
			return nil, errors.New("pluck wants a list of objects")
		}
		values = append(values, fields[field])
	}
	return values, nil
}

// moment reads a time as the service writes it, in seconds, or as a text.
func moment(value any) (time.Time, error) {
	switch v := value.(type) {
	case float64:
		return time.UnixMicro(int64(v * 1e6)), nil
	case string:
		return time.Parse(time.RFC3339, v)
	}
	return time.Time{}, fmt.Errorf("%v is no time", value)
}

func timeago(value any) (string, error) {
	t, err := moment(value)
	if err != nil {
		return "", err
	}
	return Left(t, time.Now()), nil
}

func timefmt(layout string, value any) (string, error) {
	t, err := moment(value)
	if err != nil {
		return "", err
	}
	return t.Format(layout), nil
}

// cleanValue cleans every text in a JSON value.
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

// textOf writes a JSON value as a template shows it: null as nothing, whole
// numbers without a fraction.
func textOf(value any) string {
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
