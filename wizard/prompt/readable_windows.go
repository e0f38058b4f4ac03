package prompt

import (
	"os"
	"time"
)

// readable returns true, because survey reads the console itself on Windows.
func readable(*os.File, time.Duration) bool { return true }
