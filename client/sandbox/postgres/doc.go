// Package postgres gives and takes access on a real PostgreSQL server: a login
// role for each grant, with exactly the rights of its permission, and nothing
// left of it after Revoke. It knows the server's catalogue and its rules. It
// must not know requests, sessions or lifetimes, and it tells nobody how it
// logs in itself: no error and no printed value holds the admin URL or a
// password.
package postgres
