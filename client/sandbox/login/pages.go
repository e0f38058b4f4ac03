package login

import (
	"html/template"
	"net/http"
	"net/url"
)

// messagePage shows a message.
type messagePage struct {
	Good        bool
	Title, Text string
}

// userPage asks which user to log in as.
type userPage struct {
	Title, Lead string
	// Code is the code to compare with the terminal; empty for a browser login.
	Code   string
	Action string
	Users  []User
	Hidden url.Values
}

// codePage asks for the code of a device.
type codePage struct {
	Typed, Problem string
}

const layout = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{block "title" .}}{{end}} – apono sandbox</title>
<style>
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5a6169; --ground: #f4f5f7; --card: #fff; --line: #8b9199; --accent: #4338ca; --good: #18794e; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #b0b5bc; --ground: #111214; --card: #1b1d20; --line: #7b828a; --accent: #a5b4fc; --good: #3dd68c; --bad: #ff9592; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: min(30rem, 100% - 2rem); margin: 1rem 0; padding: 2rem; border-radius: .75rem; background: var(--card); overflow-wrap: anywhere; }
.mark { margin: 0 0 1rem; font-size: .8125rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.25; }
p { margin: .5rem 0; color: var(--soft); text-wrap: pretty; }
.good { color: var(--good); } .bad { color: var(--bad); }
.code { margin: 1rem 0; font: 600 1.75rem/1.2 ui-monospace, monospace; letter-spacing: .1em; color: var(--ink); }
ul { list-style: none; margin: 1.25rem 0; padding: 0; display: grid; gap: .75rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input[type=text] { width: 100%; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; background: transparent; color: inherit; font: 1.25rem/1.2 ui-monospace, monospace; }
button { width: 100%; min-height: 2.75rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: transparent; color: inherit; font: inherit; text-align: left; cursor: pointer; }
button strong, button span { display: block; } button span { color: var(--soft); font-size: .875rem; }
button:hover { border-color: var(--accent); } .plain { text-align: center; margin-top: .75rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
</style>
</head>
<body>
<main>
<p class="mark">apono sandbox</p>
{{block "content" .}}{{end}}
</main>
</body>
</html>
`

const messagePageText = `{{define "title"}}{{.Title}}{{end}}{{define "content"}}
<h1 class="{{if .Good}}good{{else}}bad{{end}}">{{.Title}}</h1>
<p>{{.Text}}</p>
{{end}}`

const userPageText = `{{define "title"}}{{.Title}}{{end}}{{define "content"}}
<h1>{{.Title}}</h1>
<p id="lead">{{.Lead}}</p>
{{if .Code}}<p class="code" aria-label="Code">{{.Code}}</p>{{end}}
<form method="post" action="{{.Action}}" aria-describedby="lead">
{{range $name, $values := .Hidden}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}">
{{end}}{{end}}<ul>
{{range .Users}}<li><button type="submit" name="user" value="{{.ID}}"><strong>{{.Name}}</strong> <span>{{.Email}}</span> <span>{{.Description}}</span></button></li>
{{end}}</ul>
<button class="plain" type="submit" name="deny" value="yes">Deny</button>
</form>
{{end}}`

const codePageText = `{{define "title"}}Enter your code{{end}}{{define "content"}}
<h1>Enter your code</h1>
<p id="lead">Your terminal shows an eight-letter code.</p>
{{if .Problem}}<p class="bad" role="alert" id="problem">{{.Problem}}</p>{{end}}
<form method="get" action="/device">
<label for="user_code">Code</label>
<input type="text" id="user_code" name="user_code" value="{{.Typed}}" required autofocus autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="{{if .Problem}}problem{{else}}lead{{end}}">
<button class="plain" type="submit">Continue</button>
</form>
{{end}}`

func writeMessagePage(w http.ResponseWriter, status int, m messagePage) {
	writePage(w, status, messagePageText, m)
}
func writeUserPage(w http.ResponseWriter, c userPage) { writePage(w, http.StatusOK, userPageText, c) }
func writeCodePage(w http.ResponseWriter, status int, e codePage) {
	writePage(w, status, codePageText, e)
}

// writePage writes a page that loads nothing, runs no scripts and cannot be framed.
// Browsers apply form-action to the redirect after a form too, so it includes the
// address that the command line listens on.
func writePage(w http.ResponseWriter, status int, text string, data any) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://localhost:*; base-uri 'none'; frame-ancestors 'none'")
	header.Set("X-Frame-Options", "DENY")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	page := template.Must(template.Must(template.New("page").Parse(layout)).Parse(text))
	_ = page.Execute(w, data) // fails only if the browser is gone
}
