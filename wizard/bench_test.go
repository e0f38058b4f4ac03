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

// BenchmarkFirstPrompt is the time from nothing to the first question on the
// screen: a prompter and a flow over the embedded service, no network.
func BenchmarkFirstPrompt(b *testing.B) {
	box, err := sandbox.Open(b.Context(), sandbox.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = box.Close() })
	api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: box.Transport()})
	if err != nil {
		b.Fatal(err)
	}
	s := screen.New(b, 100, 40)
	var spent time.Duration
	for b.Loop() {
		started := time.Now()
		streams := render.NewStreams(s.TTY(), s.TTY(), s.TTY(), func(string) (string, bool) { return "", false })
		flow := &wizard.Flow{Client: api, Streams: streams, Prompter: prompt.New(streams)}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_, _ = flow.Request(b.Context(), wizard.Answers{}, wizard.RequestOptions{})
		}()
		s.Shows("? Select request type", "Enter accepts")
		spent += time.Since(started)
		s.Press(screen.CtrlC)
		<-ended
		s.Lacks("? Select request type")
	}
	b.ReportMetric(float64(spent.Microseconds())/1000/float64(b.N), "ms/prompt")
}

// stroke is a key that is measured, and the one that takes it back.
type stroke struct {
	name             string
	before           string // typed before the clock runs
	key, shows       string
	undo, showsAgain string
}

// BenchmarkKey is the time from a key to the screen that it makes, in lists of
// several lengths.
func BenchmarkKey(b *testing.B) {
	for _, length := range []int{100, 10_000, 100_000} {
		options := make([]prompt.Option, length)
		for i := range options {
			name := fmt.Sprintf("acme-team%02d-bucket-%06d", i%40, i)
			options[i] = prompt.Option{Label: name, Keywords: "arn:aws:s3:::" + name}
		}
		for _, k := range []stroke{
			{"first-letter", "", "7", "? Select row  7\n", screen.Backspace, "? Select row\n"},
			{"narrowing-letter", "bucket-00", "9", "? Select row  bucket-009\n", screen.Backspace, "? Select row  bucket-00\n"},
			{"arrow", "", screen.Down, "> [ ] " + options[1].Label, screen.Up, "> [ ] " + options[0].Label},
		} {
			b.Run(fmt.Sprintf("%s/%d", k.name, length), func(b *testing.B) { benchmarkKey(b, options, k) })
		}
	}
}

func benchmarkKey(b *testing.B, options []prompt.Option, k stroke) {
	s := screen.New(b, 100, 40)
	streams := render.NewStreams(s.TTY(), s.TTY(), s.TTY(), func(string) (string, bool) { return "", false })
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = prompt.New(streams).MultiSelect(b.Context(), prompt.List{Title: "Select row", Options: options})
	}()
	const drawn = "Space picks" // is written last
	s.Shows("? Select row", drawn)
	s.Press(k.before)
	s.Shows(k.showsAgain, drawn)
	var spent time.Duration
	for b.Loop() {
		started := time.Now()
		s.Press(k.key)
		s.Shows(k.shows, drawn)
		spent += time.Since(started)
		s.Press(k.undo)
		s.Shows(k.showsAgain, drawn)
	}
	b.ReportMetric(float64(spent.Microseconds())/1000/float64(b.N), "ms/key")
	s.Press(screen.CtrlC)
	<-ended
}
