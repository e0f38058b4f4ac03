package login

import (
	"crypto/hmac"
	"net/http"
	"net/url"
)

const (
	browserCookie = "apono_sandbox_visitor"
	csrfField     = "csrf_token"
)

// withCSRFToken adds a token to a form's fields: a signature of the fields and of
// a cookie that only this browser has. Another site can make the browser post a
// form, but not one with a valid token.
func (s *Server) withCSRFToken(w http.ResponseWriter, r *http.Request, fields url.Values) url.Values {
	browser := browserID(r)
	if browser == "" {
		browser = newSecret("")
		http.SetCookie(w, &http.Cookie{
			Name: browserCookie, Value: browser, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
			Secure: r.TLS != nil,
		})
	}
	fields.Set(csrfField, s.csrfToken(browser, fields))
	return fields
}

// validCSRFToken reports whether form has the token of fields for this browser.
func (s *Server) validCSRFToken(r *http.Request, form, fields url.Values) bool {
	browser := browserID(r)
	return browser != "" && hmac.Equal([]byte(form.Get(csrfField)), []byte(s.csrfToken(browser, fields)))
}

func (s *Server) csrfToken(browser string, fields url.Values) string {
	return s.signForm(browser + "\x00" + fields.Encode())
}

// browserID returns the value of the browser's cookie; empty if it has none.
func browserID(r *http.Request) string {
	cookie, err := r.Cookie(browserCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}
