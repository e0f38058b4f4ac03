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
	if s.OutTerminal {
		// What the template writes itself may be coloured: clean what it reads.
		if data, err = cleanJSON(data); err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
	}
	var result bytes.Buffer
	t := template.New(&result, s.Width(), s.ColorOut)
	if err := t.Parse(text); err != nil {
		return err
	}
	if err := errors.Join(t.Execute(bytes.NewReader(data)), t.Flush()); err != nil {
		return err
	}
	_, err = io.WriteString(s.Out, result.String())
	return err
}

// cleanJSON cleans every text in a JSON value.
func cleanJSON(data []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(cleanValue(value))
}

func cleanValue(value any) any {
	switch v := value.(type) {
	case string:
		return CleanLines(v)
	case []any:
		for i := range v {
			v[i] = cleanValue(v[i])
		}
	case map[string]any:
		clean := make(map[string]any, len(v))
		for name, item := range v {
			clean[CleanLines(name)] = cleanValue(item)
		}
		return clean
	}
	return value
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
