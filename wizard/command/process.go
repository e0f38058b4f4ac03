package command

import (
	"context"
	"io"
	"log"
	"os"

	"apono/auth"
	"apono/render"
)

// Main runs the program with the arguments, the streams, the environment and the signals
// of this process, and returns the exit code.
func Main(version Version) int {
	log.SetOutput(io.Discard) // net/http writes raw text of the service to it
	interrupts := &Interrupts{}
	ctx, stop := interrupts.Watch(context.Background(), endSignals()...)
	defer stop()
	env := takeEnvironment()
	app := &App{
		Streams:    render.NewStreams(os.Stdin, os.Stdout, os.Stderr, env),
		Env:        env,
		Version:    version,
		Interrupts: interrupts,
	}
	return app.Run(ctx, os.Args[1:])
}

// takeEnvironment returns the environment and removes the tokens from it, so that no
// program that this one starts inherits them.
func takeEnvironment() render.Environment {
	taken := map[string]string{}
	for _, name := range auth.TokenVariables() {
		if value, ok := os.LookupEnv(name); ok {
			taken[name] = value
			_ = os.Unsetenv(name) // fails only for a name that is not valid
		}
	}
	return func(name string) (string, bool) {
		if value, ok := taken[name]; ok {
			return value, true
		}
		return os.LookupEnv(name)
	}
}
