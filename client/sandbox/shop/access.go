package shop

import (
	"fmt"
	"slices"
	"strings"
)

// The permissions that a shop can be opened with, as requests name them.
const (
	ReadOnly  = "READ_ONLY"
	ReadWrite = "READ_WRITE"
	Admin     = "ADMIN"
)

// Access is what an opened shop may be used for.
type Access struct {
	// Permission is ReadOnly, ReadWrite or Admin.
	Permission string
	// Tables limits the access to these tables; nil means all of them. A view
	// is refused when it reads another one, and so is a row's deletion that
	// would delete rows of another one. A foreign key is checked all the same.
	Tables []string
}

// String reads as the beginning of a sentence: «READ_ONLY access to items and orders».
func (a Access) String() string {
	if a.Tables == nil {
		return a.Permission + " access"
	}
	return a.Permission + " access to " + inWords(a.Tables)
}

func (a Access) check() error {
	if _, known := levelOf(a.Permission); !known {
		return fmt.Errorf("unknown permission %q: want %s, %s or %s", a.Permission, ReadOnly, ReadWrite, Admin)
	}
	return nil
}

func (a Access) mayWrite() bool {
	level, known := levelOf(a.Permission)
	return known && level >= levelWrite
}

func (a Access) mayChangeSchema() bool {
	level, known := levelOf(a.Permission)
	return known && level >= levelSchema
}

// next is the permission that allows more than this one, empty where none does.
func (a Access) next() string {
	switch a.Permission {
	case ReadOnly:
		return ReadWrite
	case ReadWrite:
		return Admin
	default:
		return ""
	}
}

// covers says whether the table is one that this access is for.
func (a Access) covers(table string) bool {
	return a.Tables == nil || slices.ContainsFunc(a.Tables, func(name string) bool { return strings.EqualFold(name, table) })
}

// level orders the permissions: each may do what the one before it may.
type level int

const (
	levelRead level = iota
	levelWrite
	levelSchema
)

func levelOf(permission string) (level, bool) {
	l, known := map[string]level{ReadOnly: levelRead, ReadWrite: levelWrite, Admin: levelSchema}[permission]
	return l, known
}

// RefusedError is a statement that the access does not allow.
type RefusedError struct {
	// Access is what the shop was opened with.
	Access Access
	// Deed is what was tried, as words that follow «cannot»: «write to orders».
	Deed string
	// Needs is the permission that would have done, empty where none would.
	Needs string
}

func (e *RefusedError) Error() string { return fmt.Sprintf("%s cannot %s", e.Access, e.Deed) }

// inWords joins names as a sentence does: «a, b and c».
func inWords(names []string) string {
	switch n := len(names); n {
	case 0:
		return "no table"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
