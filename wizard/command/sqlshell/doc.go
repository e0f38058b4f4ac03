// Package sqlshell is the SQL prompt of the sandbox's demo database. It reads
// statements from a terminal or a script, runs them with package shop, and
// prints the results. It knows nothing about requests, sessions or passwords:
// its caller says how to check that the access is still valid and how to request
// more. Only package shop knows that the database is SQLite.
package sqlshell
