package output

import (
	"encoding/json"
	"strings"

	"apono/render"
	"apono/wizard/command/explain"
)

// Problem prints a problem for a person. The commands in its hints name
// profile.
func Problem(s *render.Streams, p explain.Problem, profile string) {
	if p.Message == "" {
		return
	}
	s.Say(s.PaletteErr().Bad("✗") + render.Text(" "+render.Clean(p.Message)))
	for _, h := range p.Hints {
		if h.Command == "" {
			s.Say(render.Text("  " + render.Clean(h.Text)))
			continue
		}
		s.Advise(h.Text, h.CommandLine(profile))
	}
}

// ProblemJSON prints a problem as one line of JSON. err is the error that it
// explains.
func ProblemJSON(s *render.Streams, p explain.Problem, profile string, err error) {
	data := struct {
		Error     string `json:"error"`
		Code      string `json:"code"`
		Hint      string `json:"hint"`
		Status    int    `json:"status"`
		RequestID string `json:"request_id"`
	}{p.Message, p.Word(), hintText(p, profile), p.Status, p.RequestID}
	if data.Error == "" {
		data.Error = err.Error()
	}
	if line, err := json.Marshal(data); err == nil {
		s.Printf("%s\n", string(line))
	}
}

func hintText(p explain.Problem, profile string) string {
	var parts []string
	for _, h := range p.Hints {
		if command := h.CommandLine(profile); command != "" {
			parts = append(parts, h.Text+": "+string(command))
			continue
		}
		parts = append(parts, h.Text)
	}
	return strings.Join(parts, "; ")
}
