package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"apono/client"
)

// checkRules holds a submission against what its flows want. Dry run and
// create share it, so that the one never promises what the other refuses.
func checkRules(parts []part, justification *string, seconds *int32) []fault {
	var faults []fault
	if blank(justification) && slices.ContainsFunc(parts, func(p part) bool { return p.flow.needsJustification }) {
		faults = append(faults, fault{code: client.DryRunFieldMissing, field: client.DryRunJustification, message: "A justification is required"})
	}
	if message := durationFault(parts, seconds); message != "" {
		faults = append(faults, fault{
			code:    client.DryRunInvalidDuration,
			field:   client.DryRunDuration,
			message: message,
			details: map[string]any{"max_duration": int64(longest(parts) / time.Second)},
		})
	}
	return faults
}

// durationFault says what is wrong with a duration; empty when nothing is.
func durationFault(parts []part, seconds *int32) string {
	if len(parts) == 0 {
		return ""
	}
	most := longest(parts)
	switch {
	case seconds == nil && slices.ContainsFunc(parts, func(p part) bool { return p.flow.needsDuration }):
		return fmt.Sprintf("A duration is required, at most %s", hours(most))
	case seconds == nil:
		return ""
	case *seconds <= 0:
		return fmt.Sprintf("The duration must be longer than 0 and at most %s", hours(most))
	case time.Duration(*seconds)*time.Second > most:
		return fmt.Sprintf("The duration is longer than allowed: at most %s", hours(most))
	}
	return ""
}

// longest is the longest duration that every part's flow allows.
func longest(parts []part) time.Duration {
	most := parts[0].flow.longest
	for _, p := range parts[1:] {
		most = min(most, p.flow.longest)
	}
	return most
}

func hours(d time.Duration) string {
	if d == time.Hour {
		return "1 hour"
	}
	return fmt.Sprintf("%g hours", d.Hours())
}

func blank(text *string) bool { return text == nil || strings.TrimSpace(*text) == "" }

// checkCustomFields holds the values that came with a new request against the
// account's custom fields, which may be switched off.
func checkCustomFields(fields []client.CustomField, values map[string]string) []fault {
	var faults []fault
	add := func(format string, args ...any) {
		faults = append(faults, fault{code: faultCustomField, field: "custom_fields", message: fmt.Sprintf(format, args...)})
	}
	for id := range values {
		if !slices.ContainsFunc(fields, func(f client.CustomField) bool { return f.ID == id }) {
			add("There is no custom field %q", id)
		}
	}
	for _, f := range fields {
		value := strings.TrimSpace(values[f.ID])
		switch {
		case value == "" && f.Required:
			add("The custom field %s (%s) is required", f.ID, f.Label)
		case value != "" && f.Type == client.CustomFieldSelect && !hasKey(f, value):
			add("%q is not one of the values of the custom field %s (%s): %s", value, f.ID, f.Label, keys(f))
		}
	}
	return faults
}

func hasKey(f client.CustomField, key string) bool {
	return slices.ContainsFunc(f.Values, func(v client.CustomFieldValue) bool { return v.Key == key })
}

func keys(f client.CustomField) string {
	all := make([]string, 0, len(f.Values))
	for _, v := range f.Values {
		all = append(all, v.Key)
	}
	return strings.Join(all, ", ")
}
