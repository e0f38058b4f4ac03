package submission

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/client/sandbox/catalog"
)

// CheckFlows checks a justification and a duration, in seconds, against the
// access flows of parts; nil means that there is none.
func CheckFlows(parts []Part, justification *string, seconds *int32) []Problem {
	var problems []Problem
	if isBlank(justification) && anyFlow(parts, func(f *catalog.Flow) bool { return f.RequiresJustification }) {
		problems = append(problems, Problem{Code: client.DryRunFieldMissing, Field: client.DryRunJustification, Message: "A justification is required"})
	}
	if message := checkDuration(parts, seconds); message != "" {
		problems = append(problems, Problem{
			Code:    client.DryRunInvalidDuration,
			Field:   client.DryRunDuration,
			Message: message,
			Details: map[string]any{"max_duration": int64(MaxDuration(parts) / time.Second)},
		})
	}
	return problems
}

func anyFlow(parts []Part, is func(*catalog.Flow) bool) bool {
	return slices.ContainsFunc(parts, func(p Part) bool { return is(p.Flow) })
}

func isBlank(text *string) bool { return text == nil || strings.TrimSpace(*text) == "" }

// checkDuration returns what is wrong with a duration, or "".
func checkDuration(parts []Part, seconds *int32) string {
	if len(parts) == 0 {
		return ""
	}
	limit := MaxDuration(parts)
	switch {
	case seconds == nil && anyFlow(parts, func(f *catalog.Flow) bool { return f.RequiresDuration }):
		return fmt.Sprintf("A duration is required, at most %s", hours(limit))
	case seconds == nil:
		return ""
	case *seconds <= 0:
		return fmt.Sprintf("The duration must be greater than zero and at most %s", hours(limit))
	case time.Duration(*seconds)*time.Second > limit:
		return fmt.Sprintf("The duration is too long: at most %s", hours(limit))
	}
	return ""
}

// MaxDuration returns the longest duration that the flows of all parts allow.
// There must be at least one part.
func MaxDuration(parts []Part) time.Duration {
	limit := parts[0].Flow.MaxDuration
	for _, p := range parts[1:] {
		limit = min(limit, p.Flow.MaxDuration)
	}
	return limit
}

func hours(d time.Duration) string {
	if d == time.Hour {
		return "1 hour"
	}
	return fmt.Sprintf("%g hours", d.Hours())
}

// CheckCustomFields checks the values of a new request, by field ID, against the
// account's custom fields.
func CheckCustomFields(fields []client.CustomField, values map[string]string) []Problem {
	var problems []Problem
	report := func(format string, args ...any) {
		problems = append(problems, Problem{Code: CodeInvalidCustomField, Field: "custom_fields", Message: fmt.Sprintf(format, args...)})
	}
	for _, id := range slices.Sorted(maps.Keys(values)) {
		if !slices.ContainsFunc(fields, func(f client.CustomField) bool { return f.ID == id }) {
			report("There is no custom field %q", id)
		}
	}
	for _, f := range fields {
		value := strings.TrimSpace(values[f.ID])
		keys := optionKeys(f)
		switch {
		case value == "" && f.Required:
			report("The custom field %s (%s) is required", f.ID, f.Label)
		case value != "" && f.Type == client.CustomFieldSelect && !slices.Contains(keys, value):
			report("%q is not a value of the custom field %s (%s): use one of %s", value, f.ID, f.Label, strings.Join(keys, ", "))
		}
	}
	return problems
}

// optionKeys returns the keys of the values that a field offers.
func optionKeys(f client.CustomField) []string {
	keys := make([]string, 0, len(f.Values))
	for _, v := range f.Values {
		keys = append(keys, v.Key)
	}
	return keys
}
