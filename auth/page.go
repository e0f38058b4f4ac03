package auth

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// page is what the browser shows at the end of a login.
type page struct {
	Good       bool
	Title      string
	Text, Hint string
}

const pageText = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – apono</title>
<style>
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5a6169; --ground: #f4f5f7; --card: #fff; --mark: {{if .Good}}#18794e{{else}}#b42318{{end}}; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #a3a9b0; --ground: #111214; --card: #1b1d20; --mark: {{if .Good}}#3dd68c{{else}}#ff9592{{end}}; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 32rem; margin: 1rem; padding: 2rem; border-top: .25rem solid var(--mark); border-radius: .5rem; background: var(--card); overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.25rem; }
p { margin: .5rem 0 0; color: var(--soft); }
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
{{- if .Hint}}
<p>{{.Hint}}</p>
{{- end}}
</main>
</body>
</html>
`

// writePage shows p. The address holds the login's code, so nothing is loaded
// from elsewhere, and nothing is kept.
func writePage(w http.ResponseWriter, status int, p page) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	var text bytes.Buffer
	if err := template.Must(template.New("page").Parse(pageText)).Execute(&text, p); err != nil {
		status = http.StatusInternalServerError
	}
	header.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(status)
	// The server is closed right after the last page: it must be on its way
	// then, whole. A browser that went away has nothing to be told.
	_, _ = w.Write(text.Bytes())
	_ = http.NewResponseController(w).Flush()
}

// sentence makes an error's text one for a page.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}
