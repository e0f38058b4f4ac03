package oauth

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// page is shown by the browser at the end of a login.
type page struct {
	Success    bool
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
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5a6169; --ground: #f4f5f7; --card: #fff; --mark: {{if .Success}}#18794e{{else}}#b42318{{end}}; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #a3a9b0; --ground: #111214; --card: #1b1d20; --mark: {{if .Success}}#3dd68c{{else}}#ff9592{{end}}; } }
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

// writePage responds with p. The page's address contains the authorization code,
// so the page must not load anything, send a referrer or be cached.
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
	// The server is closed right after the last page, so flush the page now. An
	// error means that the browser closed the connection.
	_, _ = w.Write(text.Bytes())
	_ = http.NewResponseController(w).Flush()
}

// sentence capitalizes text and ends it with a period.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}
