package command

import (
	"context"
	"io"
	"os/exec"
	"strings"

	"apono/auth"
	"apono/auth/detached"
	"apono/render"
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
	dirs, err := auth.UserDirs()
	if len(args) != 1 || err != nil {
		return
	}
	quiet := &App{Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}, Env: a.Env, Version: a.Version, Interrupts: a.Interrupts, dirs: dirs}
	quiet.flags.profile = args[0]
	_, err = quiet.connect(ctx)
	_ = quiet.close(err) // nobody is told: the next command says it
}
