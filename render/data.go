package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"apono/render/safetext"

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
	_, err := io.WriteString(w, escapeUnsafe(b.String(), func(b *strings.Builder, r rune) {
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(b, `\u%04x`, unit)
		}
	}))
	return err
}

// escapeUnsafe has escape write what Clean would take out of text, apart from
// line ends and tabs: both formats allow it within quotes, and some terminals
// obey it.
func escapeUnsafe(text string, escape func(*strings.Builder, rune)) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	if !strings.ContainsFunc(text, isHidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isHidden(r) {
			escape(&b, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isHidden(r rune) bool { return r != '\n' && r != '\t' && safetext.Unsafe(r) }

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
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := errors.Join(encoder.Encode(node), encoder.Close()); err != nil {
		return fmt.Errorf("write YAML: %w", err)
	}
	_, err = io.WriteString(w, escapeUnsafe(b.String(), func(b *strings.Builder, r rune) {
		fmt.Fprintf(b, `\U%08x`, r)
	}))
	return err
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
	switch v := token.(type) {
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: numberTag(v.String()), Value: v.String()}, nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v)}, nil
	case string:
		if needsEscapes(v) {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v, Style: yaml.DoubleQuotedStyle}, nil
		}
		var node yaml.Node
		return &node, node.Encode(v)
	}
	return nil, errors.New("unexpected JSON")
}

// numberTag says what a reader of YAML takes a number for: integers that no
// machine word holds are floats to it.
func numberTag(number string) string {
	_, signed := strconv.ParseInt(number, 10, 64)
	_, unsigned := strconv.ParseUint(number, 10, 64)
	if signed != nil && unsigned != nil {
		return "!!float"
	}
	return "!!int"
}

// needsEscapes says whether text has to stand in double quotes, the one style
// with escapes: for what is hidden, and for lines whose blanks the encoder
// would mistake for its own.
func needsEscapes(text string) bool {
	blanks := strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\n") || strings.Contains(text, "\t")
	return strings.ContainsFunc(text, isHidden) || blanks && strings.Contains(text, "\n")
}
