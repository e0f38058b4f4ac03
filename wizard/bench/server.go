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
	"slices"
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
	resources []client.Resource // by integration, as many in each
	each      int               // how many that is
	// grantAfter is the longest time until a request is granted. The time is
	// random for each request.
	grantAfter time.Duration

	mu           sync.Mutex
	requestCount int                  // HTTP requests since the last call of count
	grantTimes   map[string]time.Time // by request ID
	compressed   map[string][]byte    // responses by URL
}

// newServer serves resources of one type in each of a number of integrations.
func newServer(latency time.Duration, integrations, resources int) *server {
	s := &server{latency: latency, grantTimes: map[string]time.Time{}, compressed: map[string][]byte{}, each: resources / integrations}
	for i := range integrations {
		s.resources = append(s.resources, newResources(i, s.each)...)
	}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// newResources returns n resources of one type in the integration with a number.
func newResources(number, n int) []client.Resource {
	integration := client.Integration{ID: fmt.Sprintf("5b1d0c1e-0000-4000-8000-%012d", number), Type: "aws-account", TypeDisplayName: "AWS Account", Name: "Playground"}
	if number > 0 {
		integration.Name = fmt.Sprintf("team-%02d", number)
	}
	resourceType := client.ResourceType{ID: "aws-account-s3-bucket", Name: "S3 Bucket", DisplayPath: "S3 Bucket"}
	list := make([]client.Resource, n)
	for i := range list {
		name := fmt.Sprintf("%s-env-%06d-state", strings.ToLower(integration.Name), i)
		list[i] = client.Resource{
			ID: fmt.Sprintf("9e107d9d-%04d-4000-8000-%012d", number, i), SourceID: "arn:aws:s3:::" + name, Name: name, Path: client.Text(name),
			Type: resourceType, Integration: integration,
		}
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
		var list []client.Integration
		for i := 0; i < len(s.resources); i += s.each {
			list = append(list, s.resources[i].Integration)
		}
		return page(list, r)
	case path == "inventory/bundles":
		return page([]client.Bundle{{ID: "b1", Name: "On call"}}, r)
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
	query := r.URL.Query()
	list := s.resources
	if id := query.Get("integration-id"); id != "" {
		at := slices.IndexFunc(list, func(r client.Resource) bool { return r.Integration.ID == id })
		list = list[max(0, at):min(len(list), max(0, at)+s.each)]
	}
	ids, search := query["source-id"], query.Get("search")
	if len(ids) == 0 && search == "" {
		return list
	}
	var found []client.Resource
	for _, resource := range list {
		if (len(ids) == 0 || slices.Contains(ids, resource.SourceID)) && strings.Contains(resource.SourceID, search) {
			found = append(found, resource)
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
