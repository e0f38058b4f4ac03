// Command apono asks for just-in-time access through Apono, follows the request
// until it is granted, and opens the access.
package main

import (
	"context"
	"os"

	"apono/render"
	"apono/wizard/command"
)

// Set by the release; empty in other builds, which know it from themselves.
var version, commit, date string

func main() { os.Exit(run()) }

func run() int {
	interrupts := &command.Interrupts{}
	ctx, stop := interrupts.Watch(context.Background(), command.EndSignals()...)
	defer stop()
	app := &command.App{
		Streams:    render.NewStreams(os.Stdin, os.Stdout, os.Stderr, os.LookupEnv),
		Env:        os.LookupEnv,
		Version:    command.BuildVersion(command.Version{Version: version, Commit: commit, Date: date}),
		Interrupts: interrupts,
	}
	return app.Run(ctx, os.Args[1:])
}
