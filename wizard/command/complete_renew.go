package command

import (
	"context"
	"io"
	"os/exec"

	"apono/auth/detached"
)

// startRenewal starts a process that renews a profile's login and ends by
// itself, however this one ends.
func startRenewal(profile string) (ended <-chan struct{}, err error) {
	words := append(program(), requestRenew, profile)
	renewal := exec.Command(words[0], words[1:]...)
	renewal.SysProcAttr = detached.Attributes()
	if err := renewal.Start(); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = renewal.Wait() // what came of it is seen in what is stored
	}()
	return done, nil
}

// renewForTab is that process.
func (a *App) renewForTab(ctx context.Context, args []string) {
	if len(args) != 1 {
		return
	}
	quiet := a.completer(io.Discard, nil)
	_, err := quiet.connectTo(ctx, args[0])
	_ = quiet.close(err) // nobody is told: the next command says it
}
