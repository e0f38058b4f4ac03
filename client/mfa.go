package client

import "context"

// mfaEnrollment reports whether the user has set up MFA (schema UserMfaEnrolledResponse).
type mfaEnrollment struct {
	Enrolled *bool `json:"is_mfa_enrolled"`
}

func (m *mfaEnrollment) missing() string {
	if m.Enrolled == nil {
		return "is_mfa_enrolled"
	}
	return ""
}

// MFAEnrolled reports whether the token's user has set up MFA, which some requests wait
// for.
func (cl *Client) MFAEnrolled(ctx context.Context) (bool, error) {
	var m mfaEnrollment
	if err := cl.do(ctx, get("/api/client/v1/session/is-mfa-enrolled", nil), &m); err != nil {
		return false, err
	}
	return *m.Enrolled, nil
}
