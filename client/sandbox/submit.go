package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"apono/client"
)

// requiredFilters are the fields of a submission that have to be there, be
// they empty.
func requiredFilters() []string {
	return []string{"filter_integration_ids", "filter_bundle_ids", "filter_resource_type_ids", "filter_resource_ids",
		"filter_resources", "filter_permission_ids", "filter_access_unit_ids"}
}

// submission reads the body of a create or a dry run.
func (c *call) submission() (asked client.NewRequest, err error) {
	var raw map[string]json.RawMessage
	if err := c.decode(&raw); err != nil {
		return asked, err
	}
	for _, name := range requiredFilters() {
		if _, ok := raw[name]; !ok {
			return asked, refuse(http.StatusBadRequest, "The field %s is missing", name)
		}
	}
	whole, err := json.Marshal(raw)
	if err == nil {
		err = json.Unmarshal(whole, &asked)
	}
	if err != nil {
		return asked, refuse(http.StatusBadRequest, "The body is not the JSON that was expected: %v", err)
	}
	return asked, nil
}

// check holds a submission against the catalogue and the rules of its flows.
func (s *Sandbox) check(user User, asked client.NewRequest) ([]part, []fault) {
	parts, faults := s.catalogue().choose(asked)
	if g := asked.GranteeID; g != nil && *g != "" && *g != user.ID {
		faults = append(faults, fault{code: faultGrantee, field: "grantee_id", message: "You can only ask for access of your own"})
	}
	return parts, append(faults, checkRules(parts, asked.Justification, asked.DurationInSec)...)
}

func (s *Sandbox) createRequest(ctx context.Context, c *call) (any, error) {
	asked, err := c.submission()
	if err != nil {
		return nil, err
	}
	parts, faults := s.check(c.user, asked)
	return s.submit(ctx, c.user, parts, faults, asked)
}

// submit stores one request for each part, unless there are faults.
func (s *Sandbox) submit(ctx context.Context, user User, parts []part, faults []fault, asked client.NewRequest) (any, error) {
	answer := client.Submitted{RequestIDs: []string{}}
	err := s.store.write(ctx, func(t *tx) error {
		on, err := t.setting(customFieldsSetting)
		if err != nil {
			return err
		}
		if on {
			faults = append(faults, checkCustomFields(s.catalogue().customFields, asked.CustomFields)...)
		} else {
			faults = append(faults, checkCustomFields(nil, asked.CustomFields)...)
		}
		if len(faults) > 0 {
			return refuse(http.StatusUnprocessableEntity, "%s", sentence(faults))
		}
		for _, p := range parts {
			r := s.newRecord(user, p, asked)
			if err := t.insertRequest(r); err != nil {
				return err
			}
			answer.RequestIDs = append(answer.RequestIDs, r.id())
		}
		return nil
	})
	if n := len(answer.RequestIDs); n > 1 {
		text := fmt.Sprintf("Your request was split into %d, one for each access flow: %s", n, strings.Join(answer.RequestIDs, ", "))
		answer.Message = &text
	}
	return answer, err
}

// sentence is what all faults say, for an error's message.
func sentence(faults []fault) string {
	said := make([]string, 0, len(faults))
	for _, f := range faults {
		said = append(said, f.message)
	}
	return strings.Join(said, ". ")
}

func (s *Sandbox) newRecord(user User, p part, asked client.NewRequest) *record {
	r := &record{
		User:          user.ID,
		Created:       s.now(),
		Flow:          p.flow.id,
		Justification: asked.Justification,
		Duration:      p.flow.usual,
		CustomFields:  asked.CustomFields,
	}
	if p.bundle != nil {
		r.Bundle = p.bundle.ID
	}
	if asked.DurationInSec != nil {
		r.Duration = time.Duration(*asked.DurationInSec) * time.Second
	}
	for _, u := range p.units {
		r.Units = append(r.Units, u.id())
	}
	return r
}

func (s *Sandbox) dryRun(ctx context.Context, c *call) (any, error) {
	asked, err := c.submission()
	if err != nil {
		return nil, err
	}
	typesOnly, err := c.flag("resource_type_only_mode")
	if err != nil {
		return nil, err
	}
	if !typesOnly {
		parts, faults := s.check(c.user, asked)
		return s.verdict(ctx, parts, faults), nil
	}
	parts, faults := s.check(c.user, withoutChoice(asked))
	return s.verdict(ctx, parts, withoutField(faults, "filter_permission_ids")), nil
}

// withoutField leaves out the faults of one field.
func withoutField(faults []fault, field string) []fault {
	var left []fault
	for _, f := range faults {
		if f.field != field {
			left = append(left, f)
		}
	}
	return left
}

// The words of a dry run's status.
const (
	dryRunSuccess = "Success"
	dryRunFailure = "Failure"
)

// verdict is a dry run's answer.
func (s *Sandbox) verdict(ctx context.Context, parts []part, faults []fault) *client.DryRun {
	answer := &client.DryRun{Status: dryRunSuccess, Errors: []client.DryRunError{}}
	if why := s.unreachable(ctx, parts); why != "" {
		faults = append(faults, fault{code: faultNotReachable, field: "filter_integration_ids", message: why})
	}
	for _, f := range faults {
		details := []byte("{}")
		if f.details != nil {
			details, _ = json.Marshal(f.details) // numbers and text only: cannot fail
		}
		answer.Status = dryRunFailure
		answer.Errors = append(answer.Errors, client.DryRunError{Code: f.code, Field: f.field, Message: &f.message, Details: details})
	}
	if len(parts) > 0 {
		seconds := int64(longest(parts) / time.Second)
		answer.MaxDurationInSec = &seconds
	}
	return answer
}

// unreachable says why the real server cannot give what parts ask of it; empty
// when it can, or is not asked.
func (s *Sandbox) unreachable(ctx context.Context, parts []part) string {
	for _, p := range parts {
		if p.flow.id != flowServer {
			continue
		}
		if s.postgres == nil {
			return errNoServer.Error()
		}
		if _, err := s.postgres.list(ctx); err != nil {
			return err.Error()
		}
	}
	return ""
}

// againBody is what comes with a request that is made again (schema
// RequestAgainClientModel).
type againBody struct {
	Justification string            `json:"justification"`
	CustomFields  map[string]string `json:"custom_fields"`
}

func (s *Sandbox) requestAgain(ctx context.Context, c *call) (any, error) {
	var body againBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	r, err := s.visible(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	asked := r.again()
	asked.Justification, asked.CustomFields = &body.Justification, body.CustomFields
	parts := s.parts(r)
	return s.submit(ctx, c.user, parts, checkAgain(parts, asked), asked)
}

func (s *Sandbox) dryRunAgain(ctx context.Context, c *call) (any, error) {
	r, err := s.visible(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	asked, parts := r.again(), s.parts(r)
	return s.verdict(ctx, parts, checkAgain(parts, asked)), nil
}

// checkAgain holds a request that is made again against today's rules and catalogue.
func checkAgain(parts []part, asked client.NewRequest) []fault {
	faults := checkRules(parts, asked.Justification, asked.DurationInSec)
	if len(parts[0].units) == 0 {
		faults = append(faults, fault{code: faultNotFound, field: "filter_access_unit_ids", message: "What it asked for is not there any more"})
	}
	return faults
}

// again is what r asked for, apart from its units.
func (r *record) again() client.NewRequest {
	seconds := int32(r.Duration / time.Second)
	return client.NewRequest{Justification: r.Justification, DurationInSec: &seconds}
}

// parts is what r asked for, as the one part that it was.
func (s *Sandbox) parts(r *record) []part {
	b, _ := s.catalogue().bundle(r.Bundle)
	return []part{{flow: s.flowOf(r), bundle: b, units: s.catalogue().units(r.Units)}}
}
