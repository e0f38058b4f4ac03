package complete

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/auth/detached"
)

// refreshLimit bounds a refresh of the catalog, for which nobody waits.
const refreshLimit = 30 * time.Second

func (e *Engine) startRefresh(line []string) {
	if e.StartRefresh != nil {
		e.StartRefresh(line)
		return
	}
	// If it fails, the next press of Tab tries again.
	_, _ = e.startDetached(append([]string{requestRefresh}, line...)...)
}

// refresh is the process that startRefresh starts: it completes line and stores
// what it finds.
func (e *Engine) refresh(ctx context.Context, line []string) {
	ctx, cancel := context.WithTimeout(ctx, refreshLimit)
	defer cancel()
	e.complete(ctx, cobra.ShellCompRequestCmd, line, true)
}

func (e *Engine) startRenewal(profile string) (done <-chan struct{}, err error) {
	if e.StartRenewal != nil {
		return e.StartRenewal(profile)
	}
	return e.startDetached(requestRenew, profile)
}

// renew is the process that startRenewal starts. Its result is the stored
// token; if it fails, the user's next command reports why.
func (e *Engine) renew(ctx context.Context, args []string) {
	if len(args) != 1 {
		return
	}
	logins, err := userLogins()
	if err != nil {
		return
	}
	cfg, err := logins.Store.Peek()
	if err != nil {
		return
	}
	if login, err := cfg.Resolve(args[0], e.Getenv); err == nil && !login.Sandbox() {
		_, _ = logins.Source(login).Token(ctx)
	}
}

// startDetached runs this program in a process that outlives this one. It
// closes done when the process ends.
func (e *Engine) startDetached(args ...string) (done <-chan struct{}, err error) {
	return detached.Start(append(slices.Clone(e.Self), args...), auth.TokenEnvironment(e.Getenv))
}
