package auth

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// unknownFields are the fields of a JSON object that this version does not know.
// They are written back unchanged, so that switching between versions loses
// nothing.
type unknownFields map[string]json.RawMessage

// decodePreserving decodes a JSON object into known, a pointer to a struct, and
// returns the fields that the struct does not have.
func decodePreserving(data []byte, known any) (unknownFields, error) {
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

// encodePreserving encodes known, a struct, together with the fields in unknown.
func encodePreserving(known any, unknown unknownFields) ([]byte, error) {
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
