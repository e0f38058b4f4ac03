package auth

import (
	"encoding/json"
	"strings"
)

// damagedParts are the parts of a configuration that cannot be decoded, by their paths,
// such as "aliases.oncall". Damage in one part costs only that part, and it is written
// back unchanged, so that it can still be repaired.
type damagedParts map[string]json.RawMessage

// decodePart takes a part out of parts and decodes it into value.
func decodePart[T any](damaged damagedParts, parts unknownFields, name string, value *T) {
	raw, ok := parts[name]
	if !ok {
		return
	}
	delete(parts, name)
	decoded := *value
	if json.Unmarshal(raw, &decoded) != nil {
		damaged[name] = raw
		return
	}
	*value = decoded
}

// decodeEntries is decodePart for a map, whose entries are parts of their own.
func decodeEntries[T any](damaged damagedParts, parts unknownFields, name string, value *map[string]T) {
	var entries map[string]json.RawMessage
	before := len(damaged)
	decodePart(damaged, parts, name, &entries)
	if len(damaged) > before || entries == nil {
		return
	}
	*value = map[string]T{}
	for key, raw := range entries {
		var entry T
		if json.Unmarshal(raw, &entry) != nil {
			damaged[name+"."+key] = raw
			continue
		}
		(*value)[key] = entry
	}
}

// restore adds the parts to an encoded configuration, except those that have been set
// since.
func (d damagedParts) restore(data []byte) ([]byte, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	for path, raw := range d {
		name, key, entry := strings.Cut(path, ".")
		if !entry {
			if isEmpty(all[name]) {
				all[name] = raw
			}
			continue
		}
		entries := map[string]json.RawMessage{}
		if !isEmpty(all[name]) {
			if err := json.Unmarshal(all[name], &entries); err != nil {
				return nil, err
			}
		}
		if _, taken := entries[key]; taken {
			continue
		}
		entries[key] = raw
		encoded, err := json.Marshal(entries)
		if err != nil {
			return nil, err
		}
		all[name] = encoded
	}
	return json.Marshal(all)
}

// isEmpty reports whether there is no value, or one that says nothing.
func isEmpty(raw json.RawMessage) bool {
	switch strings.TrimSpace(string(raw)) {
	case "", "null", "{}", `""`, "false", "0":
		return true
	}
	return false
}
