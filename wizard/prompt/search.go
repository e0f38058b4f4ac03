package prompt

import (
	"context"
	"sync"
	"time"
)

// search is one call of Box.Search, in another goroutine.
type search struct {
	cancel context.CancelFunc
	began  time.Time

	mu     sync.Mutex
	latest Results
	fresh  bool // take has not returned the latest results
	shown  bool // there were results
	ended  bool
}

// startSearch calls find for a text. Its context ends when cancel is called.
func startSearch(ctx context.Context, find func(context.Context, string, func(Results)), text string) *search {
	ctx, cancel := context.WithCancel(ctx)
	s := &search{cancel: cancel, began: time.Now()}
	go func() {
		defer s.end()
		find(ctx, text, s.show)
	}()
	return s
}

// show stores results until take is called.
func (s *search) show(results Results) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest, s.fresh, s.shown = results, true, true
}

// end stores that there are no more results. A search that never showed any has found
// nothing.
func (s *search) end() {
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.fresh = s.fresh || !s.shown
}

// take returns the latest results, whether they are fresh, that is, not taken before,
// and whether there are no more.
func (s *search) take() (results Results, fresh, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	results, fresh, ended = s.latest, s.fresh, s.ended
	s.latest, s.fresh = Results{}, false
	return results, fresh, ended
}

// lasts reports whether the search has not ended and began longer ago than d.
func (s *search) lasts(d time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.ended && time.Since(s.began) > d
}
