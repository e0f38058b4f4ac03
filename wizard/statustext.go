package wizard

import (
	"strings"
	"time"

	"apono/client"
	"apono/render"
)

// StatusText returns the status of a request as it is shown to users.
func StatusText(p render.Palette, r *client.Request) render.Text {
	return classText(p, r.Status.Status.Class(), r.StatusTitle())
}

// UnitStatusText returns the status of one access unit as it is shown to users.
func UnitStatusText(p render.Palette, s client.Status) render.Text {
	return classText(p, s.Class(), s.Title())
}

// classText colors a status by its class.
func classText(p render.Palette, class client.StatusClass, title string) render.Text {
	title = render.Clean(title)
	switch class {
	case client.StatusGood:
		return p.Class(render.ClassGood, title)
	case client.StatusWaiting:
		return p.Class(render.ClassWaiting, title)
	case client.StatusBad:
		return p.Class(render.ClassBad, title)
	case client.StatusOver:
		return p.Class(render.ClassOver, title)
	}
	return p.Class(render.ClassPlain, title)
}

// Headline says where a request stands: its symbol, ID and status, and when its access
// ends, who must answer, or why it was refused.
func Headline(p render.Palette, r *client.Request, now time.Time) render.Text {
	return statusSymbol(p, r) + render.Text(" "+render.Clean(r.ID)+" is ") + StatusText(p, r) + oneLine(statusEnd(r, now))
}

// statusEnd is what follows the status in a headline.
func statusEnd(r *client.Request, now time.Time) string {
	switch {
	case r.IsActive() && r.RevocationTime != nil:
		end := r.RevocationTime.Time()
		if end.Before(now) {
			return "; it should have ended " + render.Ago(end, now) + ", so the clocks of this machine and of the service differ"
		}
		return " until " + render.Until(end, now) + " (" + render.TimeLeft(end, now) + ")"
	case r.WaitsForMFA():
		return ": complete MFA to continue"
	case r.WaitsForApproval():
		return " by " + approvers(r.Challenge)
	case r.HasEnded():
		return reasonText(r)
	}
	return ""
}

// statusSymbol returns the symbol for the status of a request.
func statusSymbol(p render.Palette, r *client.Request) render.Text {
	switch class := r.Status.Status.Class(); {
	case r.WaitsForMFA():
		return p.Waiting("!")
	case class == client.StatusGood:
		return p.Good("✓")
	case class == client.StatusBad:
		return p.Bad("✗")
	case class == client.StatusOver:
		return p.Faint("–")
	}
	return p.Waiting("○")
}

// soon is how long before its end an access is marked.
const soon = 10 * time.Minute

// EndsSoon reports whether an access that ends at end needs to be marked.
func EndsSoon(end, now time.Time) bool { return end.Sub(now) < soon }

// EndText returns how much time an access has left, or how long ago it ended.
func EndText(p render.Palette, end, now time.Time) render.Text {
	text := render.Ends(end, now)
	if EndsSoon(end, now) && end.After(now) {
		return p.Waiting(text)
	}
	return render.Text(text)
}

// oneLine returns the end of a sentence, which may begin with a blank, cleaned and on one
// line.
func oneLine(text string) render.Text {
	clean := render.Text(render.Clean(text))
	if strings.HasPrefix(text, " ") {
		return " " + clean
	}
	return clean
}
