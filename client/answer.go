package client

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"apono/render/safetext"
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

// identified is an answer that names what it is about.
type identified interface {
	// about returns the kind of thing, and the IDs of those in the answer.
	about() (kind string, ids []string)
}

// OtherError means that an answer of the service is about something that was not asked for.
type OtherError struct {
	// Kind is what both are, such as "request".
	Kind string
	// ID is as the service sent it.
	ID string
}

// Error names what the answer is about.
func (e *OtherError) Error() string {
	return fmt.Sprintf("the answer is about another %s, %q", e.Kind, e.ID)
}

// read decodes the answer to a call and checks it.
func read(c call, body []byte, into answer) error {
	reflect.ValueOf(into).Elem().SetZero() // an earlier attempt may have filled a part
	if err := json.Unmarshal(body, into); err != nil {
		return err
	}
	if field := into.missing(); field != "" {
		return &MissingError{Field: field}
	}
	return checkSubject(c, into)
}

// checkSubject returns an *OtherError if an answer is about something else than the call.
func checkSubject(c call, a answer) error {
	named, ok := a.(identified)
	if !ok || len(c.ids) == 0 {
		return nil
	}
	kind, ids := named.about()
	for _, id := range ids {
		if !slices.ContainsFunc(c.ids, func(asked string) bool { return strings.EqualFold(asked, id) }) {
			return &OtherError{Kind: kind, ID: truncate(id, maxText)}
		}
	}
	return nil
}

func (r *Request) about() (string, []string)       { return "request", []string{r.ID} }
func (s *AccessSession) about() (string, []string) { return "access", []string{s.ID} }

func (u *requestUnits) about() (string, []string) {
	ids := make([]string, len(*u))
	for i, r := range *u {
		ids[i] = r.ID
	}
	return "request", ids
}

// blankOrNil is safetext.Blank for an optional text.
func blankOrNil(text *string) bool { return text == nil || safetext.Blank(*text) }

// first returns the first name of a blank value; empty if there is none.
func first(fields ...field) string {
	for _, f := range fields {
		if safetext.Blank(f.value) {
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
	noLink := d.Link == nil || safetext.Blank(d.Link.URL)
	noJSON := len(d.JSON) == 0 || string(d.JSON) == "null"
	if safetext.Blank(d.Instructions.Plain) && blankOrNil(d.CLI) && noLink && noJSON {
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
	if slices.ContainsFunc(s.RequestIDs, safetext.Blank) {
		return "request_ids"
	}
	return ""
}

func (d *DryRun) missing() string {
	if safetext.Blank(d.Status) && d.Errors == nil {
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
	if slices.ContainsFunc(*u, func(r RequestUnits) bool { return safetext.Blank(r.ID) }) {
		return "id"
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
	if json.Unmarshal(a.RawMessage, &message) != nil || safetext.Blank(message.Version) {
		return "jsonrpc"
	}
	return ""
}
