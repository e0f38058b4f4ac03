package sqlshell

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"

	"apono/client/sandbox/permission"
)

// errQuit ends the shell with exit code 0.
var errQuit = errors.New("quit")

// dotCommand is a command of the shell itself, as opposed to an SQL statement.
type dotCommand struct {
	// An empty argument means that the command takes none. A command without a
	// description is an alias that .help leaves out.
	name, argument, description string
	run                         func(ctx context.Context, r *runner, argument string) error
}

func dotCommands() []dotCommand {
	return []dotCommand{
		{".help", "", "show this help", showHelp},
		{".tables", "", "list the tables and views you can read", listTables},
		{".schema", "[TABLE]", "show CREATE statements", showSchema},
		{".permissions", "", "show what your access allows", showPermissions},
		{".mode", strings.Join(modeNames(), "|"), "set the output mode", setMode},
		{".headers", "on|off", "show or hide column names in csv and tabs mode", setHeaders},
		{".limit", "N", "show at most N rows of each result, or all if N is 0", setLimit},
		{".quit", "", "exit (also .exit, Ctrl-D)", quit},
		{".exit", "", "", quit},
	}
}

// isDotCommand reports whether a line is a dot command. It must not be called in
// the middle of a statement, where a line may start with a decimal point.
func isDotCommand(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), ".") }

func (r *runner) runDotCommand(ctx context.Context, line string) error {
	name, argument, _ := strings.Cut(strings.TrimSpace(line), " ")
	name = strings.TrimSuffix(name, ";")
	argument = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(argument), ";"))
	for _, c := range dotCommands() {
		if !strings.EqualFold(c.name, name) {
			continue
		}
		if argument != "" && c.argument == "" {
			return fmt.Errorf("%s takes no arguments", c.name)
		}
		if err := c.run(ctx, r, argument); err != nil {
			return err
		}
		return r.out.Flush()
	}
	return fmt.Errorf("unknown command %s: did you mean %s? Type .help for a list of commands", name, closestCommand(name))
}

// closestCommand returns the name of the dot command that is spelled most like name.
func closestCommand(name string) string {
	closest, distance := ".help", len(name)
	for _, c := range dotCommands() {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), c.name); d < distance {
			closest, distance = c.name, d
		}
	}
	return closest
}

func quit(context.Context, *runner, string) error { return errQuit }

func showHelp(_ context.Context, r *runner, _ string) error {
	for _, c := range dotCommands() {
		if c.description == "" {
			continue
		}
		if err := writeLine(r.out, fmt.Sprintf("%-31s %s", strings.TrimSpace(c.name+" "+c.argument), c.description)); err != nil {
			return err
		}
	}
	return writeLine(r.out, "Everything else is SQL. End statements with a semicolon. Ctrl-C cancels a line or a statement.\n"+
		"Statements that start with a space are not saved in the history.")
}

func listTables(ctx context.Context, r *runner, _ string) error {
	if err := r.checkAccess(ctx); err != nil {
		return err
	}
	names, err := r.shell.Database.Tables()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := writeLine(r.out, escapeUnsafe(name)); err != nil {
			return err
		}
	}
	return nil
}

func showSchema(ctx context.Context, r *runner, table string) error {
	if err := r.checkAccess(ctx); err != nil {
		return err
	}
	table = strings.Trim(table, `"`)
	definitions, err := r.shell.Database.Definitions(table)
	if err != nil {
		return err
	}
	if len(definitions) == 0 && table != "" {
		return fmt.Errorf("no table or view %q that you can read: use .tables to list them", table)
	}
	for _, sql := range definitions {
		// Keep the line breaks of the definition and escape everything else.
		lines := strings.Split(sql, "\n")
		for i, line := range lines {
			lines[i] = escapeUnsafe(strings.TrimRight(line, "\r"))
		}
		if err := writeLine(r.out, strings.Join(lines, "\n")+";"); err != nil {
			return err
		}
	}
	return nil
}

func showPermissions(_ context.Context, r *runner, _ string) error {
	access := r.shell.Database.Access()
	changeSchema := "change the schema"
	if access.Tables != nil {
		changeSchema = "change the columns and indexes of " + access.Scope()
	}
	lines := []string{access.Permission + r.until() + ":"}
	for _, action := range []struct{ permission, name string }{
		{permission.ReadOnly, "read " + access.Scope()},
		{permission.ReadWrite, "insert, update and delete rows in " + access.Scope()},
		{permission.Admin, changeSchema},
	} {
		answer := "  no   "
		if access.Allows(action.permission) {
			answer = "  yes  "
		}
		lines = append(lines, answer+action.name)
	}
	if next := permission.Next(access.Permission); next != "" {
		lines = append(lines, "To request more access: "+r.requestCommand(next, access.Tables))
	}
	return writeLine(r.out, strings.Join(lines, "\n"))
}

func setMode(_ context.Context, r *runner, argument string) error {
	mode, err := findMode(strings.ToLower(argument))
	if err != nil {
		return err
	}
	r.mode = mode
	return nil
}

func setHeaders(_ context.Context, r *runner, argument string) error {
	switch strings.ToLower(argument) {
	case "on":
		r.headers = true
	case "off":
		r.headers = false
	default:
		return errors.New(".headers must be on or off")
	}
	return nil
}

func setLimit(_ context.Context, r *runner, argument string) error {
	limit, err := strconv.Atoi(argument)
	if err != nil || limit < 0 {
		return errors.New(".limit must be a number of rows, or 0 for all")
	}
	if limit == 0 {
		limit = noLimit
	}
	r.limit = limit
	return nil
}
