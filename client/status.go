package client

import (
	"slices"
	"strings"
)

// Status is the status of a request in the service's own spelling. The service
// may send any case, and statuses that this package does not know.
type Status string

// The statuses of a request.
const (
	StatusInitializing Status = "Initializing"
	StatusPending      Status = "Pending"
	StatusPendingMFA   Status = "PendingMFA"
	StatusGranting     Status = "Granting"
	StatusActive       Status = "Active"
	StatusGranted      Status = "Granted" // an older name for Active
	StatusRejected     Status = "Rejected"
	StatusRevoking     Status = "Revoking"
	StatusRevoked      Status = "Revoked"
	StatusExpired      Status = "Expired"
	StatusFailed       Status = "Failed"
)

// StatusClass groups statuses by what they mean for the user.
type StatusClass int

// The classes of statuses.
const (
	StatusUnknown StatusClass = iota // not a status that this package knows
	StatusWaiting                    // not granted yet
	StatusGood                       // usable
	StatusBad                        // refused
	StatusOver                       // no longer usable
)

// statusInfo describes one status.
type statusInfo struct {
	status Status
	title  string
	class  StatusClass
	// open, active, refused and over are the results of the methods with
	// these names.
	open, active, refused, over bool
}

// titlePendingApproval is the title of StatusPending if the request has approvers.
const titlePendingApproval = "Pending Approval"

// statuses is the only list of statuses, in the order in which requests go
// through them.
var statuses = []statusInfo{
	{status: StatusInitializing, title: "Initializing", class: StatusWaiting, open: true},
	{status: StatusPending, title: "Pending", class: StatusWaiting, open: true},
	{status: StatusPendingMFA, title: "Pending MFA", class: StatusWaiting, open: true},
	{status: StatusGranting, title: "Granting", class: StatusWaiting, open: true},
	{status: StatusActive, title: "Active", class: StatusGood, active: true},
	{status: StatusGranted, title: "Active", class: StatusGood, active: true},
	{status: StatusRejected, title: "Rejected", class: StatusBad, refused: true},
	{status: StatusRevoking, title: "Revoking", class: StatusOver, open: true, over: true},
	{status: StatusRevoked, title: "Revoked", class: StatusOver, over: true},
	{status: StatusExpired, title: "Expired", class: StatusOver, over: true},
	{status: StatusFailed, title: "Failed", class: StatusBad, refused: true},
}

// info returns the row of s, or a row with only a title if s is unknown.
func (s Status) info() statusInfo {
	for _, row := range statuses {
		if row.status.Is(s) {
			return row
		}
	}
	return statusInfo{status: s, title: string(s)}
}

// Is reports whether s and other are the same status, in any case.
func (s Status) Is(other Status) bool { return strings.EqualFold(string(s), string(other)) }

// Title returns the status as it is shown to people. An unknown status is
// returned unchanged and must be cleaned before it is shown.
func (s Status) Title() string { return s.info().title }

// Class returns the class of s, StatusUnknown if s is not a known status.
func (s Status) Class() StatusClass { return s.info().class }

// Open reports whether s will still change, apart from access that expires.
// StatusRevoking is open and over.
func (s Status) Open() bool { return s.info().open }

// Active reports whether the access can be used.
func (s Status) Active() bool { return s.info().active }

// Refused reports whether the request was rejected or failed.
func (s Status) Refused() bool { return s.info().refused }

// Over reports whether the access has expired, was revoked or is being revoked.
func (s Status) Over() bool { return s.info().over }

// StatusTitles returns the titles of all statuses, each once, in the order in
// which requests go through them.
func StatusTitles() []string {
	var titles []string
	for _, row := range statuses {
		if !slices.Contains(titles, row.title) {
			titles = append(titles, row.title)
		}
		if row.status == StatusPending {
			titles = append(titles, titlePendingApproval)
		}
	}
	return titles
}

// StatusesNamed returns the statuses that a user means by name: a title, or the
// service's spelling. Case, spaces, dashes and underscores are ignored.
// "Pending Approval" means StatusPending; Request.HasStatus distinguishes the
// two. The result is empty if name is not a status.
func StatusesNamed(name string) []Status {
	var named []Status
	for _, row := range statuses {
		approval := row.status == StatusPending && sameName(name, titlePendingApproval)
		if approval || sameName(name, row.title) || sameName(name, string(row.status)) {
			named = append(named, row.status)
		}
	}
	return named
}

// StatusTitle returns the title of the request's status. It is "Pending
// Approval" if the request waits for approvers. An unknown status is returned
// unchanged and must be cleaned before it is shown.
func (r *Request) StatusTitle() string {
	if r.WaitsForApproval() {
		return titlePendingApproval
	}
	return r.Status.Status.Title()
}

// HasStatus reports whether name names the request's status, as StatusesNamed
// does. "Pending" includes requests that wait for approvers.
func (r *Request) HasStatus(name string) bool {
	return sameName(name, r.StatusTitle()) || sameName(name, string(r.Status.Status))
}

// IsActive reports whether the access can be used now.
func (r *Request) IsActive() bool { return r.Status.Status.Active() }

// HasEnded reports whether the request was refused, or its access is over.
func (r *Request) HasEnded() bool { return r.Status.Status.Refused() || r.Status.Status.Over() }

// WaitsForMFA reports whether the requester must pass MFA in the portal.
func (r *Request) WaitsForMFA() bool { return r.Status.Status.Is(StatusPendingMFA) }

// WaitsForApproval reports whether an approver must approve the request.
func (r *Request) WaitsForApproval() bool {
	return r.Status.Status.Is(StatusPending) && r.Challenge != nil && len(r.Challenge.Approvers) > 0
}

// sameName reports whether two names differ only in case, spaces, dashes and
// underscores.
func sameName(a, b string) bool {
	ignored := strings.NewReplacer(" ", "", "-", "", "_", "")
	return strings.EqualFold(ignored.Replace(a), ignored.Replace(b))
}
