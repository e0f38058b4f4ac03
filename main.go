// Command apono asks for just-in-time access through Apono, follows the request
// until it is granted, and opens the access.
package main

import (
	"os"

	"apono/wizard/command"
)

// Set by the release; empty in other builds, which know it from themselves.
var version, commit, date string

func main() {
	os.Exit(command.Main(command.BuildVersion(command.Version{Version: version, Commit: commit, Date: date})))
}
