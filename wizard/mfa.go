package wizard

import (
	"context"
	"strings"
	"time"

	"apono/render"
)

const (
	// enrolledKey is the key of a user who has set up MFA, in the catalog.
	enrolledKey = "enrolled in MFA"
	// enrolledFor is how long the service is not asked again.
	enrolledFor = 7 * 24 * time.Hour
	// enrollmentLimit is how long the answer may keep a request from being sent.
	enrollmentLimit = 3 * time.Second
)

// enrollment is whether the user has to set up MFA before a request that needs it can go
// on. It is looked up while the user answers questions.
type enrollment struct {
	missing bool // the account uses MFA and the user has not set it up
	done    chan struct{}
}

// checkEnrollment starts checking whether the user has set up MFA. The service does not say
// beforehand which requests need it. It returns nil if nobody could be told, or if they
// had set it up lately.
func (f *Flow) checkEnrollment(ctx context.Context) *enrollment {
	if f.Prompter == nil {
		return nil
	}
	// In the sandbox a command changes it, so that everything can be tried.
	if _, age, ok := f.Catalog.Entry(ctx, enrolledKey); ok && age < enrolledFor && !f.Sandbox {
		return nil
	}
	e := &enrollment{done: make(chan struct{})}
	go func() {
		defer close(e.done)
		enrolled, err := f.Client.MFAEnrolled(ctx)
		if err != nil {
			return // the service says so when it matters
		}
		if enrolled {
			f.Catalog.PutEntry(ctx, enrolledKey, "yes")
			return
		}
		session, err := f.Client.UserSession(ctx)
		e.missing = err == nil && session.Settings.MFAEnabled.Value
	}()
	return e
}

// warnNotEnrolled says that the user has not set up MFA, before a request is sent.
func (f *Flow) warnNotEnrolled(ctx context.Context, e *enrollment) {
	if e == nil {
		return
	}
	limit, cancel := context.WithTimeout(ctx, enrollmentLimit)
	defer cancel()
	select {
	case <-e.done:
	case <-limit.Done():
		return
	}
	if !e.missing {
		return
	}
	f.Streams.Warn("You have not set up MFA. If this request needs it, it waits until you have")
	if f.Sandbox {
		f.Streams.Advise("In the sandbox", render.CommandLine{Shell: shell()}.Join("sandbox", "mfa", "on"))
		return
	}
	if f.PortalURL != "" {
		f.Streams.Advise("Set it up in the portal", render.Command(strings.TrimRight(f.PortalURL, "/")+"/account"))
	}
}
