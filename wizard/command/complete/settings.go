package complete

import (
	"context"
	"maps"
	"slices"
	"strings"

	"apono/auth"
	"apono/wizard/kind"
)

// This file offers what the configuration has: profiles, settings and aliases.

func profileValues(ctx context.Context, from *source, on line) ([]kind.Choice, error) {
	found, err := storedProfileValues(ctx, from, on)
	return append(found,
		kind.Choice{Value: auth.SandboxProfile, Description: "built in: needs no login"},
		kind.Choice{Value: auth.SandboxApproverProfile, Description: "built in: reviews the requests of sandbox"}), err
}

func storedProfileValues(ctx context.Context, from *source, _ line) ([]kind.Choice, error) {
	cfg, err := from.config(ctx)
	if err != nil {
		return nil, err
	}
	var found []kind.Choice
	for _, name := range cfg.Names() {
		found = append(found, kind.Choice{Value: name, Description: cfg.Profiles[name].AccountName})
	}
	return found, nil
}

func aliasValues(ctx context.Context, from *source, _ line) ([]kind.Choice, error) {
	cfg, err := from.config(ctx)
	if err != nil {
		return nil, err
	}
	var found []kind.Choice
	for _, name := range slices.Sorted(maps.Keys(cfg.Aliases)) {
		found = append(found, kind.Choice{Value: name, Description: cfg.Aliases[name]})
	}
	return found, nil
}

func settingKeyValues(context.Context, *source, line) ([]kind.Choice, error) {
	var found []kind.Choice
	for _, s := range auth.Settings() {
		found = append(found, kind.Choice{Value: s.Key, Description: strings.Join(s.Accepted, " or ")})
	}
	return found, nil
}

// settingValues offers a setting's key, then its accepted values.
func settingValues(ctx context.Context, from *source, on line) ([]kind.Choice, error) {
	if len(on.args) == 0 {
		return settingKeyValues(ctx, from, on)
	}
	for _, s := range auth.Settings() {
		if len(on.args) == 1 && s.Key == on.args[0] {
			return fixedWords(s.Accepted...)(ctx, from, on)
		}
	}
	return nil, nil
}
