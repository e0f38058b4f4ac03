package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/itchyny/gojq"
)

// CheckJQ says what is wrong with a jq expression, before anything is fetched.
func CheckJQ(expression string) error {
	_, err := compileJQ(expression)
	return err
}

func compileJQ(expression string) (*gojq.Code, error) {
	query, err := gojq.Parse(expression)
	if err != nil {
		return nil, fmt.Errorf("not a jq expression: %w", err)
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, fmt.Errorf("not a jq expression: %w", err)
	}
	return code, nil
}

// JQ writes to Out what a jq expression makes of value: texts as they are, and
// everything else as JSON, one result a line.
func (s *Streams) JQ(expression string, value any) error {
	code, err := compileJQ(expression)
	if err != nil {
		return err
	}
	input, err := plain(value)
	if err != nil {
		return err
	}
	var b strings.Builder
	for results := code.Run(input); ; {
		result, more := results.Next()
		if !more {
			break
		}
		if err, failed := result.(error); failed {
			var halt *gojq.HaltError
			if errors.As(err, &halt) && halt.Value() == nil {
				break
			}
			return fmt.Errorf("jq: %w", err)
		}
		line, err := jqLine(result)
		if err != nil {
			return err
		}
		b.WriteString(line + "\n")
	}
	return s.writeQueried(b.String())
}

func jqLine(result any) (string, error) {
	if text, ok := result.(string); ok {
		return text, nil
	}
	line, err := gojq.Marshal(result)
	return string(line), err
}

// plain turns a value into what its JSON holds: maps, lists, texts, numbers.
func plain(value any) (any, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	var result any
	if err := json.Unmarshal(data, &result); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	return result, nil
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
