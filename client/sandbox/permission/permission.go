// Package permission defines the permissions on databases and buckets in the
// sandbox, and which of them is stronger. It must not know what a permission
// allows: packages shop and postgres enforce that.
package permission

import "slices"

// The permissions, as requests name them. Each one includes those before it.
const (
	ReadOnly  = "READ_ONLY"
	ReadWrite = "READ_WRITE"
	Admin     = "ADMIN"
)

// All returns every permission, weakest first.
func All() []string { return []string{ReadOnly, ReadWrite, Admin} }

// Includes reports whether the permission granted includes required.
// It returns false if either of them is unknown.
func Includes(granted, required string) bool {
	level := slices.Index(All(), required)
	return level >= 0 && slices.Index(All(), granted) >= level
}

// Next returns the next stronger permission than name. It returns "" if name is
// Admin or unknown.
func Next(name string) string {
	all := All()
	next := slices.Index(all, name) + 1
	if next == 0 || next == len(all) {
		return ""
	}
	return all[next]
}

// Weakest returns the weakest of names. An unknown name counts as ReadOnly. If
// names is empty, Weakest returns Admin.
func Weakest(names []string) string {
	all := All()
	level := len(all) - 1
	for _, name := range names {
		level = min(level, max(0, slices.Index(all, name)))
	}
	return all[level]
}
