package auth

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// pageGrace is how long the browser may take to fetch the last page.
const pageGrace = 2 * time.Second

// Browser logs in through a browser on this machine, which is sent back to a
// port that only this machine can reach. Where every port is taken, the error
// is a *LoginError of kind PortsTaken, and the other ways are open.
func (f *Flow) Browser(ctx context.Context) (*Result, error) {
	listeners, port, err := listenOnAny(ctx, f.ports())
	if err != nil {
		return nil, &LoginError{Kind: PortsTaken, Profile: f.Profile.Name, Ports: f.ports(), Err: err}
	}
	back := &callback{answers: make(chan answer, 1), ended: make(chan struct{}), shown: make(chan struct{})}
	server := &http.Server{Handler: back, ReadHeaderTimeout: 10 * time.Second}
	defer stop(server, listeners, back)
	if back.attempt, err = f.attempt(port); err != nil {
		return nil, err
	}
	for _, l := range listeners {
		go func() { _ = server.Serve(l) }() // ends when the server is closed
	}
	f.Person.ShowURL(back.attempt.address(), f.open(ctx, back.attempt.address()))
	return f.awaitBrowser(ctx, back)
}

func (f *Flow) open(ctx context.Context, address string) error {
	if f.Open == nil {
		return ErrNotOpened
	}
	return f.Open(ctx, address)
}

func (f *Flow) awaitBrowser(ctx context.Context, back *callback) (*Result, error) {
	defer close(back.ended)
	deadline := time.NewTimer(f.timeout())
	defer deadline.Stop()
	select {
	case a := <-back.answers:
		got, err := back.attempt.redeem(ctx, a.values)
		a.outcome <- err
		if err != nil {
			return nil, err
		}
		return f.result(got), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-deadline.C:
		if back.strangers.Load() {
			return nil, back.attempt.failed(StateMismatch)
		}
		return nil, back.attempt.failed(LoginTimeout)
	}
}

// stop ends the server, after the last page where there is one to be shown. It
// does not wait for the connections that browsers open in advance.
func stop(server *http.Server, listeners []net.Listener, back *callback) {
	if back.taken.Load() {
		limit := time.NewTimer(pageGrace)
		defer limit.Stop()
		select {
		case <-back.shown:
		case <-limit.C:
		}
	}
	_ = server.Close()
	for _, l := range listeners {
		_ = l.Close() // one that was never served
	}
}

// answer is what the browser brought, and where it waits for what came of it.
type answer struct {
	values  url.Values
	outcome chan error
}

// callback is the page that the service sends the browser back to.
type callback struct {
	attempt attempt
	answers chan answer
	ended   chan struct{}
	taken   atomic.Bool   // an answer has come
	shown   chan struct{} // closed when its page has been sent
	// strangers is set when an answer came that belongs to another login.
	strangers atomic.Bool
}

// ServeHTTP takes the first answer that is ours. Whatever else is asked of the
// port, by a browser that wants an icon or by a stranger, leaves the login alone.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	switch {
	case r.URL.Path != "/" || r.Method != http.MethodGet:
		http.NotFound(w, r)
	case !values.Has("code") && !values.Has("error"):
		writePage(w, http.StatusBadRequest, page{Title: "Waiting for the login", Text: "Finish it in the tab that opened, or at the address in the terminal."})
	case !c.attempt.isOurs(values):
		c.strangers.Store(true)
		writePage(w, http.StatusBadRequest, page{Title: "Not logged in", Text: "This answer belongs to another login. Use the address that the terminal shows now."})
	case c.taken.Swap(true):
		writePage(w, http.StatusConflict, page{Title: "Already answered", Text: "This login has been answered. The terminal says how it ended."})
	default:
		c.take(w, r, values)
	}
}

func (c *callback) take(w http.ResponseWriter, r *http.Request, values url.Values) {
	defer close(c.shown)
	a := answer{values: values, outcome: make(chan error, 1)}
	c.answers <- a
	select {
	case err := <-a.outcome:
		writeOutcome(w, err)
	case <-c.ended:
		// Both may be there, and select takes either.
		select {
		case err := <-a.outcome:
			writeOutcome(w, err)
		default:
			writeOutcome(w, errors.New("the program in the terminal has ended"))
		}
	case <-r.Context().Done():
	}
}

func writeOutcome(w http.ResponseWriter, err error) {
	if err == nil {
		writePage(w, http.StatusOK, page{Good: true, Title: "Authorized, you can close this tab", Text: "The terminal goes on."})
		return
	}
	p := page{Title: "Not logged in", Text: sentence(err.Error())}
	var failed *LoginError
	if errors.As(err, &failed) {
		p.Hint = failed.Hint()
	}
	writePage(w, http.StatusBadRequest, p)
}

// listenOnAny listens on the first of ports that is free on this machine's own
// addresses, and nowhere else.
func listenOnAny(ctx context.Context, ports []int) ([]net.Listener, int, error) {
	var problems []error
	for _, port := range ports {
		listeners, err := listenOn(ctx, port)
		if err == nil {
			return listeners, port, nil
		}
		problems = append(problems, err)
	}
	return nil, 0, errors.Join(problems...)
}

// listenOn takes a port on both loopback addresses: a browser may try either
// for "localhost", and on one that is not ours somebody else could listen.
func listenOn(ctx context.Context, port int) ([]net.Listener, error) {
	var config net.ListenConfig
	four, err := config.Listen(ctx, "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, err
	}
	probe, err := config.Listen(ctx, "tcp6", "[::1]:0")
	if err != nil {
		return []net.Listener{four}, nil // no IPv6 here
	}
	_ = probe.Close()
	six, err := config.Listen(ctx, "tcp6", fmt.Sprintf("[::1]:%d", port))
	if err != nil {
		_ = four.Close()
		return nil, err
	}
	return []net.Listener{four, six}, nil
}
