package client

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is one access request (schema AccessRequestClientModel).
type Request struct {
	ID                    string                 `json:"id"`
	Requestor             Lenient[User]          `json:"requestor"`
	Grantee               Lenient[*Grantee]      `json:"grantee"`
	CreationTime          Instant                `json:"creation_time"`
	RevocationTime        *Instant               `json:"revocation_time"` // when access ends or ended; nil until granted
	Status                RequestStatus          `json:"status"`
	Justification         *string                `json:"justification"`
	AccessGroups          []AccessGroup          `json:"access_groups"`
	Bundle                *Bundle                `json:"bundle"`
	Challenge             *Challenge             `json:"challenge"`
	DurationInSec         *int32                 `json:"duration_in_sec"`
	CustomFields          Texts                  `json:"custom_fields"`
	RequireApproverReason *bool                  `json:"require_approver_reason"`
	Favorite              Lenient[*bool]         `json:"favorite"`
	AccessUnitsSummary    []AccessUnitSummary    `json:"access_units_summary"`
	DistinctResourceNames Names                  `json:"distinct_resource_names"`
	ExtensionCount        Lenient[int32]         `json:"extension_count"`
	ExtendOptions         Lenient[ExtendOptions] `json:"extend_options"`
}

// RequestStatus is the status of a request, with the service's explanation.
type RequestStatus struct {
	Status      Status  `json:"status"`
	Description *string `json:"description"`
	Metadata    Texts   `json:"metadata"`
}

// Grantee is who gets the access (schema GranteeClientModel).
type Grantee struct {
	ID          string `json:"id"`
	SourceID    string `json:"source_id"`
	DisplayName string `json:"display_name"`
	Type        string `json:"type"`
}

// AccessGroup is the part of a request that belongs to one integration (schema
// AccessGroupClientModel).
type AccessGroup struct {
	ID                string                  `json:"id"`
	Integration       Integration             `json:"integration"`
	ResourceTypes     Lenient[[]ResourceType] `json:"resource_types"`
	HasNewCredentials Lenient[bool]           `json:"has_new_credentials"`
	Status            AccessGroupStatus       `json:"status"`
	TotalResources    *int32                  `json:"total_resources"`
	TotalPermissions  *int32                  `json:"total_permissions"`
}

// AccessGroupStatus is the status of an access group: Success, Failure or
// Warning.
type AccessGroupStatus struct {
	Status  string  `json:"status"`
	Message *string `json:"message"`
}

// The values of Challenge.LogicalRelation: how many of the approvers must approve.
// The service may send any case.
const (
	RelationAnyOf = "AnyOf"
	RelationAllOf = "AllOf"
)

// Challenge is the approval that a request needs (schema
// ChallengeInfoClientModel).
type Challenge struct {
	LogicalRelation string     `json:"logical_relation"`
	Approvers       []Approver `json:"approvers"`
}

// NeedsAll reports whether every approver must approve, rather than any of them.
func (c *Challenge) NeedsAll() bool { return strings.EqualFold(c.LogicalRelation, RelationAllOf) }

// Approver is a person or group that can approve a request (schema
// ChallengeApproverClientModel). Status is Pending, Approved or Rejected.
type Approver struct {
	Name            string            `json:"name"`
	Type            string            `json:"type"`
	Status          string            `json:"status"`
	Metadata        Texts             `json:"metadata"`
	Tier            Lenient[*int32]   `json:"tier"`
	TierEscalatedAt Lenient[*Instant] `json:"tier_escalated_at"`
}

// IsPending reports whether the approver has not decided yet.
func (a Approver) IsPending() bool { return a.Status == "" || Status(a.Status).Is(StatusPending) }

// AccessUnitSummary names one access unit of a request (schema
// AccessUnitSummaryClientModel).
type AccessUnitSummary struct {
	ResourceName   string `json:"resource_name"`
	PermissionName string `json:"permission_name"`
}

// ExtendOptions describes whether and how an active request can be extended
// (schema ExtendOptionsClientModel).
type ExtendOptions struct {
	CanExtend             bool   `json:"can_extend"`
	ExtensionAvailability string `json:"extension_availability"`
	ExtendDurationInSec   int32  `json:"extend_duration_in_sec"`
	RemainingExtensions   int32  `json:"remaining_extensions"`
}

// RequestUnits lists the access units of a request (schema
// AccessRequestUnitClientModel).
type RequestUnits struct {
	ID          string       `json:"id"`
	AccessUnits []AccessUnit `json:"access_units"`
}

// NewRequest is the body of a new request (schema
// CreateAccessRequestClientModel). Its seven filters are always sent; unused
// ones are empty.
type NewRequest struct {
	IntegrationIDs  []string          `json:"filter_integration_ids"`
	BundleIDs       []string          `json:"filter_bundle_ids"`
	ResourceTypeIDs []string          `json:"filter_resource_type_ids"`
	ResourceIDs     []string          `json:"filter_resource_ids"`
	Resources       []ResourceFilter  `json:"filter_resources"`
	PermissionIDs   []string          `json:"filter_permission_ids"`
	AccessUnitIDs   []string          `json:"filter_access_unit_ids"`
	Justification   *string           `json:"justification,omitempty"`
	DurationInSec   *int32            `json:"duration_in_sec,omitempty"`
	CustomFields    map[string]string `json:"custom_fields,omitempty"`
	RunValidations  *bool             `json:"run_pre_approval_validations,omitempty"`
	GranteeID       *string           `json:"grantee_id,omitempty"`
}

// The types of a ResourceFilter.
const (
	FilterID     = "id"          // Apono's ID
	FilterSearch = "search_term" // a search, as in ResourceQuery.Search
)

// ResourceFilter selects resources. Type is FilterID or FilterSearch.
type ResourceFilter struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// ByID returns filters that select resources by Apono's IDs.
func ByID(ids ...string) []ResourceFilter {
	filters := make([]ResourceFilter, 0, len(ids))
	for _, id := range ids {
		filters = append(filters, ResourceFilter{Type: FilterID, Value: id})
	}
	return filters
}

// Filled returns r with empty lists in place of nil ones, because the service
// requires every filter.
func (r NewRequest) Filled() NewRequest {
	for _, list := range []*[]string{&r.IntegrationIDs, &r.BundleIDs, &r.ResourceTypeIDs, &r.ResourceIDs, &r.PermissionIDs, &r.AccessUnitIDs} {
		*list = nonNil(*list)
	}
	r.Resources = nonNil(r.Resources)
	return r
}

// Submitted is the response to a new request (schema
// AccessRequestSubmittedClientResponse). The service may split one submission
// into several requests.
type Submitted struct {
	RequestIDs []string `json:"request_ids"`
	Message    *string  `json:"message"`
}

// The error codes and fields of a dry run that this package knows.
const (
	DryRunFieldMissing    = "FIELD_MISSING"
	DryRunInvalidDuration = "INVALID_DURATION"
	DryRunJustification   = "justification"
	DryRunDuration        = "duration_in_sec"
)

// DryRun is the result of validating a request without creating it (schema
// DryRunClientResponse).
type DryRun struct {
	Status           string        `json:"status"`
	Errors           []DryRunError `json:"errors"`
	MaxDurationInSec *int64        `json:"max_duration_in_sec"`
}

// DryRunError is one reason why the service would not accept a request (schema
// DryRunAccessRequestError).
type DryRunError struct {
	Code    string  `json:"code"`
	Field   string  `json:"field"`
	Message *string `json:"message"`
	Details Object  `json:"details"`
}

// The scopes of a list of requests (schema AccessRequestsScopeModel).
const (
	ScopeMyRequests          = "MyRequests"
	ScopeMyTasks             = "MyTasks" // waiting for the user's approval
	ScopeMyHistoricTasks     = "MyHistoricTasks"
	ScopeMyDelegatedRequests = "MyDelegatedRequests"
)

// RequestQuery selects requests. Empty lists do not limit the result.
type RequestQuery struct {
	Scope      string // empty means ScopeMyRequests
	RequestIDs []string
	Statuses   []Status
	Since      time.Time // earliest creation time; the zero time does not limit the result
	Favorites  bool      // only the user's favorites
	Whole      bool      // summaries name up to SummarySize access units, rather than a few
}

// SummarySize is how many access units the summary of a request names if RequestQuery.Whole
// is set.
const SummarySize = 50

// params returns the query parameters of q. The service cannot filter by time,
// so Since is not among them.
func (q RequestQuery) params() url.Values {
	params := url.Values{"scope": {ScopeMyRequests}}
	if q.Scope != "" {
		params.Set("scope", q.Scope)
	}
	if len(q.RequestIDs) > 0 {
		params["request_ids"] = q.RequestIDs
	}
	for _, status := range q.Statuses {
		params.Add("statuses", string(status))
	}
	if q.Favorites {
		params.Set("favorite_only", "true")
	}
	if q.Whole {
		params.Set("access_units_summary_limit", strconv.Itoa(SummarySize))
	}
	return params
}

const requests = "/api/client/v1/access-requests"

// CreateRequest creates a request. It never retries: an error e for which
// e.MayHaveSucceeded is true means that a request may have been created.
func (cl *Client) CreateRequest(ctx context.Context, r NewRequest) (*Submitted, error) {
	var s Submitted
	return &s, cl.do(ctx, post(requests, r.Filled()), &s)
}

// DryRunRequest validates r without creating a request. It leaves out the
// custom fields, which the service does not accept here.
func (cl *Client) DryRunRequest(ctx context.Context, r NewRequest) (*DryRun, error) {
	r.CustomFields = nil
	c := post(requests+"/dry-run", r.Filled())
	c.idempotent, c.changes = true, false
	var d DryRun
	return &d, cl.do(ctx, c, &d)
}

// Request returns a request.
func (cl *Client) Request(ctx context.Context, id string) (*Request, error) {
	var r Request
	return &r, cl.do(ctx, get(requests+"/"+segment(id), nil).about(id), &r)
}

// Requests returns the requests that q selects, in the service's order. The
// result is never nil. With Since it reads only the pages that it needs: if the
// service lists the newest requests first, it stops at the first page that ends
// before Since.
func (cl *Client) Requests(ctx context.Context, q RequestQuery) ([]Request, error) {
	l := cl.requestList(q)
	if q.Since.IsZero() {
		return l.all(ctx)
	}
	found, err := l.newest(ctx, func(r Request) Instant { return r.CreationTime }, q.Since)
	return slices.DeleteFunc(found, func(r Request) bool { return r.CreationTime.Time().Before(q.Since) }), err
}

// HasRequests reports whether any request matches q. It ignores q.Since, and
// fetches one request at most.
func (cl *Client) HasRequests(ctx context.Context, q RequestQuery) (bool, error) {
	page, err := cl.requestList(q).page(ctx, 0, 1)
	return err == nil && len(page.Data) > 0, err
}

// LatestRequests returns some of the user's latest requests, newest first. It
// fetches one page.
func (cl *Client) LatestRequests(ctx context.Context) ([]Request, error) {
	return cl.latest(ctx, RequestQuery{})
}

// LatestDelegated is LatestRequests for requests that the user made for others.
func (cl *Client) LatestDelegated(ctx context.Context) ([]Request, error) {
	return cl.latest(ctx, RequestQuery{Scope: ScopeMyDelegatedRequests})
}

func (cl *Client) latest(ctx context.Context, q RequestQuery) ([]Request, error) {
	page, err := cl.requestList(q).page(ctx, 0, pageSize)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(page.Data, func(a, b Request) int { return b.CreationTime.Time().Compare(a.CreationTime.Time()) })
	return page.Data, nil
}

func (cl *Client) requestList(q RequestQuery) list[Request] {
	return list[Request]{client: cl, path: requests, query: q.params(), limit: pageSize, id: func(r Request) string { return r.ID }}
}

// RequestUnits returns every access unit of the requests. The result is never
// nil.
func (cl *Client) RequestUnits(ctx context.Context, ids ...string) ([]RequestUnits, error) {
	parts := splitParameter("request_id", ids, maxListBytes)
	units, err := inParallel(ctx, parts, func(ctx context.Context, ids []string) ([]RequestUnits, error) {
		var units requestUnits
		err := cl.do(ctx, get(requests+"/access_units", url.Values{"request_id": ids}).about(ids...), &units)
		return units, err
	})
	return nonNil(units), err
}

// Revoke starts to revoke the access of a request. The request's status is
// StatusRevoking until that is done.
func (cl *Client) Revoke(ctx context.Context, id string) error {
	return cl.do(ctx, post(requests+"/"+segment(id)+"/revoke", nil), &acknowledgment{})
}
