// Command apono asks for just-in-time access through Apono, follows the request
// until it is granted, and opens the access.
package main

import (
	"context"
	"io"
	"log"
	"os"

	"apono/render"
	"apono/wizard/command"
)

// Set by the release; empty in other builds, which know it from themselves.
var version, commit, date string

func main() { os.Exit(run()) }

func run() int {
	log.SetOutput(io.Discard) // net/http writes raw text of the service to it
	interrupts := &command.Interrupts{}
	ctx, stop := interrupts.Watch(context.Background(), command.EndSignals()...)
	defer stop()
	env := command.TakeEnvironment()
	app := &command.App{
		Streams:    render.NewStreams(os.Stdin, os.Stdout, os.Stderr, env),
		Env:        env,
		Version:    command.BuildVersion(command.Version{Version: version, Commit: commit, Date: date}),
		Interrupts: interrupts,
	}
	return app.Run(ctx, os.Args[1:])
}
