package command

import (
	"strconv"

	"apono/auth"
	"apono/auth/browser"
)

func exitCodesTopic() topic {
	t := topic{
		name: "exit-codes", short: "What the exit codes mean",
		before: "How a command ended. With -o json, the error on stderr carries the word in\nbrackets as its code.",
		after:  "apono access use ID --run ends with the exit code of what it ran; that is\n128 + N where signal N ended it.",
	}
	for _, row := range []struct {
		code    int
		meaning string
	}{
		{exitDone, "done; also for a request that now waits for people"},
		{exitFailed, "failed"},
		{exitUsage, "the command or an answer cannot be meant; nothing was sent"},
		{exitRefused, "the request was refused, failed, or was taken away; or --dry-run says that it would be refused"},
		{exitLogin, "a login is needed: apono login"},
		{exitTimeout, "not decided within --timeout; the request goes on"},
		{exitNotFound, "the program that an access wants is not installed"},
		{exitCancelled, "cancelled by Ctrl-C or Esc"},
	} {
		if word := codeWords[row.code]; word != "" {
			row.meaning += " (" + word + ")"
		}
		t.rows = append(t.rows, topicRow{strconv.Itoa(row.code), row.meaning})
	}
	return t
}

func environmentTopic() topic {
	return topic{
		name: "environment", short: "Which variables of the environment count",
		before: "The variables that this program reads. A flag goes before its variable.",
		rows: []topicRow{
			{auth.ProfileVariable, "the profile to use, as --profile does"},
			{auth.TokenVariable, "a token to use as it is, without a login; nothing is stored"},
			{auth.PersonalTokenVariable, "the same, by the name that the official tool gives it"},
			{auth.APIURLVariable, "the service that such a token is for (default Apono's)"},
			{auth.ConfigDirVariable, "one folder for everything that is kept"},
			{noCacheVariable, "1 uses and keeps nothing from earlier commands, as --no-cache does"},
			{postgresVariable, "the admin's URL of a PostgreSQL server for the sandbox to offer"},
			{passwordVariable, "the secret for apono sandbox sql; an access of the sandbox sets it by itself"},
			{browser.Variable, "the command that opens a page; %s in it stands for the address"},
			{"NO_COLOR", "anything in it turns colour off, as --no-color does"},
			{"CLICOLOR", "0 turns colour off"},
			{"CLICOLOR_FORCE", "1 turns colour on where there is no terminal, too"},
			{"TERM", "dumb means a terminal without colour, on which nothing can be drawn: nothing is asked there"},
			{"CI", "set in a CI job, where no browser can open"},
			{"SSH_CONNECTION, SSH_TTY", "set in an SSH session, where no browser can open"},
			{"DISPLAY, WAYLAND_DISPLAY", "set where there is a display for a browser, on Linux"},
			{"WSL_DISTRO_NAME", "set on Linux under Windows, whose browser is opened then"},
			{"DBUS_SESSION_BUS_ADDRESS", "where the keyring is, on Linux"},
			{"SHELL", "the shell that completions and exported aliases are for"},
			{"ZDOTDIR", "where zsh has its configuration"},
			{"XDG_CONFIG_HOME", "where configuration is kept, on Linux"},
			{"XDG_STATE_HOME", "where the sandbox and histories are kept, on Linux"},
			{"XDG_CACHE_HOME", "where names and lists are kept between commands, on Linux"},
			{"XDG_DATA_HOME", "where bash looks for completions"},
			{"ProgramFiles", "where programs are installed, on Windows"},
			{"ProgramFiles(x86)", "the same"},
			{"ProgramW6432", "the same"},
			{"LocalAppData", "the same, and where things are kept"},
		},
		after: "The command of an access is handed to a shell in APONO_SESSION_COMMAND, beside\nthe variables that the access itself sets.",
	}
}

func legacyTopic() topic {
	return topic{
		name: "legacy", short: "Commands of the first version, which still work",
		before: "These commands of the first version work as they did. They are called\notherwise today:",
		rows: []topicRow{
			{"apono integrations", "apono inventory integrations"},
			{"apono resource-types -i ID", "apono inventory resource-types -i ID"},
			{"apono resources -i ID -t TYPE", "apono inventory resources -i ID -t TYPE"},
			{"apono permissions -i ID -t TYPE", "apono inventory permissions -i ID -t TYPE"},
			{"apono request -i … -t … -r … -p … -j …", "apono requests create, with the same flags"},
			{"apono requests", "the same; apono requests list prints a table"},
			{"apono access-details REQUEST-ID", "apono access use REQUEST-ID -o instructions"},
		},
		after: "apono request create, list, describe, units and revoke work too, as apono\nrequests does.",
	}
}
