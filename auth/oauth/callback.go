package oauth

import (
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"

	"apono/auth"
)

// callback handles the request that the service redirects the browser to.
type callback struct {
	attempt   attempt
	responses chan response // gets the first response that matches the attempt
	ended     chan struct{} // closed when awaitCallback returns
	pageSent  chan struct{} // closed after the page for the response was sent
	responded atomic.Bool   // a matching response has arrived
	// mismatched means that a response to another attempt has arrived.
	mismatched atomic.Bool
}

// response is what the service sent with the browser. The handler waits for the
// outcome, which is nil if the login succeeded.
type response struct {
	values  url.Values
	outcome chan error
}

func newCallback() *callback {
	return &callback{responses: make(chan response, 1), ended: make(chan struct{}), pageSent: make(chan struct{})}
}

// ServeHTTP passes the first matching response on. No other request, such as a
// browser's for an icon, affects the login.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	switch {
	case r.URL.Path != "/" || r.Method != http.MethodGet:
		http.NotFound(w, r)
	case !hasResult(values):
		writePage(w, http.StatusBadRequest, page{Title: "Waiting for the login", Text: "Log in in the tab that opened, or at the address shown in the terminal."})
	case !c.attempt.matches(values):
		c.mismatched.Store(true)
		writePage(w, http.StatusBadRequest, page{Title: "Not logged in", Text: "This page is from another login attempt. Use the address that the terminal shows now."})
	case c.responded.Swap(true):
		writePage(w, http.StatusConflict, page{Title: "Already used", Text: "This login was already completed. See the terminal for the result."})
	default:
		c.respond(w, r, values)
	}
}

func (c *callback) respond(w http.ResponseWriter, r *http.Request, values url.Values) {
	defer close(c.pageSent)
	resp := response{values: values, outcome: make(chan error, 1)}
	c.responses <- resp
	select {
	case err := <-resp.outcome:
		writeOutcome(w, err)
	case <-c.ended:
		// If both channels are ready, select picks one at random.
		select {
		case err := <-resp.outcome:
			writeOutcome(w, err)
		default:
			writeOutcome(w, errors.New("the program in the terminal has exited"))
		}
	case <-r.Context().Done():
	}
}

func writeOutcome(w http.ResponseWriter, err error) {
	if err == nil {
		writePage(w, http.StatusOK, page{Success: true, Title: "Authorized, you can close this tab", Text: "Return to the terminal to continue."})
		return
	}
	p := page{Title: "Not logged in", Text: sentence(err.Error())}
	var failed *auth.LoginError
	if errors.As(err, &failed) {
		p.Hint = failed.Hint()
	}
	writePage(w, http.StatusBadRequest, p)
}
