package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Format is how data is written to Out.
type Format string

// The formats that every command which prints data knows.
const (
	FormatTable Format = "table"
	FormatJSON  Format = "json"
	FormatYAML  Format = "yaml"
)

// Formats are all formats, in the order in which help names them.
func Formats() []string {
	return []string{string(FormatTable), string(FormatJSON), string(FormatYAML)}
}

// Data writes value to Out as JSON or YAML, in the shape that its JSON tags
// give. Characters that a terminal could take for commands are escaped, so that
// the data is whole and the screen is safe.
func (s *Streams) Data(format Format, value any) error {
	switch format {
	case FormatJSON:
		return writeJSON(s.Out, value)
	case FormatYAML:
		return writeYAML(s.Out, value)
	}
	return fmt.Errorf("%q is not a format for data", format)
}

func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := io.WriteString(w, escapeControls(b.String()))
	return err
}

// escapeControls writes DEL and the C1 control characters, which JSON allows in
// strings and some terminals obey, as \u escapes.
func escapeControls(text string) string {
	if !strings.ContainsFunc(text, isC1) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isC1(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isC1(r rune) bool { return r >= 0x7f && r <= 0x9f }

// writeYAML goes through JSON, so that both formats have one shape and order.
func writeYAML(w io.Writer, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write YAML: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	node, err := yamlNode(decoder)
	if err != nil {
		return fmt.Errorf("write YAML: %w", err)
	}
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	if err := encoder.Encode(node); err != nil {
		return fmt.Errorf("write YAML: %w", err)
	}
	return encoder.Close()
}

// yamlNode reads one JSON value and keeps the order of its keys.
func yamlNode(decoder *json.Decoder) (*yaml.Node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return yamlScalar(token)
	}
	node := &yaml.Node{Kind: yaml.SequenceNode}
	if delim == '{' {
		node.Kind = yaml.MappingNode
	}
	for decoder.More() {
		child, err := yamlNode(decoder)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, child)
	}
	if len(node.Content) == 0 {
		node.Style = yaml.FlowStyle
	}
	_, err = decoder.Token()
	return node, err
}

func yamlScalar(token json.Token) (*yaml.Node, error) {
	var node yaml.Node
	switch v := token.(type) {
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
	case json.Number:
		tag := "!!int"
		if strings.ContainsAny(v.String(), ".eE") {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: v.String()}, nil
	case string, bool:
		return &node, node.Encode(v)
	}
	return nil, errors.New("unexpected JSON")
}
