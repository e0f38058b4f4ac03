package loopback

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"testing"
)

func TestServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := Server(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	if server.ReadTimeout <= 0 {
		t.Error("a body that never comes is never cut off")
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	for host, want := range map[string]int{
		"127.0.0.1:" + port: 204, "localhost:" + port: 204, "[::1]:" + port: 204, "127.9.9.9:" + port: 204,
		"evil.example": 421, "evil.example:" + port: 421, "127.0.0.1:1": 421, "127.0.0.1": 421, "localhost.evil.example:" + port: 421, "": 400,
	} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", host)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		_ = conn.Close()
		if err != nil {
			t.Errorf("Host %q: %v", host, err)
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want && !(host == "" && resp.StatusCode == 421) {
			t.Errorf("Host %q: %d, want %d", host, resp.StatusCode, want)
		}
	}
}
