package sandbox

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"apono/client"
	"apono/client/sandbox/store"
)

// maxReasonLength is how many characters an approver's reason may have.
const maxReasonLength = 124

// Approve approves a pending request as the demo approver. It returns an *Error
// if the request does not exist or is not pending.
func (s *Sandbox) Approve(ctx context.Context, requestID, reason string) error {
	_, err := s.decide(ctx, approver(), requestID, true, reason)
	return err
}

// Reject rejects a pending request as the demo approver. It returns an *Error if
// the request does not exist or is not pending.
func (s *Sandbox) Reject(ctx context.Context, requestID, reason string) error {
	_, err := s.decide(ctx, approver(), requestID, false, reason)
	return err
}

func (s *Sandbox) decide(ctx context.Context, by User, id string, approved bool, reason string) (*requestView, error) {
	return s.updateRequest(ctx, by, id, func(v *requestView, now time.Time) error {
		reason = strings.TrimSpace(reason)
		switch {
		case !s.canApprove(by, v.Request):
			return errorf(http.StatusForbidden, "You are not an approver of %s", v.ID())
		case v.status != client.StatusPending || !v.IsUndecided():
			return errorf(http.StatusConflict, "%s is %s: only a pending request can be approved or rejected", v.ID(), v.status)
		case reason == "" && v.flow.RequiresApproverReason:
			return errorf(http.StatusUnprocessableEntity, "A reason is required to approve or reject %s", v.ID())
		case utf8.RuneCountInString(reason) > maxReasonLength:
			return errorf(http.StatusUnprocessableEntity, "The reason is too long: at most %d characters", maxReasonLength)
		}
		v.Decision = &store.Decision{By: by.ID, Approved: approved, At: now, Reason: reason}
		v.Closed = !approved
		return nil
	})
}

// decisionBody is the body of an approval or a rejection (schema
// ApprovalResultClientModel).
type decisionBody struct {
	Justification *string `json:"justification"`
}

func (s *Sandbox) approve(ctx context.Context, c *call) (any, error) {
	return s.decideCall(ctx, c, true, "approved")
}

func (s *Sandbox) reject(ctx context.Context, c *call) (any, error) {
	return s.decideCall(ctx, c, false, "rejected")
}

func (s *Sandbox) decideCall(ctx context.Context, c *call, approved bool, outcome string) (any, error) {
	var body decisionBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	id, reason := c.PathValue("id"), ""
	if body.Justification != nil {
		reason = *body.Justification
	}
	v, err := s.loadRequest(ctx, c.user, id)
	if err != nil {
		return nil, err
	}
	if v.User == c.user.ID || v.GranteeID() == c.user.ID {
		return nil, errorf(http.StatusForbidden, "You cannot approve or reject a request for your own access")
	}
	if v, err = s.decide(ctx, c.user, id, approved, reason); err != nil {
		return nil, err
	}
	return messageResponse{v.ID() + " was " + outcome}, nil
}

// PassMFA completes the MFA that a request waits for, as its requester. It
// returns an *Error if the request does not exist or does not wait for MFA.
func (s *Sandbox) PassMFA(ctx context.Context, requestID string) error {
	// A process that can open the sandbox's file may act as any user.
	requester := User{ID: s.requesterOf(ctx, requestID)}
	_, err := s.updateRequest(ctx, requester, requestID, func(v *requestView, now time.Time) error {
		if v.status != client.StatusPendingMFA {
			return errorf(http.StatusConflict, "%s is %s: it is not waiting for MFA", v.ID(), v.status)
		}
		v.MFAPassed = now
		return nil
	})
	return err
}

// requesterOf returns the user ID of the requester; "" if there is no request.
func (s *Sandbox) requesterOf(ctx context.Context, requestID string) (userID string) {
	number, _ := store.RequestNumber(requestID)
	_ = s.store.Read(ctx, func(t *store.Tx) error { // updateRequest reports the same error
		r, err := t.Request(number)
		if r != nil {
			userID = r.User
		}
		return err
	})
	return userID
}

// mfaResponse lists the requests that MFA was completed for (schema
// PassMfaClientResponse).
type mfaResponse struct {
	Message  string `json:"message"`
	Affected struct {
		Total int32    `json:"total"`
		IDs   []string `json:"access_requests_ids"`
	} `json:"affected_requests"`
}

// passMFA completes MFA for all requests of the user that wait for it.
func (s *Sandbox) passMFA(ctx context.Context, c *call) (any, error) {
	if err := s.advance(ctx); err != nil {
		return nil, err
	}
	response := mfaResponse{Message: "MFA completed"}
	response.Affected.IDs = []string{}
	err := s.store.Write(ctx, func(t *store.Tx) error {
		open, err := t.OpenRequests()
		if err != nil {
			return err
		}
		now := s.now()
		for _, r := range open {
			if r.User != c.user.ID || s.lifecycle.status(r, s.flowOf(r), now) != client.StatusPendingMFA {
				continue
			}
			r.MFAPassed = now
			if err := t.SaveRequest(r); err != nil {
				return err
			}
			response.Affected.IDs = append(response.Affected.IDs, r.ID())
		}
		return nil
	})
	response.Affected.Total = int32(len(response.Affected.IDs))
	return response, err
}

func (s *Sandbox) revoke(ctx context.Context, c *call) (any, error) {
	v, err := s.updateRequest(ctx, c.user, c.PathValue("id"), func(v *requestView, now time.Time) error {
		if v.Closed || !v.Revoked.IsZero() {
			return errorf(http.StatusConflict, "%s is %s: there is nothing to revoke", v.ID(), v.status)
		}
		v.Revoked = now
		return nil
	})
	if err != nil {
		return nil, err
	}
	// End the access now, rather than with the next call.
	if err := s.advance(ctx); err != nil {
		return nil, err
	}
	return messageResponse{v.ID() + " is being revoked"}, nil
}

func (s *Sandbox) extend(ctx context.Context, c *call) (any, error) {
	v, err := s.updateRequest(ctx, c.user, c.PathValue("id"), func(v *requestView, _ time.Time) error {
		options := v.extendOptions()
		if v.User != c.user.ID {
			return errorf(http.StatusForbidden, "Only the requester of %s can extend it", v.ID())
		}
		if !options.CanExtend {
			return errorf(http.StatusConflict, "%s cannot be extended: it is %s and has %d extensions left", v.ID(), v.status, options.RemainingExtensions)
		}
		v.Ends = v.Ends.Add(time.Duration(options.ExtendDurationInSec) * time.Second)
		v.Extensions++
		return nil
	})
	if err != nil {
		return nil, err
	}
	return messageResponse{v.ID() + " was extended"}, nil
}

func (s *Sandbox) favorite(ctx context.Context, c *call) (any, error) {
	var body struct {
		Favorite *bool `json:"favorite"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if body.Favorite == nil {
		return nil, errorf(http.StatusBadRequest, "The field favorite is missing")
	}
	v, err := s.updateRequest(ctx, c.user, c.PathValue("id"), func(v *requestView, _ time.Time) error {
		v.Favorite = *body.Favorite
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.apiRequest(v, s.now(), defaultSummarySize), nil
}
