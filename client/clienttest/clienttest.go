// Package clienttest serves answers that net/http would not write, such as ones that are
// cut short, to test what the client makes of them. It knows connections. It must not know
// the service.
package clienttest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
)

// ServeRaw starts a server that writes answer's result, byte for byte, to every request
// and closes the connection. It returns the server's URL. The test's end stops it.
func ServeRaw(t testing.TB, answer func(*http.Request) string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.WriteString(conn, answer(r))
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// Always answers every request with answer.
func Always(answer string) func(*http.Request) string {
	return func(*http.Request) string { return answer }
}
