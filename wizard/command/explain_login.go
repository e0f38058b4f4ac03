package command

import (
	"errors"
	"strings"

	"apono/auth"
	"apono/auth/secrets"
)

// explainLogin words what is wrong with logins, profiles and settings.
func explainLogin(err error) (problem, bool) {
	var login *auth.LoginError
	var secret *secrets.Error
	var config *auth.ConfigError
	switch {
	case errors.As(err, &login):
		return problem{loginCode(login), sentence(login.Error()), loginHints(login)}, true
	case errors.As(err, &secret):
		return problem{exitFailed, sentence(secret.Error()), said(secret.Hint())}, true
	case errors.As(err, &config):
		return problem{exitFailed, sentence(config.Error()), said(config.Hint())}, true
	}
	return explainProfile(err)
}

// loginCode tells a login that is missing from one that did not come about.
func loginCode(e *auth.LoginError) int {
	if e.NeedsLogin() {
		return exitLogin
	}
	return exitFailed
}

func loginHints(e *auth.LoginError) []hint {
	hints := said(e.Hint())
	if e.Description != "" {
		hints = append(said("The service says: "+e.Description), hints...)
	}
	if e.Kind == auth.NotLoggedIn {
		hints = append(hints, said("Or try it without an account: apono --profile sandbox")...)
	}
	return hints
}

// explainProfile words a profile or a setting that is not there, or cannot be.
func explainProfile(err error) (problem, bool) {
	var unknown *auth.UnknownProfileError
	var reserved *auth.ReservedError
	var name *auth.NameError
	var url *auth.URLError
	var setting *auth.SettingError
	switch {
	case errors.As(err, &unknown):
		known := append(unknown.Known, auth.SandboxProfile)
		return problem{exitUsage, "There is no profile \"" + unknown.Name + "\"", []hint{{say: "The profiles are: " + strings.Join(known, ", ")}, {say: "Log in to a new one with: apono login --profile " + unknown.Name}}}, true
	case errors.As(err, &reserved):
		return problem{exitUsage, sentence(reserved.Error()), said("Choose another name")}, true
	case errors.As(err, &name):
		return problem{exitUsage, sentence(name.Error()), nil}, true
	case errors.As(err, &url):
		return problem{exitUsage, sentence(url.Error()), nil}, true
	case errors.As(err, &setting):
		return problem{exitUsage, sentence(setting.Error()), nil}, true
	}
	return problem{}, false
}
