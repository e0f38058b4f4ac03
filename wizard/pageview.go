package wizard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"apono/render"
)

const (
	// pageWidth is the most columns that a page takes.
	pageWidth = 80
	// pageColumns is the width from which a line has what an access allows, or what a
	// request is for.
	pageColumns = 60
	// frontLines is the most lines above the first question.
	frontLines = 4
)

// Lines returns the page as people read it, for a terminal with width columns. It is empty
// if nothing concerns the user.
func (p *Page) Lines(colors render.Palette, now time.Time, width int) []render.Text {
	rows := p.rows()
	var lines []render.Text
	for _, part := range []struct {
		part  pagePart
		title string
	}{{partActive, "Active"}, {partWaiting, "Waiting"}, {partReview, "To review"}} {
		own := ofPart(rows, part.part)
		if len(own) == 0 {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, colors.Bold(part.title))
		lines = append(lines, layRows(colors, own, now, width)...)
	}
	return lines
}

func ofPart(rows []pageRow, part pagePart) []pageRow {
	return slices.DeleteFunc(slices.Clone(rows), func(r pageRow) bool { return r.Part != part })
}

// layRows returns the lines of rows of one part, in columns.
func layRows(colors render.Palette, rows []pageRow, now time.Time, width int) []render.Text {
	room := min(width, pageWidth) - len("! ") - 1
	if len(rows) > 0 && rows[0].Part == partActive {
		return layActive(colors, rows, now, width, room)
	}
	ids, whats, whos := 0, 0, 0
	for _, r := range rows {
		ids, whats, whos = max(ids, render.Width(render.Clean(r.ID))), max(whats, render.Width(render.Clean(r.What))), max(whos, render.Width(r.waitText(now, whole)))
	}
	const least = 12
	room -= ids + len(gap)
	whats = max(min(whats, room-len(gap)-whos), least)
	var lines []render.Text
	for _, r := range rows {
		line := r.symbol(colors, now) + render.Text(" "+padded(render.Clean(r.ID), ids)+gap)
		left := room
		if width >= pageColumns {
			line += render.Text(padded(render.CutMiddle(render.Clean(r.What), whats), whats) + gap)
			left -= whats + len(gap)
		}
		lines = append(lines, line+render.Text(r.waitText(now, left)))
	}
	return lines
}

func layActive(colors render.Palette, rows []pageRow, now time.Time, width, room int) []render.Text {
	froms, ends := 0, 0
	for _, r := range rows {
		froms, ends = max(froms, render.Width(render.Clean(r.From))), max(ends, render.Width(r.endText(now)))
	}
	room -= ends + len(gap)
	what := 0
	if width >= pageColumns {
		froms = min(froms, room/2)
		what = room - froms - len(gap)
	} else {
		froms = room
	}
	var lines []render.Text
	for _, r := range rows {
		line := r.symbol(colors, now) + render.Text(" "+padded(render.CutMiddle(render.Clean(r.From), froms), froms)+gap)
		if what > 0 {
			line += render.Text(padded(render.Cut(render.Clean(r.What), what), what) + gap)
		}
		end := r.endText(now)
		line += render.Text(strings.Repeat(" ", ends-render.Width(end)))
		if r.endsSoon(now) {
			line += colors.Waiting(end)
		} else {
			line += colors.Faint(end)
		}
		lines = append(lines, line)
	}
	return lines
}

// gap separates the columns of a page.
const gap = "  "

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-render.Width(text)))
}

func (r pageRow) endsSoon(now time.Time) bool {
	return r.Part == partActive && !r.End.IsZero() && EndsSoon(r.End, now)
}

func (r pageRow) endText(now time.Time) string {
	if r.End.IsZero() {
		return ""
	}
	return render.TimeLeft(r.End, now)
}

func (r pageRow) symbol(colors render.Palette, now time.Time) render.Text {
	switch {
	case r.Part == partReview, r.MFA, r.endsSoon(now):
		return colors.Waiting("!")
	case r.Part == partActive:
		return colors.Good("✓")
	}
	return colors.Waiting("○")
}

// whole is the width of a text that is not cut.
const whole = 1 << 20

// waitText returns whom a request waits for, or who asks, and for how long, in width
// columns. Only names are cut.
func (r pageRow) waitText(now time.Time, width int) string {
	if r.MFA {
		return render.Cut(r.Who, width)
	}
	who := r.Who
	if who == "" {
		who = r.Status
	}
	duration := " for " + render.Elapsed(max(0, now.Sub(r.Since)).Truncate(time.Minute))
	if now.Sub(r.Since) < time.Minute {
		duration = " for " + render.Elapsed(now.Sub(r.Since))
	}
	return render.Cut(render.Clean(who), max(1, width-render.Width(duration))) + duration
}

// frontRows returns the lines above the first question: the most urgent rows, and how many
// more there are. status is the command that shows all of them.
func frontRows(colors render.Palette, rows []pageRow, now time.Time, width int, status render.Command) []render.Text {
	reviews := ofPart(rows, partReview)
	own := slices.DeleteFunc(slices.Clone(rows), func(r pageRow) bool { return r.Part == partReview })
	room := frontLines
	if len(reviews) > 1 {
		room--
	} else {
		own = append(own, reviews...)
	}
	shown := own
	if len(own) > room {
		shown = mostUrgent(own, room-1, now)
	}
	var lines []render.Text
	for _, part := range []pagePart{partActive, partWaiting, partReview} {
		lines = append(lines, layRows(colors, ofPart(shown, part), now, width)...)
	}
	if len(reviews) > 1 {
		lines = append(lines, colors.Waiting("!")+render.Text(fmt.Sprintf(" %s requests wait for your review", render.Digits(len(reviews)))))
	}
	if more := moreText(own, shown); more != "" {
		line := render.Text(gap+more+": ") + colors.Command(string(status))
		if line.Width() >= width {
			line = colors.Command(gap + string(status))
		}
		lines = append(lines, line)
	}
	return lines
}

// mostUrgent returns the n most urgent rows, in the order of rows: what ends soon, what
// waits for the user, what waits for others, what is active.
func mostUrgent(rows []pageRow, n int, now time.Time) []pageRow {
	rank := func(r pageRow) int {
		switch {
		case r.endsSoon(now):
			return 0
		case r.MFA, r.Part == partReview:
			return 1
		case r.Part == partWaiting:
			return 2
		}
		return 3
	}
	ranked := slices.Clone(rows)
	slices.SortStableFunc(ranked, func(a, b pageRow) int { return rank(a) - rank(b) })
	ranked = ranked[:min(n, len(ranked))]
	return slices.DeleteFunc(slices.Clone(rows), func(r pageRow) bool { return !slices.Contains(ranked, r) })
}

// moreText counts the rows that are not shown; empty if all are.
func moreText(all, shown []pageRow) string {
	active := len(ofPart(all, partActive)) - len(ofPart(shown, partActive))
	waiting := len(all) - len(shown) - active
	var parts []string
	if active > 0 {
		parts = append(parts, fmt.Sprintf("%s more %s active", render.Digits(active), isOrAre(active)))
	}
	if waiting > 0 {
		parts = append(parts, fmt.Sprintf("%s more %s", render.Digits(waiting), map[bool]string{true: "waits", false: "wait"}[waiting == 1]))
	}
	return strings.Join(parts, ", ")
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// Table returns the page for a pipe, with every column and a row for each request.
func (p *Page) Table() render.Table {
	t := render.Table{Columns: render.Titles("Request ID", "Status", "From", "Asked for", "Waits for", "Ends")}
	for _, r := range p.rows() {
		end, who := "", r.Who
		if !r.End.IsZero() {
			end = render.Moment(r.End)
		}
		if r.Part == partReview {
			who = "your review"
		}
		t.Row(r.ID, r.Status, r.From, r.What, who, end)
	}
	return t
}
