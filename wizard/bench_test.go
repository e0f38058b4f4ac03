//go:build !windows

package wizard_test

import (
	"fmt"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox"
	"apono/render"
	"apono/wizard"
	"apono/wizard/prompt"
	"apono/wizard/prompt/screen"
)

// BenchmarkFirstPrompt measures the time until the first prompt is on the screen.
// It includes creating the prompter and the flow, but no network: the flow talks to
// the embedded sandbox.
func BenchmarkFirstPrompt(b *testing.B) {
	service, err := sandbox.Open(b.Context(), sandbox.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = service.Close() })
	api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: service.Transport()})
	if err != nil {
		b.Fatal(err)
	}
	s := screen.New(b, 100, 40)
	var total time.Duration
	for b.Loop() {
		start := time.Now()
		streams := render.NewStreams(s.TTY(), s.TTY(), s.TTY(), func(string) (string, bool) { return "", false })
		flow := &wizard.Flow{Client: api, Streams: streams, Prompter: prompt.New(streams, prompt.Options{})}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = flow.Request(b.Context(), wizard.Answers{}, wizard.RequestOptions{})
		}()
		s.Shows("? Select request type", "Enter accepts")
		total += time.Since(start)
		s.Press(screen.CtrlC)
		<-done
		s.Lacks("? Select request type")
	}
	b.ReportMetric(float64(total.Microseconds())/1000/float64(b.N), "ms/prompt")
}

// keyCase is a key to measure, and the key that undoes it.
type keyCase struct {
	name            string
	setup           string // keys typed before the measurement
	key, shows      string // the measured key, and what the screen shows after it
	undo, undoShows string
}

// BenchmarkKey measures the time from a key press until the screen is redrawn, in
// lists of several lengths.
func BenchmarkKey(b *testing.B) {
	for _, length := range []int{100, 10_000, 100_000} {
		options := make([]prompt.Option, length)
		for i := range options {
			name := fmt.Sprintf("acme-team%02d-bucket-%06d", i%40, i)
			options[i] = prompt.Option{Label: name, Keywords: "arn:aws:s3:::" + name}
		}
		for _, k := range []keyCase{
			{"first-letter", "", "7", "? Select row  7\n", screen.Backspace, "? Select row\n"},
			{"narrowing-letter", "bucket-00", "9", "? Select row  bucket-009\n", screen.Backspace, "? Select row  bucket-00\n"},
			{"arrow", "", screen.Down, "› [ ] " + options[1].Label, screen.Up, "› [ ] " + options[0].Label},
		} {
			b.Run(fmt.Sprintf("%s/%d", k.name, length), func(b *testing.B) { benchmarkKey(b, options, k) })
		}
	}
}

func benchmarkKey(b *testing.B, options []prompt.Option, k keyCase) {
	s := screen.New(b, 100, 40)
	streams := render.NewStreams(s.TTY(), s.TTY(), s.TTY(), func(string) (string, bool) { return "", false })
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = prompt.New(streams, prompt.Options{}).MultiSelect(b.Context(), prompt.List{Title: "Select row", Options: options})
	}()
	const redrawn = "Space picks" // drawn last
	s.Shows("? Select row", redrawn)
	s.Press(k.setup)
	s.Shows(k.undoShows, redrawn)
	var total time.Duration
	for b.Loop() {
		start := time.Now()
		s.Press(k.key)
		s.Shows(k.shows, redrawn)
		total += time.Since(start)
		s.Press(k.undo)
		s.Shows(k.undoShows, redrawn)
	}
	b.ReportMetric(float64(total.Microseconds())/1000/float64(b.N), "ms/key")
	s.Press(screen.CtrlC)
	<-done
}
