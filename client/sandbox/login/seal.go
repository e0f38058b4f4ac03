package login

import (
	"crypto/hmac"
	"net/http"
	"net/url"
)

const (
	visitorCookie = "apono_sandbox_visitor"
	sealField     = "seal"
)

// sealed adds a seal to a form's fields: a signature of them and of a cookie
// that only this browser has. Another site can make the browser send a form,
// but not one with a seal that fits.
func (s *Server) sealed(w http.ResponseWriter, r *http.Request, fields url.Values) url.Values {
	visitor := visitorOf(r)
	if visitor == "" {
		visitor = newSecret("")
		http.SetCookie(w, &http.Cookie{
			Name: visitorCookie, Value: visitor, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
			Secure: r.TLS != nil,
		})
	}
	fields.Set(sealField, s.seal(visitor, fields))
	return fields
}

// isSealed says whether form carries the seal of fields for this browser.
func (s *Server) isSealed(r *http.Request, form, fields url.Values) bool {
	visitor := visitorOf(r)
	return visitor != "" && hmac.Equal([]byte(form.Get(sealField)), []byte(s.seal(visitor, fields)))
}

func (s *Server) seal(visitor string, fields url.Values) string {
	return s.signForm(visitor + "\x00" + fields.Encode())
}

func visitorOf(r *http.Request) string {
	cookie, err := r.Cookie(visitorCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}
