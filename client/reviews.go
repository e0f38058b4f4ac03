package client

import "context"

// MaxReasonLength is how many characters the reason of an approver may have.
const MaxReasonLength = 124

// review is the body of an approval or a rejection (schema ApprovalResultClientModel).
type review struct {
	Justification *string `json:"justification,omitempty"`
}

// ToReview returns the requests that wait for the user's review, in the service's order.
// The result is never nil.
func (cl *Client) ToReview(ctx context.Context) ([]Request, error) {
	return cl.Requests(ctx, RequestQuery{Scope: ScopeMyTasks})
}

// WaitsForReview reports whether a request waits for the user's review.
func (cl *Client) WaitsForReview(ctx context.Context, id string) (bool, error) {
	found, err := cl.Requests(ctx, RequestQuery{Scope: ScopeMyTasks, RequestIDs: []string{id}})
	for _, r := range found {
		if r.ID == id { // the service may ignore the IDs
			return true, err
		}
	}
	return false, err
}

// Approve approves a request, with a reason that may be empty. Like Reject, it is sent
// once: an error e for which e.MayHaveSucceeded is true means that the service may have
// acted.
func (cl *Client) Approve(ctx context.Context, id, reason string) error {
	return cl.review(ctx, id, "approve", reason)
}

// Reject rejects a request, with a reason that may be empty.
func (cl *Client) Reject(ctx context.Context, id, reason string) error {
	return cl.review(ctx, id, "reject", reason)
}

func (cl *Client) review(ctx context.Context, id, verb, reason string) error {
	var body review
	if reason != "" {
		body.Justification = &reason
	}
	return cl.do(ctx, post(requests+"/"+segment(id)+"/"+verb, body), &acknowledgment{})
}

// Decided returns the approvers who have answered, in the service's order.
func (c *Challenge) Decided() []Approver {
	var list []Approver
	if c == nil {
		return nil
	}
	for _, a := range c.Approvers {
		if !a.IsPending() {
			list = append(list, a)
		}
	}
	return list
}

// NeedsReason reports whether an approver of the request must give a reason.
func (r *Request) NeedsReason() bool {
	return r.RequireApproverReason != nil && *r.RequireApproverReason
}

// TakesApproverReasons reports whether the account lets approvers give a reason.
func (s UserSettings) TakesApproverReasons() bool {
	disabled := s.DisableApproverReason.Value
	return disabled == nil || !*disabled
}
