// Package auth knows who is logged in and where: profiles, the flows that log
// a person in, the source of access tokens, and the place where secrets are
// kept. Logins is the door for everything that reads or changes stored logins,
// Flow for getting a new one. It must not know the client API's resources,
// prompts or flags: what a person has to see or answer is handed out through
// the interface Person.
package auth
