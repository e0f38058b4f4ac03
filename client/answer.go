package client

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// answer is what the service answers to a call. Every response has a type that
// implements it, so that nothing the service says is acted on before it is checked:
// fields that commands act on must be there, such as IDs and statuses. What people can
// do without, such as icons, is not checked.
type answer interface {
	// missing returns the name of a field that must be there and is not; empty if all
	// are.
	missing() string
}

// MissingError means that an answer of the service lacks what a command acts on.
type MissingError struct{ Field string }

// Error names the field.
func (e *MissingError) Error() string { return fmt.Sprintf("the answer lacks %q", e.Field) }

// read decodes an answer and checks it.
func read(body []byte, into answer) error {
	reflect.ValueOf(into).Elem().SetZero() // an earlier attempt may have filled a part
	if err := json.Unmarshal(body, into); err != nil {
		return err
	}
	if field := into.missing(); field != "" {
		return &MissingError{Field: field}
	}
	return nil
}

// first returns the first name of an empty value; empty if there is none.
func first(fields ...field) string {
	for _, f := range fields {
		if f.value == "" {
			return f.name
		}
	}
	return ""
}

// field is a text that an answer must have.
type field struct{ name, value string }

func (i *Integration) missing() string  { return first(field{"id", i.ID}) }
func (t *ResourceType) missing() string { return first(field{"id", t.ID}) }
func (r *Resource) missing() string     { return first(field{"id", r.ID}) }
func (r *bareResource) missing() string { return first(field{"id", r.ID}) }
func (p *Permission) missing() string   { return first(field{"id", p.ID}) }
func (b *Bundle) missing() string       { return first(field{"id", b.ID}) }
func (u *AccessUnit) missing() string   { return first(field{"id", u.ID}) }

func (r *Request) missing() string {
	return first(field{"id", r.ID}, field{"status", string(r.Status.Status)})
}

func (s *AccessSession) missing() string { return first(field{"id", s.ID}) }

func (d *AccessDetails) missing() string {
	if d.Instructions.Plain == "" && d.CLI == nil && d.Link == nil && len(d.JSON) == 0 {
		return "instructions"
	}
	return ""
}

func (s *UserSession) missing() string {
	return first(field{"user.id", s.User.ID}, field{"account.id", s.Account.ID})
}

func (s *Submitted) missing() string {
	if len(s.RequestIDs) == 0 {
		return "request_ids"
	}
	for _, id := range s.RequestIDs {
		if id == "" {
			return "request_ids"
		}
	}
	return ""
}

func (d *DryRun) missing() string {
	if d.Status == "" && d.Errors == nil {
		return "status"
	}
	return ""
}

func (l *notificationList) missing() string {
	if l.Notifications == nil {
		return "notifications"
	}
	return ""
}

// requestUnits is the answer with the access units of requests.
type requestUnits []RequestUnits

func (u *requestUnits) missing() string {
	if *u == nil {
		return "the list"
	}
	for _, r := range *u {
		if r.ID == "" {
			return "id"
		}
	}
	return ""
}

func (p *Page[T]) missing() string {
	if p.Data == nil {
		return "data"
	}
	for i := range p.Data {
		item, ok := any(&p.Data[i]).(answer)
		if !ok {
			continue
		}
		if field := item.missing(); field != "" {
			return "data[]." + field
		}
	}
	return ""
}

// acknowledgment is the answer to a call that changes something (schema
// MessageResponse).
type acknowledgment struct {
	Message *string `json:"message"`
}

func (a *acknowledgment) missing() string {
	if a.Message == nil {
		return "message"
	}
	return ""
}

// rpcAnswer is a JSON-RPC message.
type rpcAnswer struct{ json.RawMessage }

func (a *rpcAnswer) missing() string {
	var message struct {
		Version string `json:"jsonrpc"`
	}
	if json.Unmarshal(a.RawMessage, &message) != nil || message.Version == "" {
		return "jsonrpc"
	}
	return ""
}
