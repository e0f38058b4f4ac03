package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/itchyny/gojq"
)

// CheckJQ reports an error in a jq expression, so that a command can fail before
// it fetches anything.
func CheckJQ(expression string) error {
	_, err := compileJQ(expression)
	return err
}

func compileJQ(expression string) (*gojq.Code, error) {
	query, err := gojq.Parse(expression)
	if err != nil {
		return nil, fmt.Errorf("invalid jq expression: %w", err)
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, fmt.Errorf("invalid jq expression: %w", err)
	}
	return code, nil
}

// JQ writes the results of a jq expression applied to value to Out, one result a
// line: strings without quotes, everything else as JSON.
func (s *Streams) JQ(expression string, value any) error {
	code, err := compileJQ(expression)
	if err != nil {
		return err
	}
	input, err := toJSONValue(value)
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
	return s.writeResult(b.String())
}

func jqLine(result any) (string, error) {
	if text, ok := result.(string); ok {
		return text, nil
	}
	line, err := gojq.Marshal(result)
	return string(line), err
}

// toJSONValue converts value to the maps, slices, strings and numbers of its JSON.
func toJSONValue(value any) (any, error) {
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

// writeResult writes the result of a query. It cleans the text only for a
// terminal.
func (s *Streams) writeResult(text string) error {
	if s.OutTerminal {
		text = CleanLines(text)
	}
	_, err := io.WriteString(s.Out, text)
	return err
}
