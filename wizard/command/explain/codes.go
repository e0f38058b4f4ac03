package explain

// The exit codes of the program.
const (
	ExitOK       = 0
	ExitFailed   = 1
	ExitUsage    = 2
	ExitRefused  = 3
	ExitLogin    = 4
	ExitTimeout  = 5
	ExitNotFound = 127 // as shells report a missing program
	ExitCanceled = 130
)

// ExitCode is one exit code and what it means.
type ExitCode struct {
	Code int
	// Word is the code's stable name in errors printed as JSON.
	Word    string
	Meaning string
}

// ExitCodes returns every exit code, in ascending order.
func ExitCodes() []ExitCode {
	return []ExitCode{
		{ExitOK, "", "success, even if the request is now waiting for approval"},
		{ExitFailed, "failed", "failure"},
		{ExitUsage, "usage", "usage error: nothing was sent"},
		{ExitRefused, "refused", "the request was rejected, failed, was revoked or has expired; or --dry-run predicts that it would be rejected"},
		{ExitLogin, "login_needed", "not logged in: run apono login"},
		{ExitTimeout, "timeout", "no result within --timeout; the request is still in progress"},
		{ExitNotFound, "program_missing", "the program that opens the access is not installed"},
		{ExitCanceled, "cancelled", "canceled with Ctrl-C or Esc, or left with q; 129, 131 and 143 if SIGHUP, SIGQUIT or SIGTERM ended it"},
	}
}

// Word returns the problem's stable name in errors printed as JSON. It is empty
// for the exit code of another program.
func (p Problem) Word() string {
	for _, c := range ExitCodes() {
		if c.Code == p.Exit {
			return c.Word
		}
	}
	return ""
}
