package wizard

import (
	"context"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/prompt"
)

// templates starts fetching the account's templates.
func templates(source *catalog.Source) *catalog.Result[[]client.Template] {
	return catalog.Fetch(source, func(ctx context.Context, api *client.Client) ([]client.Template, error) {
		return api.Templates(ctx)
	}, "templates")
}

// requestTypes is the first question of a request. Templates are offered if there are any:
// last, because they may be known only after the question is on the screen.
type requestTypes struct {
	list    prompt.List
	arrived chan []client.Template
	found   []client.Template
}

// newRequestTypes returns the question. Until ctx ends, it waits for the templates.
func (d *draft) newRequestTypes(ctx context.Context, initial int) *requestTypes {
	q := &requestTypes{arrived: make(chan []client.Template, 1)}
	q.list = prompt.List{Title: "Select request type", Options: requestTypeOptions(false)}
	result, updated := templates(d.source), make(chan struct{}, 1)
	if found, err, ok := result.Ready(); ok {
		if err == nil {
			q.use(found)
		}
	} else {
		q.list.Updated, q.list.Replace = updated, q.replace
		go func() {
			if found, err := result.Wait(ctx); err == nil && len(found) > 0 {
				q.arrived <- found
				updated <- struct{}{}
			}
		}()
	}
	q.list.Initial = []int{initial}
	return q
}

func requestTypeOptions(withTemplates bool) []prompt.Option {
	options := []prompt.Option{{Label: "Integration", Key: "integration"}, {Label: "Bundle", Key: "bundle"}}
	if withTemplates {
		options = append(options, prompt.Option{Label: "Template", Key: "template"})
	}
	return options
}

// use offers templates, if there are any.
func (q *requestTypes) use(found []client.Template) {
	q.found = found
	q.list.Options = requestTypeOptions(len(found) > 0)
}

// replace implements prompt.List.Replace.
func (q *requestTypes) replace() (prompt.Source, bool) {
	select {
	case found := <-q.arrived:
		q.use(found)
		return prompt.Fixed(q.list.Options), true
	default:
		return nil, false
	}
}

// takeTemplate asks for a template, and takes its selection as given. What it leaves open is
// asked next.
func (d *draft) takeTemplate(ctx context.Context) error {
	list := prompt.List{Title: "Select template"}
	for i := range d.templates {
		t := &d.templates[i]
		list.Options = append(list.Options, prompt.Option{Label: t.Name, Columns: []string{templateText(t)}, Keywords: t.ID, Key: t.ID})
	}
	d.count(list)
	chosen, err := d.prompter.Select(ctx, list)
	if err != nil {
		return err
	}
	t, err := loading(d, "the template", func() (*client.Template, error) { return d.api.Template(ctx, d.templates[chosen].ID) })
	if err != nil {
		return err
	}
	if len(t.Integrations) == 0 {
		return &EmptyError{"Nothing in the template " + render.Clean(t.Name) + " can be requested: choose another one"}
	}
	d.giveSelection(selectionAnswers(ctx, d.api, t.Selection()))
	return nil
}

// templateText says what is in a template.
func templateText(t *client.Template) string {
	var names []string
	for _, i := range t.Integrations {
		names = append(names, i.Title())
	}
	parts := []string{strings.Join(names, ", ")}
	if n := len(t.Resources); n > 0 {
		parts = append(parts, render.Count(n, "resource"))
	}
	for _, p := range t.Permissions {
		parts = append(parts, p.Name)
	}
	return strings.Join(parts, " · ")
}

// giveSelection makes a selection the given one, as flags would.
func (d *draft) giveSelection(a Answers) {
	for _, to := range []*Answers{&d.given, &d.answers} {
		to.Integration, to.ResourceType, to.Resources, to.Permissions = a.Integration, a.ResourceType, a.Resources, a.Permissions
	}
}
