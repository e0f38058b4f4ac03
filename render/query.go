package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/cli/go-gh/v2/pkg/jq"
	"github.com/cli/go-gh/v2/pkg/template"
	"github.com/itchyny/gojq"
)

// CheckJQ says what is wrong with a jq expression, before anything is fetched.
func CheckJQ(expression string) error {
	_, err := gojq.Parse(expression)
	if err != nil {
		return fmt.Errorf("not a jq expression: %w", err)
	}
	return nil
}

// JQ writes to Out what a jq expression makes of value: texts as they are, and
// everything else as JSON, one result a line.
func (s *Streams) JQ(expression string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	var result bytes.Buffer
	if err := jq.Evaluate(bytes.NewReader(data), &result, expression); err != nil {
		return err
	}
	return s.writeQueried(result.String())
}

// CheckTemplate says what is wrong with a Go template, before anything is
// fetched.
func CheckTemplate(text string) error {
	if err := template.New(io.Discard, 0, false).Parse(text); err != nil {
		return fmt.Errorf("not a template: %w", err)
	}
	return nil
}

// Template writes to Out what a Go template makes of value, which it sees as
// JSON, with the functions that gh's templates have (color, tablerow, timeago…).
func (s *Streams) Template(text string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	var result bytes.Buffer
	t := template.New(&result, s.Width(), s.ColorOut)
	if err := errors.Join(t.Parse(text), t.Execute(bytes.NewReader(data)), t.Flush()); err != nil {
		return err
	}
	_, err = io.WriteString(s.Out, result.String())
	return err
}

// writeQueried writes what a query gave. A terminal gets it cleaned; a file or
// a program gets it as it is.
func (s *Streams) writeQueried(text string) error {
	if s.OutTerminal {
		text = CleanLines(text)
	}
	_, err := io.WriteString(s.Out, text)
	return err
}
