//go:build bench && !windows

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"

	"apono/client"
)

// server implements the part of the API that the measured commands use. It delays
// every response by latency and counts requests.
type server struct {
	*httptest.Server
	latency   time.Duration
	resources []client.Resource
	// grantAfter is the longest time until a request is granted. The time is
	// random for each request.
	grantAfter time.Duration

	mu           sync.Mutex
	requestCount int                  // HTTP requests since the last call of count
	grantTimes   map[string]time.Time // by request ID
	compressed   map[string][]byte    // responses by URL
}

func newServer(latency time.Duration, resources int) *server {
	s := &server{latency: latency, grantTimes: map[string]time.Time{}, compressed: map[string][]byte{}, resources: newResources(resources)}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// newResources returns n resources of one type in one integration.
func newResources(n int) []client.Resource {
	integration := client.Integration{ID: "i1", Type: "aws-account", TypeDisplayName: "AWS Account", Name: "Playground"}
	resourceType := client.ResourceType{ID: "aws-account-s3-bucket", Name: "S3 Bucket", DisplayPath: "S3 Bucket"}
	list := make([]client.Resource, n)
	for i := range list {
		name := fmt.Sprintf("playground-env-%06d-state", i)
		list[i] = client.Resource{ID: fmt.Sprintf("r-%06d", i), SourceID: "arn:aws:s3:::" + name, Name: name, Path: client.Text(name), Type: resourceType, Integration: integration}
	}
	return list
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	time.Sleep(s.latency)
	s.mu.Lock()
	s.requestCount++
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(s.body(r))
}

// body returns the compressed response. Responses that never change are compressed
// once, so that the server takes little time from what is measured.
func (s *server) body(r *http.Request) []byte {
	cacheable := strings.Contains(r.URL.Path, "/inventory/")
	key := r.URL.String()
	s.mu.Lock()
	cached, ok := s.compressed[key]
	s.mu.Unlock()
	if cacheable && ok {
		return cached
	}
	var b bytes.Buffer
	compressor := gzip.NewWriter(&b)
	_ = json.NewEncoder(compressor).Encode(s.response(r))
	_ = compressor.Close()
	s.mu.Lock()
	s.compressed[key] = b.Bytes()
	s.mu.Unlock()
	return b.Bytes()
}

// response returns the value that answers r, to be encoded as JSON.
func (s *server) response(r *http.Request) any {
	path := strings.TrimPrefix(r.URL.Path, "/api/client/v1/")
	switch {
	case path == "inventory/integrations":
		return page([]client.Integration{s.resources[0].Integration}, r)
	case path == "inventory/resource-types":
		return page([]client.ResourceType{s.resources[0].Type}, r)
	case path == "inventory/permissions":
		return page([]client.Permission{{ID: "READ_ONLY", Name: "READ_ONLY"}}, r)
	case path == "inventory/resources":
		return page(s.matching(r), r)
	case path == "session":
		return client.UserSession{User: client.User{ID: "u1", Name: "Robin"}, Account: client.Account{ID: "a1", Name: "Acme"}}
	case path == "access-requests" && r.Method == http.MethodPost:
		return client.Submitted{RequestIDs: []string{s.createRequest()}}
	case strings.HasPrefix(path, "access-requests/"):
		return s.request(strings.TrimPrefix(path, "access-requests/"))
	}
	return struct{}{}
}

// matching returns the resources that the query of r selects.
func (s *server) matching(r *http.Request) []client.Resource {
	ids := r.URL.Query()["source-id"]
	if len(ids) == 0 {
		return s.resources
	}
	var found []client.Resource
	for _, resource := range s.resources {
		for _, id := range ids {
			if resource.SourceID == id {
				found = append(found, resource)
			}
		}
	}
	return found
}

// createRequest creates an access request and returns its ID.
func (s *server) createRequest() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fmt.Sprintf("AR-%05d", len(s.grantTimes)+1)
	s.grantTimes[id] = time.Now().Add(time.Duration(rand.Int64N(int64(s.grantAfter) + 1)))
	return id
}

// request returns an access request, which is active once its grant time is over.
func (s *server) request(id string) client.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := client.StatusGranting
	if !time.Now().Before(s.grantTimes[id]) {
		status = client.StatusActive
	}
	return client.Request{ID: id, CreationTime: client.At(time.Now()), Status: client.RequestStatus{Status: status}}
}

// lastGrant returns when the latest request became active.
func (s *server) lastGrant() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grantTimes[fmt.Sprintf("AR-%05d", len(s.grantTimes))]
}

// count returns how many HTTP requests arrived since the last call.
func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.requestCount
	s.requestCount = 0
	return n
}

// page returns the page of all that the query of r selects.
func page[T any](all []T, r *http.Request) client.Page[T] {
	skip, _ := strconv.Atoi(r.URL.Query().Get("skip"))
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	if limit == 0 {
		limit = 100
	}
	total := len(all)
	skip = min(skip, total)
	return client.Page[T]{Data: all[skip:min(skip+limit, total)], Pagination: client.Pagination{Limit: limit, Offset: skip, Total: &total}}
}
