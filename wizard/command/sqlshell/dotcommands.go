package sqlshell

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"apono/client/sandbox/shop"

	"github.com/agnivade/levenshtein"
)

// errQuit ends the prompt with exit code 0.
var errQuit = errors.New("quit")

// dotCommand is something that the prompt itself does.
type dotCommand struct {
	name, argument, purpose string
	do                      func(ctx context.Context, p *prompt, argument string) error
}

func dotCommands() []dotCommand {
	return []dotCommand{
		{".help", "", "list these commands", help},
		{".tables", "", "list the tables and views that this access can read", listTables},
		{".schema", "[TABLE]", "print how the tables were made", printSchema},
		{".permissions", "", "say what this access may do", printPermissions},
		{".mode", "table|csv|json|line|tabs", "choose how results are printed", setMode},
		{".headers", "on|off", "print the columns' names in csv and tabs", setHeaders},
		{".limit", "N", "print at most N rows of a result, 0 for all", setLimit},
		{".quit", "", "end (also .exit, Ctrl-D)", quit},
		{".exit", "", "", quit},
	}
}

// command does what a line that begins with a dot says.
func (p *prompt) command(ctx context.Context, line string) error {
	name, argument, _ := strings.Cut(strings.TrimSpace(line), " ")
	name = strings.TrimSuffix(name, ";")
	argument = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(argument), ";"))
	for _, c := range dotCommands() {
		if !strings.EqualFold(c.name, name) {
			continue
		}
		if argument != "" && c.argument == "" {
			return fmt.Errorf("%s takes no argument", c.name)
		}
		if err := c.do(ctx, p, argument); err != nil {
			return err
		}
		return p.out.Flush()
	}
	return fmt.Errorf("unknown command %s: did you mean %s? .help lists them all", name, nearest(name))
}

func nearest(name string) string {
	best, distance := ".help", len(name)
	for _, c := range dotCommands() {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), c.name); d < distance {
			best, distance = c.name, d
		}
	}
	return best
}

func quit(context.Context, *prompt, string) error { return errQuit }

func help(_ context.Context, p *prompt, _ string) error {
	for _, c := range dotCommands() {
		if c.purpose == "" {
			continue
		}
		if err := writeLine(p.out, fmt.Sprintf("%-31s %s", strings.TrimSpace(c.name+" "+c.argument), c.purpose)); err != nil {
			return err
		}
	}
	return writeLine(p.out, "Anything else is SQL and ends with a semicolon. Ctrl-C cancels a line or a statement.\n"+
		"A line that begins with a space is not kept in the history.")
}

func listTables(ctx context.Context, p *prompt, _ string) error {
	if err := p.check(ctx); err != nil {
		return err
	}
	names, err := p.shell.Database.Tables()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := writeLine(p.out, visible(name)); err != nil {
			return err
		}
	}
	return nil
}

func printSchema(ctx context.Context, p *prompt, table string) error {
	if err := p.check(ctx); err != nil {
		return err
	}
	made, err := p.shell.Database.Definitions(strings.Trim(table, `"`))
	if err != nil {
		return err
	}
	if len(made) == 0 && table != "" {
		return fmt.Errorf("no table or view %s that this access can read; .tables lists them", table)
	}
	for _, sql := range made {
		// The line breaks of a definition are its author's; the rest is cleaned.
		lines := strings.Split(sql, "\n")
		for i, line := range lines {
			lines[i] = visible(strings.TrimRight(line, "\r"))
		}
		if err := writeLine(p.out, strings.Join(lines, "\n")+";"); err != nil {
			return err
		}
	}
	return nil
}

func printPermissions(_ context.Context, p *prompt, _ string) error {
	access := p.shell.Database.Access()
	which, schema := access.Scope(), "change the schema"
	if access.Tables != nil {
		schema = "change the columns and indexes of " + which
	}
	lines := []string{access.Permission + p.until() + ":"}
	for _, right := range []struct {
		has  bool
		deed string
	}{
		{true, "read " + which},
		{access.Allows(shop.ReadWrite), "insert, update and delete rows of " + which},
		{access.Allows(shop.Admin), schema},
	} {
		sign := "  yes  "
		if !right.has {
			sign = "  no   "
		}
		lines = append(lines, sign+right.deed)
	}
	if next := access.NextPermission(); next != "" {
		lines = append(lines, "To ask for more: "+p.request(next))
	}
	return writeLine(p.out, strings.Join(lines, "\n"))
}

func setMode(_ context.Context, p *prompt, mode string) error {
	mode = strings.ToLower(mode)
	if !slices.Contains(modes(), mode) {
		return fmt.Errorf(".mode wants one of %s", strings.Join(modes(), ", "))
	}
	p.mode = mode
	return nil
}

func setHeaders(_ context.Context, p *prompt, argument string) error {
	switch strings.ToLower(argument) {
	case "on":
		p.headers = true
	case "off":
		p.headers = false
	default:
		return errors.New(".headers wants on or off")
	}
	return nil
}

func setLimit(_ context.Context, p *prompt, argument string) error {
	limit, err := strconv.Atoi(argument)
	if err != nil || limit < 0 {
		return errors.New(".limit wants a number of rows, 0 for all")
	}
	if limit == 0 {
		limit = -1
	}
	p.limit = limit
	return nil
}
