package prompt

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// benchAsker returns what a prompt needs to draw, without a terminal.
func benchAsker(b *testing.B) asker {
	s := &render.Streams{Err: io.Discard, ColorErr: true}
	return asker{ctx: b.Context(), streams: s, region: region{streams: s}, stopped: func() {}}
}

// benchOptions returns n options like those of a large account.
func benchOptions(n int) []Option {
	teams := []string{"checkout", "payments", "search", "ledger", "identity", "shipping"}
	stages := []string{"production", "staging", "playground"}
	options := make([]Option, n)
	for i := range options {
		name := fmt.Sprintf("acme-%s-exports-%06d-%s", teams[i%len(teams)], i, stages[i%len(stages)])
		options[i] = Option{Label: name, Columns: []string{"arn:aws:s3:::" + name}, Keywords: fmt.Sprintf("id-%08x", i), Key: name}
	}
	return options
}

// reportSlowest reports the 99th percentile of how long keys took.
func reportSlowest(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkListKey measures the time from a key to the finished frame: typing a
// filter, deleting it, and moving.
func BenchmarkListKey(b *testing.B) {
	for _, n := range []int{100, 100_000, 1_000_000} {
		options := benchOptions(n)
		keys := []keyboard.Key{}
		for _, char := range "prod checkout 42" {
			keys = append(keys, keyboard.Key{Code: keyboard.Text, Text: string(char)})
		}
		keys = append(keys, keyboard.Key{Code: keyboard.Down}, keyboard.Key{Code: keyboard.PageDown}, keyboard.Key{Code: keyboard.End}, keyboard.Key{Code: keyboard.Backspace}, keyboard.Key{Code: keyboard.CtrlU})
		for _, char := range "zqx" { // found nowhere
			keys = append(keys, keyboard.Key{Code: keyboard.Text, Text: string(char)})
		}
		keys = append(keys, keyboard.Key{Code: keyboard.CtrlU})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l := newListPrompt(List{Title: "Select S3 Bucket", Options: options}, true, benchAsker(b))
			var times []time.Duration
			for b.Loop() {
				for _, k := range keys {
					start := time.Now()
					if _, err := l.press(k); err != nil {
						b.Fatal(err)
					}
					if err := l.region.draw(l.frame()); err != nil {
						b.Fatal(err)
					}
					times = append(times, time.Since(start))
				}
			}
			reportSlowest(b, times)
		})
	}
}

// BenchmarkReplace measures the time from other options to the finished frame: in a list
// with some options selected, without a filter and with one.
func BenchmarkReplace(b *testing.B) {
	for _, text := range []string{"", "prod checkout 42"} {
		for _, n := range []int{100, 100_000} {
			versions := [][]Option{benchOptions(n), benchOptions(n + 1)[1:]}
			b.Run(fmt.Sprintf("%d/%q", n, text), func(b *testing.B) {
				version, updated := 0, make(chan struct{}, 1)
				l := newListPrompt(List{Title: "Select S3 Bucket", Options: versions[0], Initial: []int{n / 2, n / 3, n - 1}, Updated: updated, Replace: func() (Source, bool) {
					version = 1 - version
					return Fixed(versions[version]), true
				}}, true, benchAsker(b))
				l.refilter(func() { l.filter.add(text) })
				var times []time.Duration
				for b.Loop() {
					updated <- struct{}{}
					start := time.Now()
					if l.changed() != keyboard.Redraw {
						b.Fatal("the list has not changed")
					}
					if err := l.region.draw(l.frame()); err != nil {
						b.Fatal(err)
					}
					times = append(times, time.Since(start))
				}
				reportSlowest(b, times)
			})
		}
	}
}

// BenchmarkPaste measures the time from pasted text to the finished frame, reading
// included.
func BenchmarkPaste(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		pasted := "\x1b[200~" + strings.Repeat("lorem ipsum ", n/12+1)[:n] + "\x1b[201~"
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				t := newTextPrompt(Text{Title: "Enter Justification"}, benchAsker(b), "")
				keys, closePipe := pipeWith(b, pasted)
				k, err := keys.Next(b.Context(), func() keyboard.Key { return keyboard.Key{} })
				if err != nil {
					b.Fatal(err)
				}
				if _, err := t.press(k); err != nil {
					b.Fatal(err)
				}
				if err := t.region.draw(t.frame()); err != nil {
					b.Fatal(err)
				}
				closePipe()
			}
		})
	}
}

// pipeWith returns a reader of input, which another goroutine writes.
func pipeWith(b *testing.B, input string) (keys *keyboard.Reader, closePipe func()) {
	reader, writer, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		_, _ = writer.WriteString(input)
		_ = writer.Close()
	}()
	return keyboard.NewReader(reader), func() { _ = reader.Close() }
}
