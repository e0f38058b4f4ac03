// Package logintest answers the login server's pages as a person with a browser
// would, for tests. It knows the pages' forms, and nothing of what they do.
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

// Deny is the choice of nobody.
const Deny = ""

// Landing is where a visit ended.
type Landing struct {
	// URL is the last address, also where nothing answered at it.
	URL *url.URL
	// Status and Page are the last answer's; 0 and empty where none came.
	Status int
	Page   string
}

// Visit opens address, chooses the user with the ID user, or Deny, on the page
// it finds there, and follows where it is sent. A page without such a choice is
// where the visit ends.
func Visit(ctx context.Context, address, user string) (Landing, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return Landing{}, err
	}
	v := visitor{http: &http.Client{Jar: jar}}
	v.http.CheckRedirect = func(req *http.Request, _ []*http.Request) error {
		v.landing.URL = req.URL
		return nil
	}
	if err := v.fetch(ctx, http.MethodGet, address, nil); err != nil {
		return v.landing, unlessSentAway(err, v.landing, address)
	}
	form, ok := readForm(v.landing)
	if !ok {
		return v.landing, nil
	}
	if user == Deny {
		form.values.Set("deny", "yes")
	} else {
		form.values.Set("user", user)
	}
	err = v.fetch(ctx, http.MethodPost, form.action, form.values)
	return v.landing, unlessSentAway(err, v.landing, address)
}

// unlessSentAway forgives that nobody listens where the browser was sent, as in
// a login that is pasted.
func unlessSentAway(err error, at Landing, from string) error {
	if parsed, parseErr := url.Parse(from); parseErr == nil && at.URL != nil && at.URL.Host != parsed.Host {
		return nil
	}
	return err
}

type visitor struct {
	http    *http.Client
	landing Landing
}

func (v *visitor) fetch(ctx context.Context, method, address string, form url.Values) error {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	v.landing = Landing{URL: req.URL}
	resp, err := v.http.Do(req)
	if err != nil {
		return fmt.Errorf("visit: %w", err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	v.landing = Landing{URL: resp.Request.URL, Status: resp.StatusCode, Page: string(page)}
	return err
}

type form struct {
	action string
	values url.Values
}

// readForm finds the form that is posted, with its hidden fields.
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
