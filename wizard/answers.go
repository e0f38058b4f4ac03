// Package wizard is the guided flow: what is asked, in which order, and what it
// becomes. Every request is the wizard with some answers already given: flags
// give them, prompts ask for the rest, and the replay line writes them down
// again. It knows the service's resources and the questions about them. It must
// not know cobra, profiles or where tokens come from.
package wizard

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"apono/render"
	"apono/wizard/kind"
)

// Answers is everything that a person decides about one request, by the value
// that stands after the flag, never by a label. The zero value is a request of
// which nothing is known yet.
type Answers struct {
	Integration   string
	ResourceType  string
	Resources     []string
	Permissions   []string
	Bundle        string
	AccessUnits   []string      // IDs of the bundle's access units; empty means all of it
	Duration      time.Duration // 0 means not given
	Justification string
	CustomFields  []CustomField

	unreadable error // what is wrong with the duration's flag; nil where it can be read
}

// CustomField is an answer to one of the account's own questions. Key is the
// field's ID, or its label when a person typed it.
type CustomField struct{ Key, Value string }

// answer ties one answer to its flag and its place in the replay line, which is
// its place in the table.
type answer struct {
	flag, short string
	takes       string // what the flag takes, for help
	usage       string
	words       func(*Answers) []string // as flag values; none where not given
	set         func(*Answers, string) error
	add         func(*Answers, string) // sets or adds one value; only for answers that name an item
	bare        bool                   // needs no quotes in the replay line
}

// table is every answer, in the order of the replay line. Adding an answer to a
// request means a row here and a step in steps.go.
func table() []answer {
	return []answer{
		text("integration", "i", "The integration: ID, type/name, or a name that only one has", func(a *Answers) *string { return &a.Integration }),
		text("resource-type", "t", "The resource type: ID or name", func(a *Answers) *string { return &a.ResourceType }),
		list("permissions", "p", "The permissions: IDs or names (repeat, or separate by commas)", func(a *Answers) *[]string { return &a.Permissions }),
		list("resources", "r", "The resources: source IDs (such as ARNs), paths, names or IDs (repeat, or separate by commas)", func(a *Answers) *[]string { return &a.Resources }),
		text("bundle", "b", "The bundle: ID or name", func(a *Answers) *string { return &a.Bundle }),
		list("access-units", "", "Part of the bundle: IDs of its access units (default all of it)", func(a *Answers) *[]string { return &a.AccessUnits }),
		{flag: "duration", short: "d", takes: "duration", usage: "How long the access is needed: hours such as 0.75, or 45m, 1h30m", words: durationWords, set: setDuration, bare: true},
		{flag: "justification", short: "j", takes: "string", usage: "Why the access is needed", words: justificationWords, set: setJustification},
		{flag: "custom-field", takes: "key=value", usage: "An answer to one of the account's own questions (repeat)", words: customFieldWords, set: setCustomField},
	}
}

// Flags adds the flags of every answer to a set, which fills a.
func (a *Answers) Flags(flags *pflag.FlagSet) {
	for _, row := range table() {
		flags.VarP(&flagValue{row, a}, row.flag, row.short, row.usage)
	}
}

// AnswerFlag returns the flag that gives an answer, so that other commands can
// offer the same one; nil if there is none of that name.
func AnswerFlag(name string) *pflag.Flag {
	var a Answers
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	a.Flags(flags)
	return flags.Lookup(name)
}

// Args writes the answers as the flags that give them again.
func (a *Answers) Args() []string {
	var args []string
	for _, row := range table() {
		for _, word := range row.words(a) {
			args = append(args, "--"+row.flag, word)
		}
	}
	return args
}

// with returns the answers with an item added under its kind's flag.
func (a Answers) with(item kind.Item) Answers {
	for _, row := range table() {
		if row.flag == item.Info.Flag {
			row.add(&a, item.FlagValue)
		}
	}
	return a
}

// Replay returns the command line that makes the same request again, quoted for
// a shell. An empty profile is left out.
func (a *Answers) Replay(profile string, shell render.Shell) string {
	words := []string{"requests", "create"}
	for _, row := range table() {
		for _, word := range row.words(a) {
			if !row.bare {
				word = shell.Quote(word)
			}
			words = append(words, "--"+row.flag, word)
		}
	}
	line := render.CommandLine{Shell: shell, Profile: profile, QuoteProfile: true}
	return line.Wrap(strings.Join(words, " "))
}

// Conflict says which of the given flags exclude each other, or lack one that
// they need; nil where all is well.
func (a *Answers) Conflict() error {
	if err := a.exclusive(); err != nil {
		return err
	}
	switch {
	case len(a.Resources) > 0 && a.ResourceType == "":
		return &UsageError{Message: "--resources needs --resource-type", Run: kind.ListOf("resource-type", map[string]string{"integration": a.Integration})}
	case len(a.Resources) > MaxResources:
		return tooManyResources(len(a.Resources))
	}
	return nil
}

// exclusive says which of the given flags exclude each other.
func (a *Answers) exclusive() error {
	for _, row := range []struct {
		flag, other string
		clash       bool
	}{
		{"--bundle", "--integration", a.Bundle != "" && a.Integration != ""},
		{"--bundle", "--resource-type", a.Bundle != "" && a.ResourceType != ""},
		{"--bundle", "--resources", a.Bundle != "" && len(a.Resources) > 0},
		{"--bundle", "--permissions", a.Bundle != "" && len(a.Permissions) > 0},
	} {
		if row.clash {
			return &UsageError{Message: row.flag + " and " + row.other + " exclude each other", Hint: "Ask for a bundle, or for resources of an integration"}
		}
	}
	if len(a.AccessUnits) > 0 && a.Bundle == "" {
		return &UsageError{Message: "--access-units needs --bundle", Hint: "Name the bundle that they belong to"}
	}
	return nil
}

// MaxResources is how many resources the service takes in one request.
const MaxResources = 1000

func tooManyResources(n int) error {
	return &UsageError{Message: fmt.Sprintf("%d resources are too many: a request takes at most %d", n, MaxResources), Hint: "Split them over several requests"}
}

func text(flag, short, usage string, field func(*Answers) *string) answer {
	return answer{flag: flag, short: short, takes: "string", usage: usage,
		words: func(a *Answers) []string { return given(*field(a)) },
		set:   func(a *Answers, word string) error { *field(a) = strings.TrimSpace(word); return nil },
		add:   func(a *Answers, value string) { *field(a) = value },
	}
}

func list(flag, short, usage string, field func(*Answers) *[]string) answer {
	return answer{flag: flag, short: short, takes: "strings", usage: usage,
		words: func(a *Answers) []string { return joinEach(*field(a)) },
		set: func(a *Answers, word string) error {
			*field(a) = append(*field(a), kind.SplitList(word)...)
			return nil
		},
		add: func(a *Answers, value string) { *field(a) = append(slices.Clone(*field(a)), value) },
	}
}

func given(word string) []string {
	if word == "" {
		return nil
	}
	return []string{word}
}

func durationWords(a *Answers) []string {
	if a.Duration == 0 {
		return nil
	}
	return []string{render.Duration(a.Duration)}
}

// setDuration keeps what is wrong with a duration, to be told together with the
// longest that is allowed, which only the service knows.
func setDuration(a *Answers, word string) error {
	d, err := ParseDuration(word)
	a.Duration, a.unreadable = d, nil
	if err != nil {
		a.unreadable = fmt.Errorf("--duration %q: %w", word, err)
	}
	return nil
}

func justificationWords(a *Answers) []string { return given(a.Justification) }

// setJustification drops what nobody means to say: control characters, and
// space around the text. Nothing but space is no justification.
func setJustification(a *Answers, word string) error {
	a.Justification = strings.TrimSpace(render.CleanLines(word))
	return nil
}

func customFieldWords(a *Answers) []string {
	var words []string
	for _, field := range a.CustomFields {
		words = append(words, field.Key+"="+field.Value)
	}
	return words
}

func setCustomField(a *Answers, word string) error {
	key, value, ok := strings.Cut(word, "=")
	if !ok || key == "" {
		return errors.New("write it as key=value")
	}
	a.CustomFields = append(a.CustomFields, CustomField{key, value})
	return nil
}

// setCustomFieldValue replaces an answer, or takes it back where value is empty.
func (a *Answers) setCustomFieldValue(key, value string) {
	kept := a.CustomFields[:0:0]
	for _, field := range a.CustomFields {
		if field.Key != key {
			kept = append(kept, field)
		}
	}
	if value != "" {
		kept = append(kept, CustomField{key, value})
	}
	a.CustomFields = kept
}

// ParseDuration reads what a person types for a duration: decimal hours, as the
// prompt asks for (0.75 is 45 minutes), or Go's notation (45m, 1h30m). The
// result is at least a second, in whole seconds, as the service counts.
func ParseDuration(word string) (time.Duration, error) {
	word = strings.ReplaceAll(strings.TrimSpace(word), " ", "")
	if strings.Contains(word, ",") {
		return 0, fmt.Errorf("write fractions with a point: %s", strings.ReplaceAll(word, ",", "."))
	}
	d, err := time.ParseDuration(word)
	if hours, floatErr := strconv.ParseFloat(word, 64); floatErr == nil {
		d, err = time.Duration(min(hours, 1e6)*float64(time.Hour)), nil
	}
	switch {
	case err != nil:
		return 0, errors.New("use hours, such as 0.75 or 8, or write 45m or 1h30m")
	case d > longestDuration:
		return 0, errors.New("that is too long")
	case d < time.Second:
		return 0, errors.New("it must be longer than nothing: use hours, such as 0.75, or write 45m")
	}
	return d.Truncate(time.Second), nil
}

// longestDuration is what the service's int32 of seconds can hold.
const longestDuration = (1<<31 - 1) * time.Second

// joinEach writes each word so that its flag reads it back as one word.
func joinEach(list []string) []string {
	words := make([]string, len(list))
	for i, word := range list {
		words[i] = kind.QuoteListWord(word)
	}
	return words
}

// flagValue is one answer as a pflag.Value.
type flagValue struct {
	row     answer
	answers *Answers
}

// Set gives the answer, or adds to it where it is a list.
func (v *flagValue) Set(word string) error { return v.row.set(v.answers, word) }

// Type names what the flag takes, in help.
func (v *flagValue) Type() string { return v.row.takes }

// String is the answer as it stands; empty where there is none.
func (v *flagValue) String() string {
	if v.answers == nil {
		return ""
	}
	return strings.Join(v.row.words(v.answers), " ")
}
