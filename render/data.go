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

	"go.yaml.in/yaml/v3"

	"apono/render/safetext"
)

// Format is an output format.
type Format string

// The output formats.
const (
	FormatTable Format = "table"
	FormatJSON  Format = "json"
	FormatYAML  Format = "yaml"
)

// Formats returns the names of all formats, in the order in which help lists
// them.
func Formats() []string {
	return []string{string(FormatTable), string(FormatJSON), string(FormatYAML)}
}

// Data writes value to Out as JSON or YAML; both follow its JSON tags. It
// escapes characters that could control a terminal, so that nothing is lost and
// the terminal is safe. Any other format is an error.
func (s *Streams) Data(format Format, value any) error {
	switch format {
	case FormatJSON:
		return writeJSON(s.Out, value)
	case FormatYAML:
		return writeYAML(s.Out, value)
	}
	return fmt.Errorf("cannot write data as %q: use json or yaml", format)
}

func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := io.WriteString(w, escapeUnsafe(b.String(), writeUnicodeEscape))
	return err
}

// escapeUnsafe returns text with each character that CleanLines would remove
// replaced by what escape writes. JSON and YAML allow many of these characters
// within quotes, and some terminals interpret them.
func escapeUnsafe(text string, escape func(*strings.Builder, rune)) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	if !strings.ContainsFunc(text, isUnsafe) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isUnsafe(r) {
			escape(&b, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Escape returns text on one line with each character that Clean would remove or change
// replaced by its JSON escape, such as \u200b, so that people can copy it.
func Escape(text string) string {
	if IsClean(text) {
		return text
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, string(utf8.RuneError)) {
		if safetext.Unsafe(r) {
			writeUnicodeEscape(&b, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func writeUnicodeEscape(b *strings.Builder, r rune) {
	for _, unit := range utf16.AppendRune(nil, r) {
		fmt.Fprintf(b, `\u%04x`, unit)
	}
}

// isUnsafe reports whether r must be escaped in text of several lines.
func isUnsafe(r rune) bool { return r != '\n' && r != '\t' && safetext.Unsafe(r) }

// writeYAML converts value to JSON first, so that both formats have the same
// fields in the same order.
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

// yamlNode reads one JSON value. It keeps the order of the keys.
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
	return nil, errors.New("unexpected JSON token")
}

// numberTag returns the YAML type of a number. YAML readers treat integers that
// do not fit into 64 bits as floats.
func numberTag(number string) string {
	_, signed := strconv.ParseInt(number, 10, 64)
	_, unsigned := strconv.ParseUint(number, 10, 64)
	if signed != nil && unsigned != nil {
		return "!!float"
	}
	return "!!int"
}

// needsEscapes reports whether text must be in double quotes, the only YAML
// style with escapes: it has unsafe characters, or several lines whose leading
// blanks the encoder would take for indentation.
func needsEscapes(text string) bool {
	blanks := strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\n") || strings.Contains(text, "\t")
	return strings.ContainsFunc(text, isUnsafe) || blanks && strings.Contains(text, "\n")
}
