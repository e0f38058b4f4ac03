package client

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"
)

// fakeClock passes at once: who sleeps moves it on.
type fakeClock struct {
	mu    sync.Mutex
	at    time.Time
	slept []time.Duration
}

func (f *fakeClock) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

func (f *fakeClock) sleep(ctx context.Context, d time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slept = append(f.slept, d)
	f.at = f.at.Add(d)
	return ctx.Err()
}

// service is a server with a client for it whose waits take no time.
type service struct {
	*httptest.Server
	client *Client
	clock  *fakeClock
}

func newService(t *testing.T, handler http.HandlerFunc) *service {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	cl, err := New(Config{BaseURL: server.URL, Tokens: StaticToken("the-token")})
	if err != nil {
		t.Fatal(err)
	}
	c := &fakeClock{at: time.Now()}
	cl.clock = clock{now: c.now, sleep: c.sleep}
	return &service{server, cl, c}
}

// counter counts what runs side by side.
type counter struct {
	mu               sync.Mutex
	now, most, total int
}

func (c *counter) enter() (nth int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now++
	c.total++
	c.most = max(c.most, c.now)
	return c.total
}

func (c *counter) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now--
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// number reads a query parameter; missing is 0.
func number(r *http.Request, name string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(name))
	return n
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

// hangUp ends the connection of a request without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.Close()
	}
}

// cutShort promises more of a body than it sends.
func cutShort(w http.ResponseWriter, body string) {
	conn, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	fmt.Fprintf(buffered, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body)+100, body)
	buffered.Flush()
	conn.Close()
}
