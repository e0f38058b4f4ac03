// Package shop provides the sandbox's demo database: a small shop in one SQLite
// file. SQLite itself enforces each permission, through the authorizer that Open
// installs. The package knows SQLite and the demo rows. It must not know requests,
// sessions or passwords: the caller decides which access to open the database with.
package shop
