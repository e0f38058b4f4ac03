package command

import (
	"os"

	"apono/auth"
	"apono/render"
)

// TakeEnvironment returns the environment and removes the tokens from it, so that no
// program that this one starts inherits them.
func TakeEnvironment() render.Environment {
	taken := map[string]string{}
	for _, name := range auth.TokenVariables() {
		if value, ok := os.LookupEnv(name); ok {
			taken[name] = value
			_ = os.Unsetenv(name) // fails only for a name that is not valid
		}
	}
	return func(name string) (string, bool) {
		if value, ok := taken[name]; ok {
			return value, true
		}
		return os.LookupEnv(name)
	}
}
