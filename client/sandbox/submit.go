package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"apono/client"
	"apono/client/sandbox/store"
	"apono/client/sandbox/submission"
)

// newRequest parses the body of a create or a dry run.
func (c *call) newRequest() (n client.NewRequest, err error) {
	var raw map[string]json.RawMessage
	if err := c.decode(&raw); err != nil {
		return n, err
	}
	for _, name := range submission.RequiredFields() {
		if _, ok := raw[name]; !ok {
			return n, errorf(http.StatusBadRequest, "The field %s is missing", name)
		}
	}
	whole, err := json.Marshal(raw)
	if err == nil {
		err = json.Unmarshal(whole, &n)
	}
	if err != nil {
		return n, invalidBody(err)
	}
	return n, nil
}

// check resolves a new request and checks it against the rules of its flows.
func (s *Sandbox) check(user User, n client.NewRequest) ([]submission.Part, []submission.Problem) {
	parts, problems := submission.Resolve(s.catalog(), n)
	problems = append(problems, checkGrantee(n, parts)...)
	return parts, append(problems, submission.CheckFlows(parts, n.Justification, n.DurationInSec)...)
}

func (s *Sandbox) createRequest(ctx context.Context, c *call) (any, error) {
	n, err := c.newRequest()
	if err != nil {
		return nil, err
	}
	parts, problems := s.check(c.user, n)
	return s.submit(ctx, c.user, parts, problems, n)
}

// submit stores one request for each part, unless there are problems.
func (s *Sandbox) submit(ctx context.Context, user User, parts []submission.Part, problems []submission.Problem, n client.NewRequest) (any, error) {
	submitted := client.Submitted{RequestIDs: []string{}}
	err := s.store.Write(ctx, func(t *store.Tx) error {
		on, err := t.Setting(customFieldsSetting)
		if err != nil {
			return err
		}
		var fields []client.CustomField
		if on {
			fields = s.catalog().CustomFields
		}
		problems = append(problems, submission.CheckCustomFields(fields, n.CustomFields)...)
		if len(problems) > 0 {
			return errorf(http.StatusUnprocessableEntity, "%s", submission.Messages(problems))
		}
		for _, p := range parts {
			r := s.storedRequest(user, p, n)
			if err := t.InsertRequest(r); err != nil {
				return err
			}
			submitted.RequestIDs = append(submitted.RequestIDs, r.ID())
		}
		return nil
	})
	if count := len(submitted.RequestIDs); count > 1 {
		text := fmt.Sprintf("Your request was split into %d, one for each access flow: %s", count, strings.Join(submitted.RequestIDs, ", "))
		submitted.Message = &text
	}
	return submitted, err
}

func (s *Sandbox) storedRequest(user User, p submission.Part, n client.NewRequest) *store.Request {
	r := &store.Request{
		User:          user.ID,
		Created:       s.now(),
		Flow:          p.Flow.ID,
		Justification: n.Justification,
		Duration:      p.Flow.DefaultDuration,
		CustomFields:  n.CustomFields,
	}
	if g := n.GranteeID; g != nil && *g != user.ID {
		r.Grantee = *g
	}
	if p.Bundle != nil {
		r.Bundle = p.Bundle.ID
	}
	if n.DurationInSec != nil {
		r.Duration = time.Duration(*n.DurationInSec) * time.Second
	}
	for _, u := range p.Units {
		r.Units = append(r.Units, u.ID())
	}
	return r
}

func (s *Sandbox) dryRun(ctx context.Context, c *call) (any, error) {
	n, err := c.newRequest()
	if err != nil {
		return nil, err
	}
	typesOnly, err := c.boolean("resource_type_only_mode")
	if err != nil {
		return nil, err
	}
	if !typesOnly {
		parts, problems := s.check(c.user, n)
		return s.dryRunResult(ctx, parts, problems), nil
	}
	parts, problems := s.check(c.user, submission.TypesOnly(n))
	return s.dryRunResult(ctx, parts, submission.WithoutField(problems, submission.FieldPermissions)), nil
}

// The statuses of a dry run.
const (
	dryRunSuccess = "Success"
	dryRunFailure = "Failure"
)

func (s *Sandbox) dryRunResult(ctx context.Context, parts []submission.Part, problems []submission.Problem) *client.DryRun {
	result := &client.DryRun{Status: dryRunSuccess, Errors: []client.DryRunError{}}
	if err := s.checkServer(ctx, parts); err != nil {
		problems = append(problems, submission.Problem{Code: submission.CodeNotReachable, Field: submission.FieldIntegrations, Message: err.Error()})
	}
	for _, p := range problems {
		details := []byte("{}")
		if p.Details != nil {
			details, _ = json.Marshal(p.Details) // numbers and text only: cannot fail
		}
		result.Status = dryRunFailure
		result.Errors = append(result.Errors, client.DryRunError{Code: p.Code, Field: p.Field, Message: &p.Message, Details: details})
	}
	if len(parts) > 0 {
		seconds := int64(submission.MaxDuration(parts) / time.Second)
		result.MaxDurationInSec = &seconds
	}
	return result
}

// checkServer returns why the real server cannot grant parts. It returns nil if
// it can, or if no part is on that server.
func (s *Sandbox) checkServer(ctx context.Context, parts []submission.Part) error {
	for _, p := range parts {
		if !p.Flow.External {
			continue
		}
		if s.postgres == nil {
			return errNoServer
		}
		if _, err := s.postgres.list(ctx); err != nil {
			return err
		}
	}
	return nil
}

// requestAgainBody is the body of a repeated request (schema
// RequestAgainClientModel).
type requestAgainBody struct {
	Justification *string `json:"justification"`
	// CustomFields replace those of the first request; nil keeps them.
	CustomFields map[string]string `json:"custom_fields"`
}

func (s *Sandbox) requestAgain(ctx context.Context, c *call) (any, error) {
	var body requestAgainBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if body.Justification == nil {
		return nil, errorf(http.StatusBadRequest, "The field justification is missing")
	}
	v, err := s.loadRequest(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	n := v.newRequest()
	n.Justification = body.Justification
	if body.CustomFields != nil {
		n.CustomFields = body.CustomFields
	}
	part := v.part()
	return s.submit(ctx, c.user, []submission.Part{part}, checkAgain(part, n), n)
}

func (s *Sandbox) dryRunAgain(ctx context.Context, c *call) (any, error) {
	v, err := s.loadRequest(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	part := v.part()
	return s.dryRunResult(ctx, []submission.Part{part}, checkAgain(part, v.newRequest())), nil
}

// checkAgain checks a repeated request against the current rules and catalog.
func checkAgain(p submission.Part, n client.NewRequest) []submission.Problem {
	problems := submission.CheckFlows([]submission.Part{p}, n.Justification, n.DurationInSec)
	if len(p.Units) == 0 {
		problems = append(problems, submission.Problem{Code: submission.CodeNotFound, Field: submission.FieldAccessUnits, Message: "The requested resources no longer exist"})
	}
	return problems
}

// newRequest returns what v requested, without its units.
func (v *requestView) newRequest() client.NewRequest {
	seconds := int32(v.Duration / time.Second)
	grantee := v.GranteeID()
	return client.NewRequest{Justification: v.Justification, DurationInSec: &seconds, CustomFields: v.CustomFields, GranteeID: &grantee}
}

// part returns what v requested as a submission.Part.
func (v *requestView) part() submission.Part {
	return submission.Part{Flow: v.flow, Bundle: v.bundle, Units: v.units}
}
