package wizard

import (
	"context"

	"apono/client"
	"apono/render"
)

// SetFavorites makes requests favorites of the user, or removes them from those. It returns
// the requests as they are now. If it fails for one, it still changes the others and returns
// a *PartialError.
func (f *Flow) SetFavorites(ctx context.Context, ids []string, favorite bool) ([]client.Request, error) {
	failed, changed := &PartialError{Done: "changed"}, []client.Request{}
	for _, id := range ids {
		r, err := f.setFavorite(ctx, id, favorite)
		if err != nil {
			failed.add(id, err)
			continue
		}
		changed = append(changed, *r)
	}
	if len(failed.IDs) > 0 {
		return changed, failed
	}
	return changed, nil
}

// setFavorite changes one request. If the answer is lost, it checks whether that was done.
func (f *Flow) setFavorite(ctx context.Context, id string, favorite bool) (*client.Request, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // nothing was sent
	}
	r, err := f.Client.SetFavorite(ctx, id, favorite)
	if !mayHaveActed(ctx, err) {
		if err == nil {
			f.Streams.Done("%s", favoriteText(id, favorite))
		}
		return r, err
	}
	done := look(ctx, func(ctx context.Context) bool {
		now, lookErr := f.Client.Request(ctx, id)
		if lookErr != nil {
			return false
		}
		r = now
		return r.IsFavorite() == favorite
	})
	if !done {
		return nil, &UnclearError{What: favoriteText(id, favorite), Check: render.QuoteArguments("requests", "list", "--favorites"), Err: err}
	}
	f.Streams.Warn("The answer was lost, but %s", favoriteText(id, favorite))
	return r, nil
}

func favoriteText(id string, favorite bool) string {
	if favorite {
		return render.Clean(id) + " is a favorite"
	}
	return render.Clean(id) + " is no longer a favorite"
}
