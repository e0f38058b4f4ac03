// Package logintest runs the sandbox's login server in tests, and submits its pages
// like a user with a browser. It knows the forms on the pages. It must not know the
// client that logs in.
package logintest

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// Deny is the user to pass to Visit to deny the login.
const Deny = ""

// Landing is the page on which a visit ended.
type Landing struct {
	// URL is the last address, even if nothing responded there.
	URL *url.URL
	// Status and Page are those of the last response; zero if there was none.
	Status int
	Page   string
}

// Visit opens address, submits the form there as the user with the ID user, or
// with Deny, and follows redirects. If the page has no form, the visit ends there.
// It is not an error if nothing responds at a redirect to another host.
func Visit(ctx context.Context, address, user string) (Landing, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return Landing{}, err
	}
	b := browser{http: &http.Client{Jar: jar}}
	b.http.CheckRedirect = func(req *http.Request, _ []*http.Request) error {
		b.landing.URL = req.URL
		return nil
	}
	if err := b.fetch(ctx, http.MethodGet, address, nil); err != nil {
		return b.landing, ignoreIfRedirected(err, b.landing, address)
	}
	form, ok := readForm(b.landing)
	if !ok {
		return b.landing, nil
	}
	if user == Deny {
		form.values.Set("deny", "yes")
	} else {
		form.values.Set("user", user)
	}
	err = b.fetch(ctx, http.MethodPost, form.action, form.values)
	return b.landing, ignoreIfRedirected(err, b.landing, address)
}

// ignoreIfRedirected returns nil if the browser was redirected to another host,
// where nothing may be listening, and err otherwise.
func ignoreIfRedirected(err error, at Landing, from string) error {
	if parsed, parseErr := url.Parse(from); parseErr == nil && at.URL != nil && at.URL.Host != parsed.Host {
		return nil
	}
	return err
}

// browser follows redirects and records where it is.
type browser struct {
	http    *http.Client
	landing Landing
}

// fetch sends a request and records where it ended.
func (b *browser) fetch(ctx context.Context, method, address string, form url.Values) error {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	b.landing = Landing{URL: req.URL}
	resp, err := b.http.Do(req)
	if err != nil {
		return fmt.Errorf("visit: %w", err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	b.landing = Landing{URL: resp.Request.URL, Status: resp.StatusCode, Page: string(page)}
	return err
}

// form is a form to submit.
type form struct {
	action string
	values url.Values
}

// readForm finds the page's POST form with its hidden fields.
func readForm(at Landing) (form, bool) {
	action := regexp.MustCompile(`<form method="post" action="([^"]*)"`).FindStringSubmatch(at.Page)
	if action == nil {
		return form{}, false
	}
	target, err := at.URL.Parse(html.UnescapeString(action[1]))
	if err != nil {
		return form{}, false
	}
	found := form{action: target.String(), values: url.Values{}}
	hidden := regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	for _, field := range hidden.FindAllStringSubmatch(at.Page, -1) {
		found.values.Add(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
	}
	return found, true
}
