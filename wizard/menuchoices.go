package wizard

import (
	"context"
	"slices"
	"strings"
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
	arrived chan []MenuChoice // what the service offers
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
	}
	return "Request new access"
}

func (f *Flow) newMenu(ctx context.Context) *menu {
	m := &menu{arrived: make(chan []MenuChoice, 1)}
	offers := f.storedOffers(ctx)
	past := f.pastRequests(ctx)
	found, err, known := past.Ready()
	if f.Sandbox && !known { // which answers at once, because it is in this process
		found, err = past.Wait(ctx)
		known = true
	}
	switch {
	case known && err == nil:
		offers = f.keepOffers(ctx, offersOf(found))
	case !known:
		updated := make(chan struct{}, 1)
		m.list.Updated, m.list.Replace = updated, m.replace
		go func() {
			if found, err := past.Wait(ctx); err == nil {
				m.arrived <- f.keepOffers(ctx, offersOf(found))
				updated <- struct{}{}
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
		options = append(options, prompt.Option{Label: menuLabel(c), Key: menuLabel(c)})
	}
	return options
}

// replace implements prompt.List.Replace. It only appends.
func (m *menu) replace() (prompt.Source, bool) {
	select {
	case offers := <-m.arrived:
		before := len(m.choices)
		for _, c := range offers {
			if !slices.Contains(m.choices, c) {
				m.choices = append(m.choices, c)
			}
		}
		return prompt.Fixed(m.options()), len(m.choices) > before
	default:
		return nil, false
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
