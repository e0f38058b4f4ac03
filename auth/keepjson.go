package auth

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// decodeKeeping reads a JSON object into known, a pointer to a struct, and
// returns the fields that the struct has no place for.
func decodeKeeping(data []byte, known any) (unknownFields, error) {
	if err := json.Unmarshal(data, known); err != nil {
		return nil, err
	}
	var all unknownFields
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	for _, name := range jsonNames(reflect.TypeOf(known).Elem()) {
		delete(all, name)
	}
	return all, nil
}

// encodeKeeping writes known, a struct, together with the fields of unknown.
func encodeKeeping(known any, unknown unknownFields) ([]byte, error) {
	own, err := json.Marshal(known)
	if err != nil || len(unknown) == 0 {
		return own, err
	}
	all := unknownFields{}
	if err := json.Unmarshal(own, &all); err != nil {
		return nil, fmt.Errorf("merge unknown fields: %w", err)
	}
	for name, value := range unknown {
		if _, taken := all[name]; !taken {
			all[name] = value
		}
	}
	return json.Marshal(all)
}

func jsonNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}
