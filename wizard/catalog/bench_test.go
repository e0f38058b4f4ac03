package catalog

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"apono/client"
	"apono/wizard/kind"
)

// fill stores a catalog of 100 integrations with 5 types and n resources together.
func fill(tb testing.TB, s *Store, n int) {
	tb.Helper()
	ctx := context.Background()
	put := func(d kind.Descriptor, in kind.Scope, scanned int, add func(*packer)) {
		w, err := s.begin(ctx, keyOf(d, "", in), true)
		if err != nil {
			tb.Fatal(err)
		}
		p := &packer{scanned: scanned, full: func(p *part) error { return w.add(ctx, p) }}
		add(p)
		if err := p.flush(); err != nil {
			tb.Fatal(err)
		}
		if err := w.commit(ctx, time.Now()); err != nil {
			tb.Fatal(err)
		}
	}
	var integrations []client.Integration
	for i := range 100 {
		integrations = append(integrations, client.Integration{ID: fmt.Sprintf("%08x-0000-4000-8000-%012x", i, i), Type: "aws-account", Name: fmt.Sprintf("team-%02d", i), TypeDisplayName: "AWS Account"})
	}
	put(kind.Integrations(), kind.Scope{}, 0, func(p *packer) {
		for _, in := range integrations {
			_ = p.add(kind.Integrations().Pack(in))
		}
	})
	number := 0
	for _, in := range integrations {
		scope := kind.Scope{Integration: in}
		var types []client.ResourceType
		for t := range 5 {
			types = append(types, client.ResourceType{ID: fmt.Sprintf("aws-account-type-%d", t), Name: fmt.Sprintf("Type %d", t)})
		}
		put(kind.ResourceTypes(), scope, 0, func(p *packer) {
			for _, t := range types {
				_ = p.add(kind.ResourceTypes().Pack(t))
			}
		})
		for _, t := range types {
			scope.ResourceType = t
			put(kind.Permissions(), scope, 0, func(p *packer) {
				for _, name := range []string{"READ_ONLY", "READ_WRITE", "ADMIN"} {
					_ = p.add(kind.Permissions().Pack(client.Permission{ID: name, Name: name}))
				}
			})
			put(kind.Resources(), scope, 3, func(p *packer) {
				for range n / 500 {
					name := fmt.Sprintf("acme-%s-service-%02d-bucket-%06d", []string{"orders", "checkout", "payments", "billing"}[number%4], number%37, number)
					_ = p.add(kind.Resources().Pack(client.Resource{ID: fmt.Sprintf("%08x-1111-4111-8111-%012x", number, number), Name: name, Path: client.Text(name), SourceID: "arn:aws:s3:::" + in.Name + "-" + name}))
					number++
				}
			})
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	dir := os.Getenv("CATALOG_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	s := Open(dir)
	if _, err := os.Stat(s.path); err != nil {
		start := time.Now()
		fill(b, s, 500_000)
		info, _ := os.Stat(s.path)
		b.Logf("filled in %s, %d bytes a resource", time.Since(start), info.Size()/500_000)
	}
	s.Close()
	for _, text := range []string{"a", "or", "bucket-000123", "checkout team-42", "chekcout-servce", "chkt", "nothing-like-this", "00007b00-1111-4111-8111-000000007b00"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				s := Open(dir)
				found, err := s.search(b.Context(), "", Query{Text: text, Limit: 100})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(found.Total), "hits")
				s.Close()
			}
		})
	}
}
