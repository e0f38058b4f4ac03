package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkResources fetches 20,000 resources, the longest list that users see,
// in pages of 1,000 over local HTTP.
func BenchmarkResources(b *testing.B) {
	const items = 20_000
	pages := make([][]byte, items/resourcePageSize)
	for n := range pages {
		total, more := items, n+1 < len(pages)
		p := Page[Resource]{Pagination: Pagination{Limit: resourcePageSize, Offset: n * resourcePageSize, Total: &total, HasMore: &more}}
		for i := range resourcePageSize {
			name := fmt.Sprintf("bucket-%05d", n*resourcePageSize+i)
			p.Data = append(p.Data, Resource{
				ID: "id-" + name, SourceID: "arn:aws:s3:::" + name, Name: name, Path: Text("AWS/Playground/" + name),
				Type:        ResourceType{ID: "aws-account-s3-bucket", Name: "S3 Bucket", DisplayPath: "AWS/S3 Bucket", Icons: Icons{PNG: "https://icons.example/s3.png"}},
				Integration: Integration{ID: "5c1d3a52-7c0e-4d3b-9f5e-1f0a6d1c2b90", Type: "aws-account", Name: "Playground"},
			})
		}
		var err error
		if pages[n], err = json.Marshal(p); err != nil {
			b.Fatal(err)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(pages[number(r, "skip")/resourcePageSize])
	}))
	defer server.Close()
	cl, err := New(Config{BaseURL: server.URL})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		found, err := cl.Resources(b.Context(), ResourceQuery{IntegrationID: "i", ResourceTypeID: "t"})
		if err != nil || len(found) != items {
			b.Fatalf("%d resources, %v", len(found), err)
		}
	}
}
