package oauth

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"apono/auth"
	"apono/auth/loopback"
)

// pageTimeout bounds how long the browser may take to load the last page.
const pageTimeout = 2 * time.Second

// Browser logs in with a browser on this machine. The service sends the browser
// back to a port that only this machine can reach. If none of the ports is free,
// the error is an *auth.LoginError of kind PortsTaken, and Remote can be used
// instead.
func (f *Flow) Browser(ctx context.Context) (*Result, error) {
	listeners, port, err := listenOnFirst(ctx, f.ports())
	if err != nil {
		return nil, &auth.LoginError{Kind: auth.PortsTaken, Profile: f.Profile.Name, Ports: f.ports(), Err: err}
	}
	handler := newCallback()
	server := loopback.Server(handler)
	defer stop(server, listeners, handler)
	if handler.attempt, err = f.newAttempt(port); err != nil {
		return nil, err
	}
	for _, l := range listeners {
		go func() { _ = server.Serve(l) }() // returns when the server is closed
	}
	f.UI.ShowURL(handler.attempt.address(), f.open(ctx, handler.attempt.address()))
	return f.awaitCallback(ctx, handler)
}

func (f *Flow) open(ctx context.Context, address string) error {
	if f.Open == nil {
		return ErrNotOpened
	}
	return f.Open(ctx, address)
}

func (f *Flow) awaitCallback(ctx context.Context, handler *callback) (*Result, error) {
	defer close(handler.ended)
	deadline := time.NewTimer(f.timeout())
	defer deadline.Stop()
	select {
	case r := <-handler.responses:
		issued, err := handler.attempt.redeem(ctx, r.values)
		r.outcome <- err
		if err != nil {
			return nil, err
		}
		return f.result(issued), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-deadline.C:
		kind := auth.LoginTimeout
		if handler.mismatched.Load() {
			kind = auth.StateMismatch
		}
		return nil, handler.attempt.server.NewError(kind)
	}
}

// stop closes the server, after the last page was sent if there is one. It does
// not wait for the connections that browsers open in advance.
func stop(server *http.Server, listeners []net.Listener, handler *callback) {
	if handler.responded.Load() {
		timeout := time.NewTimer(pageTimeout)
		defer timeout.Stop()
		select {
		case <-handler.pageSent:
		case <-timeout.C:
		}
	}
	_ = server.Close()
	for _, l := range listeners {
		_ = l.Close() // in case Serve was never called
	}
}

// listenOnFirst listens on the first of ports that is free, on loopback addresses
// only.
func listenOnFirst(ctx context.Context, ports []int) ([]net.Listener, int, error) {
	var failures []error
	for _, port := range ports {
		listeners, err := listenOn(ctx, port)
		if err == nil {
			return listeners, port, nil
		}
		failures = append(failures, err)
	}
	return nil, 0, errors.Join(failures...)
}

// listenOn listens on both loopback addresses, because a browser may use either
// for "localhost". If only one is free, another program would get some of the
// responses, so that is an error.
func listenOn(ctx context.Context, port int) ([]net.Listener, error) {
	var config net.ListenConfig
	four, err := config.Listen(ctx, "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, err
	}
	probe, err := config.Listen(ctx, "tcp6", "[::1]:0")
	if err != nil {
		return []net.Listener{four}, nil // no IPv6 on this machine
	}
	_ = probe.Close()
	six, err := config.Listen(ctx, "tcp6", fmt.Sprintf("[::1]:%d", port))
	if err != nil {
		_ = four.Close()
		return nil, err
	}
	return []net.Listener{four, six}, nil
}
