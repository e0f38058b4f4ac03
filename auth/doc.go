// Package auth manages logins. It knows profiles, the configuration file that
// stores them and the user's settings, which login a command uses, and how to get
// and refresh an access token. Use Logins to read and change stored logins.
// Package auth must not know the client API's resources, prompts, flags, or how
// anything is shown.
//
// Two other packages cover the rest: auth/secrets stores the tokens, and
// auth/oauth, which uses this package, logs a user in.
package auth
