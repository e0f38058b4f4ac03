package client

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// The words that the service uses for a request's status.
const (
	StatusInitializing = "Initializing"
	StatusPending      = "Pending"
	StatusPendingMFA   = "PendingMFA"
	StatusGranting     = "Granting"
	StatusActive       = "Active"
	StatusGranted      = "Granted" // an older word for Active
	StatusRejected     = "Rejected"
	StatusRevoking     = "Revoking"
	StatusRevoked      = "Revoked"
	StatusExpired      = "Expired"
	StatusFailed       = "Failed"
)

// Request is one access request (schema AccessRequestClientModel).
type Request struct {
	ID                    string              `json:"id"`
	Requestor             User                `json:"requestor"`
	Grantee               *Grantee            `json:"grantee"`
	CreationTime          Instant             `json:"creation_time"`
	RevocationTime        *Instant            `json:"revocation_time"` // when access ends or ended; nil until granted
	Status                RequestStatus       `json:"status"`
	Justification         *string             `json:"justification"`
	AccessGroups          []AccessGroup       `json:"access_groups"`
	Bundle                *Bundle             `json:"bundle"`
	Challenge             *Challenge          `json:"challenge"`
	DurationInSec         *int32              `json:"duration_in_sec"`
	CustomFields          map[string]string   `json:"custom_fields"`
	RequireApproverReason *bool               `json:"require_approver_reason"`
	Favorite              *bool               `json:"favorite"`
	AccessUnitsSummary    []AccessUnitSummary `json:"access_units_summary"`
	DistinctResourceNames []string            `json:"distinct_resource_names"`
	ExtensionCount        int32               `json:"extension_count"`
	ExtendOptions         ExtendOptions       `json:"extend_options"`
}

// RequestStatus is a request's status with the service's remarks.
type RequestStatus struct {
	Status      string            `json:"status"`
	Description *string           `json:"description"`
	Metadata    map[string]string `json:"metadata"`
}

// Grantee is who gets the access (schema GranteeClientModel).
type Grantee struct {
	ID          string `json:"id"`
	SourceID    string `json:"source_id"`
	DisplayName string `json:"display_name"`
	Type        string `json:"type"`
}

// AccessGroup is the part of a request that one integration provisions (schema
// AccessGroupClientModel).
type AccessGroup struct {
	ID                string            `json:"id"`
	Integration       Integration       `json:"integration"`
	ResourceTypes     []ResourceType    `json:"resource_types"`
	HasNewCredentials bool              `json:"has_new_credentials"`
	Status            AccessGroupStatus `json:"status"`
	TotalResources    *int32            `json:"total_resources"`
	TotalPermissions  *int32            `json:"total_permissions"`
}

// AccessGroupStatus is Success, Failure or Warning, with a message.
type AccessGroupStatus struct {
	Status  string  `json:"status"`
	Message *string `json:"message"`
}

// Challenge is the approval that a request waits for (schema
// ChallengeInfoClientModel). LogicalRelation is AnyOf or AllOf.
type Challenge struct {
	LogicalRelation string     `json:"logical_relation"`
	Approvers       []Approver `json:"approvers"`
}

// Approver is a person or group that a request waits for; Status is Pending,
// Approved or Rejected.
type Approver struct {
	Name            string            `json:"name"`
	Type            string            `json:"type"`
	Status          string            `json:"status"`
	Metadata        map[string]string `json:"metadata"`
	Tier            *int32            `json:"tier"`
	TierEscalatedAt *Instant          `json:"tier_escalated_at"`
}

// AccessUnitSummary names one unit of a request.
type AccessUnitSummary struct {
	ResourceName   string `json:"resource_name"`
	PermissionName string `json:"permission_name"`
}

// ExtendOptions says whether a running request can be made longer, in seconds.
type ExtendOptions struct {
	CanExtend             bool   `json:"can_extend"`
	ExtensionAvailability string `json:"extension_availability"`
	ExtendDurationInSec   int32  `json:"extend_duration_in_sec"`
	RemainingExtensions   int32  `json:"remaining_extensions"`
}

// RequestUnits is everything a request holds (schema
// AccessRequestUnitClientModel).
type RequestUnits struct {
	ID          string       `json:"id"`
	AccessUnits []AccessUnit `json:"access_units"`
}

// NewRequest is what is asked for (schema CreateAccessRequestClientModel). Its
// seven filters are always sent, empty where they are not used.
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

// ResourceFilter picks resources: Type is "id" or "search_term".
type ResourceFilter struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// ByID returns the filters that pick exactly these resources, by Apono's IDs.
func ByID(ids ...string) []ResourceFilter {
	filters := make([]ResourceFilter, 0, len(ids))
	for _, id := range ids {
		filters = append(filters, ResourceFilter{Type: "id", Value: id})
	}
	return filters
}

// Filled returns r with every filter present, as the service requires.
func (r NewRequest) Filled() NewRequest {
	for _, list := range []*[]string{&r.IntegrationIDs, &r.BundleIDs, &r.ResourceTypeIDs, &r.ResourceIDs, &r.PermissionIDs, &r.AccessUnitIDs} {
		*list = nonNil(*list)
	}
	r.Resources = nonNil(r.Resources)
	return r
}

// Submitted is the answer to a new request: one submission may become several
// requests.
type Submitted struct {
	RequestIDs []string `json:"request_ids"`
	Message    *string  `json:"message"`
}

// The codes and fields of a dry run that this tool understands.
const (
	DryRunFieldMissing    = "FIELD_MISSING"
	DryRunInvalidDuration = "INVALID_DURATION"
	DryRunJustification   = "justification"
	DryRunDuration        = "duration_in_sec"
)

// DryRun is what would become of a request (schema DryRunClientResponse).
type DryRun struct {
	Status           string        `json:"status"`
	Errors           []DryRunError `json:"errors"`
	MaxDurationInSec *int64        `json:"max_duration_in_sec"`
}

// DryRunError is one thing that stands in a request's way.
type DryRunError struct {
	Code    string  `json:"code"`
	Field   string  `json:"field"`
	Message *string `json:"message"`
	Details Object  `json:"details"`
}

// The scopes of a list of requests (schema AccessRequestsScopeModel).
const (
	ScopeMyRequests = "MyRequests"
	ScopeMyTasks    = "MyTasks"
)

// RequestQuery says which requests are wanted. Empty lists mean no limit; an
// empty Scope means ScopeMyRequests.
type RequestQuery struct {
	Scope      string
	RequestIDs []string
	Statuses   []string
}

const requests = "/api/client/v1/access-requests"

// CreateRequest asks for access. It is sent once, whatever happens: after an
// error without a status it is unknown whether a request was made.
func (cl *Client) CreateRequest(ctx context.Context, r NewRequest) (*Submitted, error) {
	var s Submitted
	return &s, cl.do(ctx, call{method: http.MethodPost, path: requests, body: r.Filled()}, &s)
}

// DryRunRequest tells what would become of r, and changes nothing. The service
// wants it without custom fields.
func (cl *Client) DryRunRequest(ctx context.Context, r NewRequest) (*DryRun, error) {
	r.CustomFields = nil
	var d DryRun
	return &d, cl.do(ctx, call{method: http.MethodPost, path: requests + "/dry-run", body: r.Filled(), repeat: true}, &d)
}

// Request returns one request as it stands now.
func (cl *Client) Request(ctx context.Context, id string) (*Request, error) {
	var r Request
	return &r, cl.do(ctx, get(requests+"/"+segment(id), nil), &r)
}

// Requests returns the requests that q asks for, in the service's order.
func (cl *Client) Requests(ctx context.Context, q RequestQuery) ([]Request, error) {
	scope := q.Scope
	if scope == "" {
		scope = ScopeMyRequests
	}
	params := url.Values{"scope": {scope}}
	if len(q.RequestIDs) > 0 {
		params["request_ids"] = q.RequestIDs
	}
	if len(q.Statuses) > 0 {
		params["statuses"] = q.Statuses
	}
	return all(ctx, cl, requests, params, pageSize, func(r Request) string { return r.ID })
}

// RequestUnits returns every resource and permission of the requests.
func (cl *Client) RequestUnits(ctx context.Context, ids ...string) ([]RequestUnits, error) {
	parts := splitParameter("request_id", ids, maxListBytes)
	units, err := inParallel(ctx, parts, func(ctx context.Context, ids []string) (units []RequestUnits, err error) {
		return units, cl.do(ctx, get(requests+"/access_units", url.Values{"request_id": ids}), &units)
	})
	return nonNil(units), err
}

// Revoke takes the access of a request away. The service may need a while for
// it; Request tells.
func (cl *Client) Revoke(ctx context.Context, id string) error {
	return cl.do(ctx, call{method: http.MethodPost, path: requests + "/" + segment(id) + "/revoke"}, nil)
}

// IsActive says whether a request can be used now.
func (r *Request) IsActive() bool { return isAny(r.Status.Status, StatusActive, StatusGranted) }

// IsRefused says whether a request came to nothing or was taken away.
func (r *Request) IsRefused() bool {
	return isAny(r.Status.Status, StatusRejected, StatusFailed, StatusRevoked, StatusRevoking, StatusExpired)
}

// WaitsForMFA says whether the requester must pass MFA in the portal.
func (r *Request) WaitsForMFA() bool { return isAny(r.Status.Status, StatusPendingMFA) }

// WaitsForPeople says whether somebody has to approve the request.
func (r *Request) WaitsForPeople() bool {
	return isAny(r.Status.Status, StatusPending) && r.Challenge != nil && len(r.Challenge.Approvers) > 0
}

func isAny(word string, words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(word, w) {
			return true
		}
	}
	return false
}
