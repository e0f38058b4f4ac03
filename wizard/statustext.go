package wizard

import (
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
