package sandbox

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"apono/client"
)

// maxReason is how many characters an approver's reason may have.
const maxReason = 124

// Approve lets a waiting request through in the name of the demo approver. The
// error says so when the request is not there or does not wait.
func (s *Sandbox) Approve(ctx context.Context, requestID, reason string) error {
	_, err := s.decide(ctx, approver(), requestID, true, reason)
	return err
}

// Reject refuses a waiting request in the name of the demo approver.
func (s *Sandbox) Reject(ctx context.Context, requestID, reason string) error {
	_, err := s.decide(ctx, approver(), requestID, false, reason)
	return err
}

func (s *Sandbox) decide(ctx context.Context, by User, id string, approved bool, reason string) (*view, error) {
	return s.load(ctx, by, id, func(v *view, now time.Time) error {
		reason = strings.TrimSpace(reason)
		switch {
		case !s.approves(by, v.record):
			return refuse(http.StatusForbidden, "You are not an approver of %s", v.id())
		case v.status != client.StatusPending || !v.answerable():
			return refuse(http.StatusConflict, "%s is %s: only a request that waits for approval can be approved or rejected", v.id(), v.status)
		case reason == "" && v.flow.approverReason:
			return refuse(http.StatusUnprocessableEntity, "A reason is required to answer %s", v.id())
		case utf8.RuneCountInString(reason) > maxReason:
			return refuse(http.StatusUnprocessableEntity, "The reason is longer than %d characters", maxReason)
		}
		v.Decision = &decision{By: by.ID, Approved: approved, At: now, Reason: reason}
		v.Closed = !approved
		return nil
	})
}

// approvalBody is an approver's answer (schema ApprovalResultClientModel).
type approvalBody struct {
	Justification *string `json:"justification"`
}

func (s *Sandbox) answer(ctx context.Context, c *call, approved bool, said string) (any, error) {
	var body approvalBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	id, reason := c.PathValue("id"), ""
	if body.Justification != nil {
		reason = *body.Justification
	}
	r, err := s.visible(ctx, c.user, id)
	if err != nil {
		return nil, err
	}
	if r.User == c.user.ID {
		return nil, refuse(http.StatusForbidden, "You cannot answer your own request")
	}
	v, err := s.decide(ctx, c.user, id, approved, reason)
	if err != nil {
		return nil, err
	}
	return message{v.id() + " was " + said}, nil
}

func (s *Sandbox) approve(ctx context.Context, c *call) (any, error) {
	return s.answer(ctx, c, true, "approved")
}

func (s *Sandbox) reject(ctx context.Context, c *call) (any, error) {
	return s.answer(ctx, c, false, "rejected")
}

// PassMFA passes the requester's MFA for a request that waits for it.
func (s *Sandbox) PassMFA(ctx context.Context, requestID string) error {
	// Whose request it is does not matter to whoever has the sandbox's file.
	owner := User{ID: s.ownerOf(ctx, requestID)}
	_, err := s.load(ctx, owner, requestID, func(v *view, now time.Time) error {
		if v.status != client.StatusPendingMFA {
			return refuse(http.StatusConflict, "%s is %s: it does not wait for MFA", v.id(), v.status)
		}
		v.MFAPassed = now
		return nil
	})
	return err
}

// ownerOf returns the user who made a request; empty when there is none.
func (s *Sandbox) ownerOf(ctx context.Context, requestID string) (owner string) {
	number, _ := requestNumber(requestID)
	_ = s.store.read(ctx, func(t *tx) error { // load meets the same error and reports it
		r, err := t.request(number)
		if r != nil {
			owner = r.User
		}
		return err
	})
	return owner
}

// mfaAnswer tells which requests MFA was passed for (schema PassMfaClientResponse).
type mfaAnswer struct {
	Message  string `json:"message"`
	Affected struct {
		Total int32    `json:"total"`
		IDs   []string `json:"access_requests_ids"`
	} `json:"affected_requests"`
}

// passMFA passes MFA for all requests of the user that wait for it.
func (s *Sandbox) passMFA(ctx context.Context, c *call) (any, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	answer := mfaAnswer{Message: "MFA passed"}
	answer.Affected.IDs = []string{}
	err := s.store.write(ctx, func(t *tx) error {
		open, err := t.requests("WHERE open")
		if err != nil {
			return err
		}
		now := s.now()
		for _, r := range open {
			if r.User != c.user.ID || r.status(s.flowOf(r), s.lifecycle, now) != client.StatusPendingMFA {
				continue
			}
			r.MFAPassed = now
			if err := t.saveRequest(r); err != nil {
				return err
			}
			answer.Affected.IDs = append(answer.Affected.IDs, r.id())
		}
		return nil
	})
	answer.Affected.Total = int32(len(answer.Affected.IDs))
	return answer, err
}

func (s *Sandbox) revoke(ctx context.Context, c *call) (any, error) {
	v, err := s.load(ctx, c.user, c.PathValue("id"), func(v *view, now time.Time) error {
		if v.Closed || !v.Revoked.IsZero() {
			return refuse(http.StatusConflict, "%s is %s: there is nothing to revoke", v.id(), v.status)
		}
		v.Revoked = now
		return nil
	})
	if err != nil {
		return nil, err
	}
	// Take the access away now rather than when somebody looks next.
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	return message{v.id() + " is being revoked"}, nil
}

func (s *Sandbox) extend(ctx context.Context, c *call) (any, error) {
	v, err := s.load(ctx, c.user, c.PathValue("id"), func(v *view, _ time.Time) error {
		options := s.extendOptions(v)
		if v.User != c.user.ID {
			return refuse(http.StatusForbidden, "Only whoever asked for %s can extend it", v.id())
		}
		if !options.CanExtend {
			return refuse(http.StatusConflict, "%s cannot be extended: it is %s, and %d extensions are left", v.id(), v.status, options.RemainingExtensions)
		}
		v.Ends = v.Ends.Add(time.Duration(options.ExtendDurationInSec) * time.Second)
		v.Extensions++
		return nil
	})
	if err != nil {
		return nil, err
	}
	return message{v.id() + " was extended"}, nil
}

func (s *Sandbox) favorite(ctx context.Context, c *call) (any, error) {
	var body struct {
		Favorite *bool `json:"favorite"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if body.Favorite == nil {
		return nil, refuse(http.StatusBadRequest, "The field favorite is missing")
	}
	v, err := s.load(ctx, c.user, c.PathValue("id"), func(v *view, _ time.Time) error {
		v.Favorite = *body.Favorite
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.wireRequest(v, s.now(), summarySize), nil
}
