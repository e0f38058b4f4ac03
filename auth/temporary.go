package auth

// Temporary reports whether the same login may succeed a little later: the login server
// cannot be reached, or has failed.
func (e *LoginError) Temporary() bool { return e.Kind == LoginNetwork || e.Kind == ServerFailed }
