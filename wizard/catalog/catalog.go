// Package catalog keeps what can be requested, as the service listed it: so that lists
// that were seen before are shown at once and refreshed in the background, and a search
// needs no service. It knows the kinds of package kind and how to pack many items into little
// memory and one SQLite file. It must not know the steps of a request, the screen,
// cobra or profiles.
package catalog

import (
	"time"

	"apono/wizard/kind"
)

const (
	// FreshFor is how long a list is used without asking the service again.
	FreshFor = time.Minute
	// keptFor is how long a list is used at all.
	keptFor = 30 * 24 * time.Hour
	// schema is the version of what is in the file. A file of another version is
	// deleted.
	schema = 1
)

// listKey identifies a list of the store: a kind, within a scope, for a grantee.
type listKey struct {
	grantee string // "" for the user
	kind    string // slug
	scope   scopeIDs
}

// scopeIDs are the IDs of a scope.
type scopeIDs struct{ integration, resourceType, bundle string }

func keyOf(d kind.Descriptor, grantee string, in kind.Scope) listKey {
	return listKey{grantee: grantee, kind: d.Describe().Slug, scope: scopeIDs{in.Integration.ID, in.ResourceType.ID, in.Bundle.ID}}
}
