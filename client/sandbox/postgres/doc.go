// Package postgres grants and revokes access on a real PostgreSQL server. Each
// grant is a login role with exactly the privileges of its permission; Revoke
// removes the role completely. The package knows PostgreSQL's roles and privileges.
// It must not know requests, sessions or users. No error and no printed value
// contains the admin URL or a password.
package postgres
