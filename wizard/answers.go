// Package wizard contains the guided flows: the questions, their order, and what the
// answers become. Every request is the wizard with some answers already given: flags
// give answers, prompts ask for the rest, and the replay line turns all of them back
// into flags. The package talks to the service and to the user. It must not depend
// on cobra, on profiles, or on where tokens come from.
package wizard

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"apono/render"
	"apono/wizard/kind"
)

// Answers is everything a user decides about one request. Each answer is a value
// that its flag accepts, never a label. The zero value has no answers yet.
type Answers struct {
	Integration   string
	ResourceType  string
	Resources     []string
	Permissions   []string
	Bundle        string
	Grantee       string        // whom the access is for; empty means the user
	AccessUnits   []string      // IDs of the bundle's access units; empty means all of them
	Duration      time.Duration // 0 means not given
	Justification string
	CustomFields  []CustomField

	durationErr error  // what is wrong with --duration; nil if it is valid
	start       *start // what the questions start with; nil for nothing
	manyHours   bool   // --duration is a bare number of more hours than a day has
}

// answer ties one answer to its flag. Its place in the table is its place in the
// replay line.
type answer struct {
	flag, short string
	valueType   string // for help
	usage       string
	words       func(*Answers) []string // the answer as flag values; none if not given
	set         func(*Answers, string) error
	add         func(*Answers, string) // sets or adds one value; only for answers that name an item
	unquoted    bool                   // needs no quotes in the replay line
}

// answerTable returns every answer in the order of the replay line. A new answer
// needs a row here and a step in steps.go.
func answerTable() []answer {
	return []answer{
		text("integration", "i", "The integration: ID, type/name or unique name", func(a *Answers) *string { return &a.Integration }),
		text("resource-type", "t", "The resource type: ID or name", func(a *Answers) *string { return &a.ResourceType }),
		list("permissions", "p", "The permissions: IDs or names (repeatable, or separated by commas)", func(a *Answers) *[]string { return &a.Permissions }),
		list("resources", "r", "The resources: source IDs (such as ARNs), paths, names or IDs (repeatable, or separated by commas)", func(a *Answers) *[]string { return &a.Resources }),
		text("bundle", "b", "The bundle: ID or name", func(a *Answers) *string { return &a.Bundle }),
		list("access-units", "", "Part of the bundle: IDs of access units (default: all of them)", func(a *Answers) *[]string { return &a.AccessUnits }),
		text("grantee", "", "Whom the access is for: name, source ID or ID (default: you)", func(a *Answers) *string { return &a.Grantee }),
		{flag: "duration", short: "d", valueType: "duration", usage: "How long you need the access: hours such as 0.75, or 45m, 1h30m, until 18:00", words: durationWords, set: setDuration, unquoted: true},
		{flag: "justification", short: "j", valueType: "string", usage: "Why you need the access", words: justificationWords, set: setJustification},
		{flag: "custom-field", valueType: "key=value", usage: "A value for one of the account's custom fields (repeatable)", words: customFieldWords, set: setCustomField},
	}
}

// Flags adds the flag of every answer to a flag set. Parsing it fills a.
func (a *Answers) Flags(flags *pflag.FlagSet) {
	for _, row := range answerTable() {
		flags.VarP(&flagValue{row, a}, row.flag, row.short, row.usage)
	}
}

// FlagsOf is Flags for some of the answers, by the names of their flags.
func (a *Answers) FlagsOf(flags *pflag.FlagSet, names ...string) {
	for _, row := range answerTable() {
		if slices.Contains(names, row.flag) {
			flags.VarP(&flagValue{row, a}, row.flag, row.short, row.usage)
		}
	}
}

// AnswerFlag returns the flag with the given name, so that other commands can offer
// the same one; nil if no answer has a flag with that name.
func AnswerFlag(name string) *pflag.Flag {
	var a Answers
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	a.Flags(flags)
	return flags.Lookup(name)
}

// Args returns the answers as command-line arguments.
func (a *Answers) Args() []string {
	var args []string
	for _, row := range answerTable() {
		for _, word := range row.words(a) {
			args = append(args, "--"+row.flag, word)
		}
	}
	return args
}

// with returns the answers with an item added under its kind's flag.
func (a Answers) with(item kind.Item) Answers {
	for _, row := range answerTable() {
		if row.flag == item.Info.Flag {
			row.add(&a, item.FlagValue)
		}
	}
	return a
}

// AnswersFor returns the answers that start a request for an item: the item, and where it
// is.
func AnswersFor(item kind.Item) Answers {
	var a Answers
	if in := item.Scope; item.Info.Slug != kind.Bundles().Slug {
		a.Integration = cmp.Or(in.Flags.Integration, render.Escape(in.Integration.ID))
		a.ResourceType = cmp.Or(in.Flags.ResourceType, render.Escape(in.ResourceType.ID))
	}
	return a.with(item)
}

// coverAll reports whether every answer in all was given in a, in whatever spelling.
func (a *Answers) coverAll(all Answers) bool {
	for _, row := range answerTable() {
		if len(row.words(&all)) > 0 && len(row.words(a)) == 0 {
			return false
		}
	}
	return true
}

// Conflict returns an error if given flags exclude each other or need another flag.
func (a *Answers) Conflict() error {
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
			return &UsageError{Message: row.flag + " and " + row.other + " cannot be used together", Hint: "Request either a bundle or resources of an integration"}
		}
	}
	if len(a.AccessUnits) > 0 && a.Bundle == "" {
		return &UsageError{Message: "--access-units needs --bundle", Hint: "Name the bundle that contains them"}
	}
	return nil
}

// MaxResources is how many resources the service accepts in one request.
const MaxResources = 1000

func tooManyResources(n int) error {
	return &UsageError{Message: fmt.Sprintf("%d resources are too many: at most %d per request", n, MaxResources), Hint: "Split them into several requests"}
}

func text(flag, short, usage string, field func(*Answers) *string) answer {
	return answer{flag: flag, short: short, valueType: "string", usage: usage,
		words: func(a *Answers) []string { return nonEmpty(*field(a)) },
		set:   func(a *Answers, word string) error { *field(a) = unlessBlank(word); return nil },
		add:   func(a *Answers, value string) { *field(a) = value },
	}
}

func list(flag, short, usage string, field func(*Answers) *[]string) answer {
	return answer{flag: flag, short: short, valueType: "strings", usage: usage,
		words: func(a *Answers) []string { return quoteEach(*field(a)) },
		set: func(a *Answers, word string) error {
			*field(a) = append(*field(a), kind.SplitList(word)...)
			return nil
		},
		add: func(a *Answers, value string) { *field(a) = append(slices.Clone(*field(a)), value) },
	}
}

// unlessBlank returns the word as it is, because blanks can be part of a name; an empty
// one if there is nothing else in it.
func unlessBlank(word string) string {
	if strings.TrimSpace(word) == "" {
		return ""
	}
	return word
}

// nonEmpty returns the word as a list, empty if the word is.
func nonEmpty(word string) []string {
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

// setDuration stores the error of an invalid duration. It is reported later, with the
// longest duration allowed, which only the service knows.
func setDuration(a *Answers, word string) error {
	d, err := ParseDuration(word, time.Now())
	a.Duration, a.durationErr, a.manyHours = d, nil, isManyHours(word)
	var moment *momentError
	switch {
	case err == nil:
	case errors.As(err, &moment):
		a.durationErr = fmt.Errorf("--duration %q: %w", word, err)
	case errors.Is(err, errNoDuration):
		a.durationErr = fmt.Errorf("--duration %q is not a duration", word) // the hint says what is
	default:
		a.durationErr = fmt.Errorf("--duration %q %w", word, err)
	}
	return nil
}

func justificationWords(a *Answers) []string { return nonEmpty(a.Justification) }

// setJustification removes control characters and surrounding space, so that a blank
// text counts as no justification.
func setJustification(a *Answers, word string) error {
	a.Justification = strings.TrimSpace(render.CleanLines(word))
	return nil
}

// quoteEach quotes each word so that its flag parses it as one word.
func quoteEach(list []string) []string {
	words := make([]string, len(list))
	for i, word := range list {
		words[i] = kind.QuoteListWord(word)
	}
	return words
}

// flagValue is an answer as a pflag.Value.
type flagValue struct {
	row     answer
	answers *Answers
}

// Set sets the answer, or adds to it if it is a list.
func (v *flagValue) Set(word string) error { return v.row.set(v.answers, word) }

// Type returns the type of the value, for help.
func (v *flagValue) Type() string { return v.row.valueType }

// String returns the answer so far; empty if there is none.
func (v *flagValue) String() string {
	if v.answers == nil {
		return ""
	}
	return strings.Join(v.row.words(v.answers), " ")
}
