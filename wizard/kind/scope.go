package kind

import "apono/client"

// Scope is what has been chosen on the way to a kind: the zero value of what has
// not.
type Scope struct {
	Integration  client.Integration
	ResourceType client.ResourceType
	Bundle       client.Bundle
	// Flags are what stands for them after their flags; an empty one means the ID.
	Flags struct{ Integration, ResourceType, Bundle string }
}

// setFlag sets what stands after the flag of the kind with the given slug.
func (s *Scope) setFlag(slug, value string) {
	switch slug {
	case slugIntegration:
		s.Flags.Integration = value
	case slugResourceType:
		s.Flags.ResourceType = value
	case slugBundle:
		s.Flags.Bundle = value
	}
}

// WithFlag returns the scope with what stands after the flag of one of its kinds.
func (s Scope) WithFlag(slug, value string) Scope {
	s.setFlag(slug, value)
	return s
}

// Above returns the scope without the item of the kind with the given slug, and what is
// below it.
func (s Scope) Above(slug string) Scope {
	switch slug {
	case slugResourceType:
		s.ResourceType, s.Flags.ResourceType = client.ResourceType{}, ""
		return s
	default:
		return Scope{}
	}
}

// Key identifies a scope in a cache.
func (s Scope) Key() string {
	return s.Integration.ID + "\x00" + s.ResourceType.ID + "\x00" + s.Bundle.ID
}

// Keywords are the names of the places in a scope, for searching. A bundle is
// not a place.
func (s Scope) Keywords() string {
	if s.Integration.ID == "" {
		return ""
	}
	return s.Integration.Title() + " " + string(s.Integration.TypeDisplayName) + " " + s.ResourceType.ID + " " + s.ResourceType.Name
}
