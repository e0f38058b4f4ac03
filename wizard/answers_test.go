package wizard

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"pgregory.net/rapid"

	"apono/render"
)

// parseFlags returns the answers in command-line arguments.
func parseFlags(args []string) (Answers, error) {
	var a Answers
	flags := pflag.NewFlagSet("create", pflag.ContinueOnError)
	a.Flags(flags)
	return a, flags.Parse(args)
}

// anyWord generates text with many characters that parsers and shells get wrong.
func anyWord() *rapid.Generator[string] {
	odd := rapid.SampledFrom([]string{",", `"`, `""`, "'", "\n", "-", "--", "=", " ", "$(reboot)", "`x`", `\`, "!", "!!", "*", "~", "#", ";", "&", "|", "\t", "\r", "é", "価", "\u202e", "👩‍👩‍👧", "’", "%", "{a,b}", "<", "(", "[", "^", "?"})
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(odd, rapid.StringN(0, 4, -1)), 0, 6).Draw(t, "parts")
		return strings.ReplaceAll(strings.Join(parts, ""), "\x00", "")
	})
}

// trimmedWord generates text without surrounding space.
func trimmedWord() *rapid.Generator[string] {
	return rapid.Map(anyWord(), strings.TrimSpace)
}

// anyAnswers generates answers that a flow can have: names and the justification are
// trimmed, and the justification has no control characters.
func anyAnswers() *rapid.Generator[Answers] {
	return rapid.Custom(func(t *rapid.T) Answers {
		list := func(name string) []string {
			words := rapid.SliceOfN(anyWord(), 0, 4).Draw(t, name)
			if len(words) == 0 {
				return nil
			}
			return words
		}
		a := Answers{
			Integration:   trimmedWord().Draw(t, "integration"),
			ResourceType:  trimmedWord().Draw(t, "type"),
			Resources:     list("resources"),
			Permissions:   list("permissions"),
			Bundle:        trimmedWord().Draw(t, "bundle"),
			AccessUnits:   list("units"),
			Justification: strings.TrimSpace(render.CleanLines(anyWord().Draw(t, "justification"))),
		}
		if rapid.Bool().Draw(t, "timed") {
			a.Duration = time.Duration(rapid.Int64Range(1, 1<<31-1).Draw(t, "seconds")) * time.Second
		}
		for range rapid.IntRange(0, 3).Draw(t, "fields") {
			key := strings.ReplaceAll(anyWord().Draw(t, "key"), "=", "")
			if key != "" {
				a.CustomFields = append(a.CustomFields, wholeField(key, anyWord().Draw(t, "value")))
			}
		}
		return a
	})
}

func TestArgsRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := anyAnswers().Draw(t, "answers")
		got, err := parseFlags(want.Args())
		if err != nil {
			t.Fatalf("%q: got error %v", want.Args(), err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: got\n%+v, want\n%+v", want.Args(), got, want)
		}
	})
}

// TestListFlag parses lists that are separated by commas and quoted as in CSV.
func TestListFlag(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value string
		want  []string
	}{
		{"a,b,c", []string{"a", "b", "c"}},
		{"a,,b,", []string{"a", "b"}},
		{`"a,b",c`, []string{"a,b", "c"}},
		{`"a ""quoted"" word",c`, []string{`a "quoted" word`, "c"}},
		{`"",c`, []string{"", "c"}},
		{`a"b,c`, []string{`a"b`, "c"}},
		{`"never closed,c`, []string{"never closed,c"}},
		{`"closed"early,c`, []string{"closedearly", "c"}},
		{" a , b ", []string{" a ", " b "}},
		{"", nil},
		{",", nil},
		{"arn:aws:s3:::bucket", []string{"arn:aws:s3:::bucket"}},
	} {
		a, err := parseFlags([]string{"--resources", c.value})
		if err != nil || !slices.Equal(a.Resources, c.want) {
			t.Errorf("--resources %s: got %q and error %v, want %q", c.value, a.Resources, err, c.want)
		}
	}
}

// TestFlagsOfFirstGenerationScripts uses the short flags and notations that scripts
// written for the first generation of apono use.
func TestFlagsOfFirstGenerationScripts(t *testing.T) {
	t.Parallel()
	got, err := parseFlags([]string{"-i", "aws-account/Playground", "-t", "bucket", "-r", "a,b", "-r=c", "-p", "READ_ONLY", "-d", "0.75", "-j", " Look\u202e at it\x1b[2J ", "--custom-field", "ticket=OPS-1=2"})
	want := Answers{
		Integration: "aws-account/Playground", ResourceType: "bucket", Resources: []string{"a", "b", "c"}, Permissions: []string{"READ_ONLY"},
		Duration: 45 * time.Minute, Justification: "Look at it", CustomFields: []CustomField{{Key: "ticket", Value: "OPS-1=2"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v and error %v, want %+v", got, err, want)
	}
}

func TestCustomFieldFlagNeedsKey(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"ticket", "=OPS-1", ""} {
		if _, err := parseFlags([]string{"--custom-field", word}); err == nil || !strings.Contains(err.Error(), "key=value") {
			t.Errorf("--custom-field %q: got error %v, want one that mentions key=value", word, err)
		}
	}
}

func TestReplayMatchesDocumentedExample(t *testing.T) {
	t.Parallel()
	a := Answers{
		Integration: "aws-account/AWS-account-Playground-integration", ResourceType: "aws-account-s3-bucket", Permissions: []string{"READ_ONLY"},
		Resources: []string{"arn:aws:s3:::playground-env-terraform-01-state"}, Duration: 7*time.Minute + 22*time.Second, Justification: "Testing",
	}
	want := `apono requests create --integration "aws-account/AWS-account-Playground-integration" --resource-type "aws-account-s3-bucket" --permissions "READ_ONLY" --resources "arn:aws:s3:::playground-env-terraform-01-state" --duration 7m22s --justification "Testing"`
	if got := a.Replay("", render.POSIX); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := a.Replay("work", render.POSIX); got != want+` --profile "work"` {
		t.Errorf("with a profile: got %s, want %s --profile \"work\"", got, want)
	}
}

func TestReplayIncludesEveryAnswer(t *testing.T) {
	t.Parallel()
	a := Answers{Bundle: "On call", AccessUnits: []string{"u~1", "u,2"}, Duration: 45 * time.Minute, CustomFields: []CustomField{{Key: "ticket", Value: "OPS-1"}, {Key: "environment", Value: "$HOME"}}}
	want := `apono requests create --bundle "On call" --access-units "u~1" --access-units '"u,2"' --duration 45m --custom-field "ticket=OPS-1" --custom-field 'environment=$HOME'`
	if got := a.Replay("", render.POSIX); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	a = Answers{Resources: []string{"o'brien", "‘quoted’", "$(x)", "plain"}}
	want = `apono requests create --resources 'o''brien' --resources '‘‘quoted’’' --resources '$(x)' --resources "plain"`
	if got := a.Replay("", render.PowerShell); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestDurationTextRoundTrip parses durations the way flows print them.
func TestDurationTextRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(1, 1<<31-1).Draw(t, "seconds")) * time.Second
		for _, text := range []string{render.Duration(want), strings.ReplaceAll(render.Duration(want), "m", "m ")} {
			if got, err := ParseDuration(text, time.Now()); err != nil || got != want {
				t.Fatalf("%v is formatted as %s, which parses as %v with error %v", want, text, got, err)
			}
		}
	})
}

func TestAnswersConflict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		answers Answers
		message []string // all of it is in the error's message
	}{
		{"bundle and integration", Answers{Bundle: "b", Integration: "i"}, []string{"--bundle", "--integration"}},
		{"bundle and type", Answers{Bundle: "b", ResourceType: "t"}, []string{"--bundle", "--resource-type"}},
		{"bundle and resources", Answers{Bundle: "b", Resources: []string{"r"}}, []string{"--bundle", "--resources"}},
		{"bundle and permissions", Answers{Bundle: "b", Permissions: []string{"p"}}, []string{"--bundle", "--permissions"}},
		{"units without a bundle", Answers{AccessUnits: []string{"u"}}, []string{"--access-units", "--bundle"}},
	} {
		var usage *UsageError
		if err := c.answers.Conflict(); !errors.As(err, &usage) || !containsAll(usage.Message, c.message) {
			t.Errorf("%s: got error %v, want a *UsageError that contains %q", c.name, err, c.message)
		}
	}
	for _, valid := range []Answers{
		{}, {Bundle: "b", AccessUnits: []string{"u"}}, {Integration: "i"}, {Integration: "i", Permissions: []string{"p"}},
		{Integration: "i", Resources: []string{"r"}, Permissions: []string{"p"}}, // the type may be the only one
	} {
		if err := valid.Conflict(); err != nil {
			t.Errorf("%+v: got error %v", valid, err)
		}
	}
}

// containsAll reports whether text contains every part.
func containsAll(text string, parts []string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}
