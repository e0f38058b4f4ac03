package wizard

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"apono/client"
	"apono/wizard/prompt"
)

// menu is the first question. It offers Request again and Extend only if there is something
// to offer: as the last command stored it, so that no round trip comes before the question,
// and else as soon as the service says so, below what the user is reading.
type menu struct {
	list    prompt.List
	choices []MenuChoice
	updated chan struct{}
	arrived chan []MenuChoice // what the service offers
	reviews atomic.Int32      // how many requests wait for the user's review
}

// label returns how a choice is shown.
func (m *menu) label(c MenuChoice) string {
	if c == MenuReview {
		return fmt.Sprintf("Review requests (%d)", m.reviews.Load())
	}
	return menuLabel(c)
}

// redrawWith redraws the question with every value that is received, until ctx ends.
func (m *menu) redrawWith(ctx context.Context, changed <-chan struct{}) {
	for {
		select {
		case <-changed:
			select {
			case m.updated <- struct{}{}:
			default: // it is about to be
			}
		case <-ctx.Done():
			return
		}
	}
}

// arrive appends choices to the question.
func (m *menu) arrive(choices ...MenuChoice) {
	m.arrived <- choices
	select {
	case m.updated <- struct{}{}:
	default: // the question is about to look
	}
}

// menuLabel returns how a choice is shown.
func menuLabel(c MenuChoice) string {
	switch c {
	case MenuConnect:
		return "Connect to a resource"
	case MenuSearch:
		return "Search everything"
	case MenuAgain:
		return "Request again"
	case MenuExtend:
		return "Extend"
	case MenuReview:
		return "Review requests"
	}
	return "Request new access"
}

func (f *Flow) newMenu(ctx context.Context) *menu {
	m := &menu{arrived: make(chan []MenuChoice, 2), updated: make(chan struct{}, 1)}
	m.list.Updated, m.list.Replace = m.updated, m.replace
	offers := f.storedOffers(ctx)
	past, reviews := f.pastRequests(ctx), toReview(f.ahead)
	if f.Sandbox { // which answers at once, because it is in this process
		if found, err := past.Wait(ctx); err == nil {
			offers = f.keepOffers(ctx, offersOf(found))
		}
		if waiting, err := reviews.Wait(ctx); err == nil && len(waiting) > 0 {
			m.reviews.Store(int32(len(waiting)))
			offers = append(offers, MenuReview)
		}
	} else {
		go func() {
			if found, err := past.Wait(ctx); err == nil {
				m.arrive(f.keepOffers(ctx, offersOf(found))...)
			}
		}()
		go func() {
			if waiting, err := reviews.Wait(ctx); err == nil && len(waiting) > 0 { // apono review says what is wrong
				m.reviews.Store(int32(len(waiting)))
				m.arrive(MenuReview)
			}
		}()
	}
	m.list.Title = "What do you want to do?"
	m.choices = slices.Concat([]MenuChoice{MenuRequest, MenuConnect}, offers, []MenuChoice{MenuSearch})
	m.list.Options = m.options()
	return m
}

func (m *menu) options() []prompt.Option {
	var options []prompt.Option
	for _, c := range m.choices {
		options = append(options, prompt.Option{Label: m.label(c), Key: menuLabel(c)})
	}
	return options
}

// replace implements prompt.List.Replace. It only appends.
func (m *menu) replace() (prompt.Source, bool) {
	before := len(m.choices)
	for {
		select {
		case offers := <-m.arrived:
			for _, c := range offers {
				if !slices.Contains(m.choices, c) {
					m.choices = append(m.choices, c)
				}
			}
			continue
		default:
		}
		return prompt.Fixed(m.options()), len(m.choices) > before
	}
}

// offersOf returns what can be done with requests.
func offersOf(requests []client.Request) []MenuChoice {
	var offers []MenuChoice
	pointers := func(is func(*client.Request) bool) bool {
		return slices.ContainsFunc(requests, func(r client.Request) bool { return is(&r) })
	}
	if pointers(CanAskAgain) {
		offers = append(offers, MenuAgain)
	}
	if pointers((*client.Request).CanExtend) {
		offers = append(offers, MenuExtend)
	}
	return offers
}

const (
	// offersKey is the entry of the catalog that says what the first question offered last.
	offersKey = "first question"
	// offersLimit is how long it counts.
	offersLimit = 24 * time.Hour
)

// keepOffers stores offers for the next command, and returns them.
func (f *Flow) keepOffers(ctx context.Context, offers []MenuChoice) []MenuChoice {
	var labels []string
	for _, c := range offers {
		labels = append(labels, menuLabel(c))
	}
	f.Catalog.PutEntry(ctx, offersKey, strings.Join(labels, "\n"))
	return offers
}

// storedOffers returns what was offered last.
func (f *Flow) storedOffers(ctx context.Context) []MenuChoice {
	text, age, ok := f.Catalog.Entry(ctx, offersKey)
	if !ok || age > offersLimit {
		return nil
	}
	var offers []MenuChoice
	for _, c := range []MenuChoice{MenuAgain, MenuExtend} {
		if slices.Contains(strings.Split(text, "\n"), menuLabel(c)) {
			offers = append(offers, c)
		}
	}
	return offers
}
