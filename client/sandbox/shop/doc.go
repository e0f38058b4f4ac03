// Package shop is the sandbox's demo database, a small shop in one SQLite file,
// and the SQL prompt that opens it. It knows what each permission may do and
// has the database itself enforce it. It must not know requests, sessions,
// passwords or who is asking: a caller says which access to open, and may end a
// prompt through Shell.Check.
package shop
