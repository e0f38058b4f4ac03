package explain

import (
	"errors"
	"slices"
	"strings"

	"apono/auth"
	"apono/auth/secrets"
	"apono/render"
)

// explainLogin explains problems with logins, profiles and settings.
func explainLogin(err error) (Problem, bool) {
	var login *auth.LoginError
	var secret *secrets.Error
	var config *auth.ConfigError
	var home *auth.HomeError
	switch {
	case errors.As(err, &home):
		return Problem{Exit: ExitFailed, Message: Sentence(home.Error()), Hints: text(home.Hint())}, true
	case errors.As(err, &login):
		return Problem{Exit: loginCode(login), Message: Sentence(loginMessage(login)), Hints: loginHints(login)}, true
	case errors.As(err, &secret):
		return Problem{Exit: ExitFailed, Message: Sentence(secret.Error()), Hints: text(secret.Hint())}, true
	case errors.As(err, &config):
		return Problem{Exit: ExitFailed, Message: Sentence(config.Error()), Hints: text(config.Hint())}, true
	}
	return explainProfile(err)
}

// loginMessage returns what happened. A missing response is explained as for any other
// call.
func loginMessage(e *auth.LoginError) string {
	if e.Kind != auth.LoginNetwork || e.Err == nil {
		return e.Error()
	}
	bare := *e
	bare.Err = nil
	return bare.Error() + ": " + reason(e.Err)
}

// loginCode tells a missing login from a login that failed.
func loginCode(e *auth.LoginError) int {
	if e.NeedsLogin() {
		return ExitLogin
	}
	return ExitFailed
}

func loginHints(e *auth.LoginError) []Hint {
	hints := text(e.Hint())
	if e.Description != "" {
		hints = append(text("The service says: "+e.Description), hints...)
	}
	if e.Kind == auth.LoginNetwork && e.Err != nil {
		hints = append(hints, text(networkHint(e.Err, ""))...)
	}
	if e.Kind == auth.NotLoggedIn {
		hints = append(hints, text("Or try it without an account: apono --profile sandbox")...)
	}
	return hints
}

// explainProfile explains profiles and settings that do not exist or are not
// valid.
func explainProfile(err error) (Problem, bool) {
	var unknown *auth.UnknownProfileError
	var reserved *auth.ReservedError
	var name *auth.NameError
	var url *auth.URLError
	var setting *auth.SettingError
	switch {
	case errors.As(err, &unknown):
		known := append(slices.Clone(unknown.Known), auth.BuiltInProfiles()...)
		return Problem{
			Exit: ExitUsage, Message: "There is no profile \"" + unknown.Name + "\"",
			Hints: []Hint{{Text: "Your profiles: " + strings.Join(known, ", ")}, {"To add it, run", render.QuoteArguments("login", "--profile", unknown.Name)}},
		}, true
	case errors.As(err, &reserved):
		return Problem{Exit: ExitUsage, Message: Sentence(reserved.Error()), Hints: text("Choose another name")}, true
	case errors.As(err, &name):
		return Problem{Exit: ExitUsage, Message: Sentence(name.Error())}, true
	case errors.As(err, &url):
		return Problem{Exit: ExitUsage, Message: Sentence(err.Error())}, true
	case errors.As(err, &setting):
		return Problem{Exit: ExitUsage, Message: Sentence(setting.Error())}, true
	}
	return Problem{}, false
}
