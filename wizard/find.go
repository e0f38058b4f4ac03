package wizard

import (
	"context"
	"strings"
	"sync"
	"time"

	"apono/client"
	"apono/client/wait"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// boxHits is how many hits the search box shows at most.
const boxHits = 200

// Find asks for anything that can be requested, in a search box that starts with text,
// and returns the answers that start a request for it, and the text that was typed.
func (f *Flow) Find(ctx context.Context, text string) (answers Answers, typed string, err error) {
	find := &finder{flow: f, source: f.lookups(ctx), shown: map[string]catalog.Hit{}}
	if err := f.fill(ctx, find.source); err != nil {
		return Answers{}, text, err
	}
	f.discard()
	chosen, err := f.Prompter.Find(ctx, prompt.Box{
		Title: "Search everything", Initial: text, Placeholder: "a name, an ID or a place",
		Search: find.search, Details: find.details, EnterVerb: "requests it",
	})
	if err != nil {
		return Answers{}, text, err
	}
	hits := []catalog.Hit{find.hit(chosen)}
	progress := f.Streams.Progress("Loading "+hits[0].Name, progressDelay)
	err = find.source.Name(ctx, hits)
	progress.Stop()
	return AnswersFor(hits[0].Item), find.typed(), err
}

// fill gets the whole catalog in the sandbox, where that takes no time.
func (f *Flow) fill(ctx context.Context, source *catalog.Source) error {
	if f.Catalog == nil || !f.Sandbox {
		return nil
	}
	return source.Refill(ctx)
}

// startFill has the whole catalog fetched while the user goes on, now that they search.
func (f *Flow) startFill(ctx context.Context) {
	if !f.Sandbox && f.StartFill != nil && f.Catalog.NeedsFilling(ctx, f.Client.Grantee()) {
		f.StartFill()
	}
}

// Search searches for everything that matches. If named is true, the hits are named by
// what stands after their flags.
func (f *Flow) Search(ctx context.Context, q catalog.Query, named bool) (catalog.Found, error) {
	source := f.lookups(ctx)
	if err := f.fill(ctx, source); err != nil {
		return catalog.Found{}, err
	}
	found, err := source.Search(ctx, q, func(catalog.Found) {})
	if err == nil {
		f.startFill(ctx)
	}
	if named && len(found.Hits) > 0 {
		if nameErr := source.Name(ctx, found.Hits); nameErr != nil {
			return catalog.Found{}, nameErr
		}
	}
	return found, err
}

// finder searches for what is typed in the box.
type finder struct {
	flow    *Flow
	source  *catalog.Source
	started sync.Once // the filling of the catalog

	mu    sync.Mutex
	text  string                 // typed last
	shown map[string]catalog.Hit // by the keys of their options
}

func (f *finder) typed() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text
}

func (f *finder) hit(o prompt.Option) catalog.Hit {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.shown[o.Key]
}

// search implements prompt.Box.Search. Before anything is typed, it shows what was
// requested lately.
func (f *finder) search(ctx context.Context, text string, show func(prompt.Results)) {
	f.mu.Lock()
	f.text = text
	f.mu.Unlock()
	if len(prompt.Words(text)) == 0 {
		show(f.results(f.source.Lately(ctx), ""))
		return
	}
	for {
		found, err := f.source.Search(ctx, catalog.Query{Text: text, Limit: boxHits}, func(found catalog.Found) {
			results := f.results(found, "")
			results.More = true
			show(results)
		})
		if err == nil {
			f.started.Do(func() { f.flow.startFill(ctx) })
		}
		results := f.results(found, searchNote(found, err))
		results.More = ctx.Err() == nil && found.From.IsZero() && f.source.IsFilling(ctx)
		show(results)
		if !results.More || !f.awaitCatalog(ctx) {
			return
		}
	}
}

// awaitCatalog waits until the whole catalog has been fetched, and returns whether it was.
func (f *finder) awaitCatalog(ctx context.Context) bool {
	for f.source.IsFilling(ctx) {
		if wait.Sleep(ctx, catalogInterval) != nil {
			return false
		}
	}
	return f.source.IsComplete(ctx)
}

// catalogInterval is how often the box checks whether the whole catalog is there.
const catalogInterval = 250 * time.Millisecond

// aged is the age from which that of the whole catalog is worth a word: it is fetched
// once a day.
const aged = 25 * time.Hour

// searchNote says what is special about what was found.
func searchNote(found catalog.Found, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case found.Cut:
		return "the service has more: type another word"
	}
	return CatalogAge(found)
}

// CatalogAge says from when the catalog is that was searched, if that is worth a word.
func CatalogAge(found catalog.Found) string {
	if found.From.IsZero() || time.Since(found.From) < aged {
		return ""
	}
	return "as of " + render.Ago(found.From, time.Now())
}

// results returns what has been found for the box.
func (f *finder) results(found catalog.Found, note string) prompt.Results {
	results := prompt.Results{Total: found.Total, Loose: found.Loose, Note: note}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, hit := range found.Hits {
		key := strings.Join([]string{hit.Info.Slug, hit.ID, hit.Scope.Key()}, "\x00")
		f.shown[key] = hit
		results.Options = append(results.Options, prompt.Option{Key: key, Label: hit.Name, Columns: []string{placeOf(hit.Item)}, Recent: hit.Recent})
	}
	return results
}

// placeOf says what an item is and where.
func placeOf(item kind.Item) string {
	what, in := strings.ToUpper(item.Info.Name[:1])+item.Info.Name[1:], item.Scope
	switch {
	case item.Info.Slug == kind.Resources().Slug:
		what = in.ResourceType.Name
	case item.Info.Slug == kind.Integrations().Slug:
		return what + " · " + in.Integration.Title()
	case item.Info.Slug == kind.Permissions().Slug:
		what += " · " + in.ResourceType.Name
	}
	if in.Integration.ID == "" {
		return what
	}
	return what + " · " + in.Integration.Title()
}

// details implements prompt.Box.Details.
func (f *finder) details(o prompt.Option) []string {
	item := f.hit(o).Item
	lines := []string{"ID: " + item.ID, "Name: " + item.Name}
	if item.SourceID != "" {
		lines = append(lines, "Source ID: "+item.SourceID)
	}
	return append(lines, "Where: "+placeOf(item))
}

// lookups returns where the flow looks things up, and keeps what it found.
func (f *Flow) lookups(ctx context.Context) *catalog.Source {
	if f.ahead == nil {
		f.ahead = f.newLookups(ctx, f.Client)
	}
	return f.ahead
}

// newLookups returns where to look up what a client's grantee can request.
func (f *Flow) newLookups(ctx context.Context, api *client.Client) *catalog.Source {
	source := catalog.FromClient(ctx, api, f.Catalog)
	if f.askAlways {
		source.AskAlways()
	}
	return source
}

// endLookups cancels what is still being looked up.
func (f *Flow) endLookups() {
	for _, source := range f.aheadFor {
		source.Close()
	}
	if f.ahead != nil {
		f.ahead.Close()
	}
	f.ahead, f.aheadFor, f.askAlways = nil, nil, false
}
