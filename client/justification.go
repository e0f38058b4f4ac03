package client

import "context"

// JustificationCheck is what the service finds in the justification of a request (schema
// JustificationValidationResponse). The fields of an answer are never nil.
type JustificationCheck struct {
	DescribesTask       *bool `json:"describes_task"`
	JustifiesPermission *bool `json:"justifies_permission_level"`
	HasTicket           *bool `json:"has_ticket_id_url"`
}

func (j *JustificationCheck) missing() string {
	switch {
	case j.DescribesTask == nil:
		return "describes_task"
	case j.JustifiesPermission == nil:
		return "justifies_permission_level"
	case j.HasTicket == nil:
		return "has_ticket_id_url"
	}
	return ""
}

// CheckJustification asks what the justification of r says. It creates nothing and makes
// one attempt, because the answer is only advice.
func (cl *Client) CheckJustification(ctx context.Context, r NewRequest) (*JustificationCheck, error) {
	c := post("/api/client/v1/justification-validation", r.Filled())
	c.changes = false
	var j JustificationCheck
	return &j, cl.do(ctx, c, &j)
}
