package sandbox

import (
	"context"

	"apono/client/sandbox/store"
)

// noMFASetting is the setting of a user who has not set up MFA.
const noMFASetting = "not_enrolled_in_mfa"

// SetMFAEnrolled sets whether the demo user has set up MFA. In a new sandbox they have.
func (s *Sandbox) SetMFAEnrolled(ctx context.Context, enrolled bool) error {
	return s.store.Write(ctx, func(t *store.Tx) error { return t.SetSetting(noMFASetting, !enrolled) })
}

func (s *Sandbox) isMFAEnrolled(ctx context.Context, _ *call) (any, error) {
	var missing bool
	err := s.store.Read(ctx, func(t *store.Tx) (err error) {
		missing, err = t.Setting(noMFASetting)
		return err
	})
	return map[string]bool{"is_mfa_enrolled": !missing}, err
}
