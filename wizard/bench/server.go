//go:build bench

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

// server is a service that is some way off: every answer takes latency. It
// counts what it is asked.
type server struct {
	*httptest.Server
	latency   time.Duration
	resources []client.Resource
	// grantAfter is how long requests take to be granted, at the most; each
	// takes a random part of it.
	grantAfter time.Duration

	mu       sync.Mutex
	asked    int
	granting map[string]time.Time
	packed   map[string][]byte // answers about resources, which are always the same
}

func newServer(latency time.Duration, resources int) *server {
	s := &server{latency: latency, granting: map[string]time.Time{}, packed: map[string][]byte{}, resources: catalogue(resources)}
	s.Server = httptest.NewServer(http.HandlerFunc(s.answer))
	return s
}

func catalogue(n int) []client.Resource {
	integration := client.Integration{ID: "i1", Type: "aws-account", TypeDisplayName: "AWS Account", Name: "Playground"}
	kind := client.ResourceType{ID: "aws-account-s3-bucket", Name: "S3 Bucket", DisplayPath: "S3 Bucket"}
	list := make([]client.Resource, n)
	for i := range list {
		name := fmt.Sprintf("playground-env-%06d-state", i)
		list[i] = client.Resource{ID: fmt.Sprintf("r-%06d", i), SourceID: "arn:aws:s3:::" + name, Name: name, Path: name, Type: kind, Integration: integration}
	}
	return list
}

func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	time.Sleep(s.latency)
	s.mu.Lock()
	s.asked++
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(s.body(r))
}

// body is the compressed answer. What does not change is compressed once, so
// that the service costs the machine little of what is measured.
func (s *server) body(r *http.Request) []byte {
	constant := strings.Contains(r.URL.Path, "/inventory/")
	key := r.URL.String()
	s.mu.Lock()
	known, ok := s.packed[key]
	s.mu.Unlock()
	if constant && ok {
		return known
	}
	var b bytes.Buffer
	packed := gzip.NewWriter(&b)
	_ = json.NewEncoder(packed).Encode(s.reply(r))
	_ = packed.Close()
	s.mu.Lock()
	s.packed[key] = b.Bytes()
	s.mu.Unlock()
	return b.Bytes()
}

func (s *server) reply(r *http.Request) any {
	path := strings.TrimPrefix(r.URL.Path, "/api/client/v1/")
	switch {
	case path == "inventory/integrations":
		return page([]client.Integration{s.resources[0].Integration}, r)
	case path == "inventory/resource-types":
		return page([]client.ResourceType{s.resources[0].Type}, r)
	case path == "inventory/permissions":
		return page([]client.Permission{{ID: "READ_ONLY", Name: "READ_ONLY"}}, r)
	case path == "inventory/resources":
		return page(s.wanted(r), r)
	case path == "session":
		return client.UserSession{User: client.User{ID: "u1", Name: "Robin"}, Account: client.Account{ID: "a1", Name: "Acme"}}
	case path == "access-requests" && r.Method == http.MethodPost:
		return client.Submitted{RequestIDs: []string{s.make()}}
	case strings.HasPrefix(path, "access-requests/"):
		return s.request(strings.TrimPrefix(path, "access-requests/"))
	}
	return struct{}{}
}

// wanted are the resources that the query asks for.
func (s *server) wanted(r *http.Request) []client.Resource {
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

func (s *server) make() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fmt.Sprintf("AR-%05d", len(s.granting)+1)
	s.granting[id] = time.Now().Add(time.Duration(rand.Int64N(int64(s.grantAfter) + 1)))
	return id
}

func (s *server) request(id string) client.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := client.StatusGranting
	if !time.Now().Before(s.granting[id]) {
		status = client.StatusActive
	}
	return client.Request{ID: id, CreationTime: client.At(time.Now()), Status: client.RequestStatus{Status: status}}
}

// lastGrant is when the request that was made last became active.
func (s *server) lastGrant() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.granting[fmt.Sprintf("AR-%05d", len(s.granting))]
}

// count returns how often the server was asked since it was last counted.
func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.asked
	s.asked = 0
	return n
}

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
