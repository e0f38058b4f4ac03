package wizard

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
)

// Replay returns the command line that makes the same request again, quoted for
// a shell. An empty profile is left out.
func (a *Answers) Replay(profile string, shell render.Shell) string {
	words := []string{"requests", "create"}
	for _, row := range answerTable() {
		for _, word := range row.words(a) {
			if !row.unquoted {
				word = shell.Quote(word)
			}
			words = append(words, "--"+row.flag, word)
		}
	}
	line := render.CommandLine{Shell: shell, Profile: profile, QuoteProfile: true}
	return line.Wrap(strings.Join(words, " "))
}

// JoinExpansion quotes and joins the words of an alias's expansion.
func JoinExpansion(words []string) string {
	return render.JoinWords(words, render.POSIX.QuoteIfNeeded)
}

// EscapePlaceholders doubles the dollar signs in words that an alias would take for
// placeholders, such as $1.
func EscapePlaceholders(words []string) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = dollarDigit.ReplaceAllString(word, `$$$0`)
	}
	return list
}

var dollarDigit = regexp.MustCompile(`\$[1-9]`)

// AnswersOf returns the answers that repeat a request: one set for a bundle, else
// one for each integration and resource type in it.
func AnswersOf(r *client.Request, units []client.AccessUnit) []Answers {
	shared := Answers{}
	if r.DurationInSec != nil {
		shared.Duration = time.Duration(*r.DurationInSec) * time.Second
	}
	if r.Justification != nil {
		shared.Justification = *r.Justification
	}
	for key, value := range r.CustomFields {
		shared.CustomFields = append(shared.CustomFields, CustomField{key, value})
	}
	slices.SortFunc(shared.CustomFields, func(a, b CustomField) int { return strings.Compare(a.Key, b.Key) })
	if r.Bundle != nil {
		shared.Bundle = nameOrID(r.Bundle.Name, r.Bundle.ID)
		return []Answers{shared}
	}
	var sets []Answers
	for _, u := range units {
		sets = addUnit(sets, shared, u)
	}
	return sets
}

// addUnit adds a unit to the answers for its integration and resource type.
func addUnit(sets []Answers, shared Answers, u client.AccessUnit) []Answers {
	integration := nameOrID(u.Resource.Integration.Title(), u.Resource.Integration.ID)
	at := slices.IndexFunc(sets, func(a Answers) bool {
		return a.Integration == integration && a.ResourceType == u.Resource.Type.ID
	})
	if at < 0 {
		set := shared
		set.Integration, set.ResourceType = integration, u.Resource.Type.ID
		sets, at = append(sets, set), len(sets)
	}
	set := &sets[at]
	if resource := nameOrID(u.Resource.SourceID, u.Resource.ID); !slices.Contains(set.Resources, resource) {
		set.Resources = append(set.Resources, resource)
	}
	if !slices.Contains(set.Permissions, u.Permission.ID) {
		set.Permissions = append(set.Permissions, u.Permission.ID)
	}
	return sets
}

// nameOrID returns the name if it can be typed as a flag's value, else the ID.
func nameOrID(name, id string) string {
	if name == "" || !render.IsClean(name) {
		return id
	}
	return name
}
