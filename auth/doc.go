// Package auth manages logins. It knows profiles, the configuration file that
// they and the user's settings are stored in, which login a command uses, and
// how to get and refresh an access token. Use Logins to read and change stored
// logins. Packages below it do the parts that need no profiles: auth/secrets
// stores secrets and auth/browser opens pages. Package auth/oauth, above it, logs
// a user in. Package auth must not know the client API's resources, prompts,
// flags, or anything about how it is shown.
package auth
