// Package loopback protects servers that only this machine may use from web pages: a
// page whose name is made to lead to this machine (DNS rebinding) reaches them, but
// under its own name. It must not know what the servers serve.
package loopback

import (
	"net"
	"net/http"
	"time"
)

// Server returns a server for handler that answers 421 (RFC 9110, section 15.5.20) to a
// request for another host than this machine, or for a port other than the one it came
// in on. Requests that do not arrive in time are cut off.
func Server(handler http.Handler) *http.Server {
	return &http.Server{Handler: ownHost(handler), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
}

func ownHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isOwn(r) {
			http.Error(w, "This server is only for this machine", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isOwn(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	_, port, err := net.SplitHostPort(local.String())
	host, named, hostErr := net.SplitHostPort(r.Host)
	return err == nil && hostErr == nil && named == port && IsHost(host)
}

// IsHost reports whether a host name or address is this machine's loopback.
func IsHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
