package wizard

import (
	"context"
	"errors"
	"sync"
	"time"

	"apono/client/wait"
	"apono/render"
	"apono/wizard/prompt"
)

// pageInterval is how long a page that is watched is shown before it is read again.
const pageInterval = 3 * time.Second

// pageWatch is a page that is read again and again.
type pageWatch struct {
	flow *Flow

	mu      sync.Mutex
	page    *Page
	trouble error // why it could not be read the last time; nil if it could
}

// WatchPage shows what concerns the user, redrawn in place, until they leave. It reads the
// page before it shows anything. Ctrl-C returns prompt.ErrCanceled.
func (f *Flow) WatchPage(ctx context.Context, watcher prompt.Watcher) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := &pageWatch{flow: f}
	if err := w.read(ctx); err != nil {
		return err
	}
	done := make(chan struct{})
	var err error
	go func() {
		defer close(done)
		err = w.follow(ctx, func() error { return nil })
	}()
	left, watchErr := watcher.Watch(ctx, prompt.Live{Lines: w.lines, Done: done, LeaveVerb: "ends", Keep: true})
	cancel()
	<-done
	switch {
	case left:
		return nil
	case watchErr != nil:
		return watchErr
	}
	return err
}

// PrintPageChanges prints a line for each request that concerns the user, and another
// whenever one changes, until ctx ends or the output cannot be written.
func (f *Flow) PrintPageChanges(ctx context.Context) error {
	w := &pageWatch{flow: f}
	if err := w.read(ctx); err != nil {
		return err
	}
	var before []pageRow
	show := func() error {
		now := w.page.rows()
		for _, c := range compareRowSets(before, now) {
			f.printChange(ctx, c)
		}
		before = now
		return f.Streams.WriteError()
	}
	if err := show(); err != nil {
		return err
	}
	return w.follow(ctx, show)
}

// printChange prints a line that says where a request of a page stands now.
func (f *Flow) printChange(ctx context.Context, c rowChange) {
	row, status, colors := c.row, render.Text(render.Clean(c.row.Status)), f.Streams.PaletteOut()
	who := row.Who
	if row.Part == partReview {
		who = "asked by " + who
	}
	if c.over {
		status, who = "Over", ""
		if r, err := f.Client.Request(ctx, row.ID); err == nil {
			status = StatusText(colors, r) + oneLine(reasonText(r))
		}
	}
	line := render.Text(render.Moment(f.Clock())) + gap + render.Text(render.Clean(row.ID)) + gap + status
	for _, part := range []string{row.From, row.What, who} {
		if part = render.Clean(part); part != "" {
			line += render.Text(gap + part)
		}
	}
	f.Streams.WriteOut(line)
}

// read reads the page, and stores it for the next command.
func (w *pageWatch) read(ctx context.Context) error {
	page, err := w.flow.Page(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trouble = err; err != nil {
		return err
	}
	w.page = page
	w.flow.RememberPage(ctx, page)
	return nil
}

// follow reads the page until ctx ends, and calls show each time that it could be read. A
// service that is unavailable does not end it.
func (w *pageWatch) follow(ctx context.Context, show func() error) error {
	for {
		if err := wait.Sleep(ctx, max(pageInterval, pause(w.lastTrouble(), 0))); err != nil {
			return err
		}
		err := w.read(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && !passes(err, readAfterWrite):
			return err
		case err == nil:
			if err := show(); err != nil {
				return err
			}
		}
	}
}

func (w *pageWatch) lastTrouble() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble
}

// lines returns the page, and whether it is up to date.
func (w *pageWatch) lines(width int) []render.Text {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.flow.Streams
	colors := s.PaletteErr()
	lines := w.page.Lines(colors, w.flow.Clock(), width+1)
	if len(lines) == 0 {
		lines = []render.Text{NothingOnPage}
	}
	if w.trouble != nil && !errors.Is(w.trouble, context.Canceled) {
		lines = append(lines, (colors.Waiting("!") + troubleText(w.flow, w.trouble)).Cut(width))
	}
	return lines
}

// NothingOnPage says that nothing concerns the user.
const NothingOnPage = "Nothing is active and nothing is waiting"

// RememberPage stores a page, for the next front page.
func (f *Flow) RememberPage(ctx context.Context, p *Page) {
	if f.Catalog != nil {
		storeRows(ctx, f.Catalog, p.rows())
	}
}
