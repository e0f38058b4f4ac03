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

// fakeClock is a clock on which sleeping takes no real time.
type fakeClock struct {
	mu    sync.Mutex
	time  time.Time
	slept []time.Duration
}

func (f *fakeClock) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.time
}

func (f *fakeClock) sleep(ctx context.Context, d time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slept = append(f.slept, d)
	f.time = f.time.Add(d)
	return ctx.Err()
}

// testServer is a server and a client for it with a fake clock.
type testServer struct {
	*httptest.Server
	client *Client
	clock  *fakeClock
}

func newTestServer(t *testing.T, handler http.HandlerFunc) *testServer {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	cl, err := New(Config{BaseURL: server.URL, Tokens: StaticToken("the-token")})
	if err != nil {
		t.Fatal(err)
	}
	c := &fakeClock{time: time.Now()}
	cl.clock = clock{now: c.now, sleep: c.sleep}
	return &testServer{server, cl, c}
}

// counter counts calls, and how many of them are concurrent.
type counter struct {
	mu                   sync.Mutex
	current, most, total int
}

func (c *counter) enter() (nth int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current++
	c.total++
	c.most = max(c.most, c.current)
	return c.total
}

func (c *counter) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current--
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// number returns a query parameter, 0 if it is missing.
func number(r *http.Request, name string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(name))
	return n
}

// respond sends a JSON response.
func respond(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

// hangUp closes the connection of a request without a response.
func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.Close()
	}
}

// truncateBody sends less of a body than its Content-Length.
func truncateBody(w http.ResponseWriter, body string) {
	conn, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	fmt.Fprintf(buffered, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body)+100, body)
	buffered.Flush()
	conn.Close()
}
