package prompt

import (
	"os"
	"time"
)

// readable always says yes: on Windows survey reads the console itself.
func readable(*os.File, time.Duration) bool { return true }
