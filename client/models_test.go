package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// property is the description of one field.
type property struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Format     string            `json:"format"`
	Nullable   bool              `json:"nullable"`
	Items      *property         `json:"items"`
	AllOf      []property        `json:"allOf"`
	Additional json.RawMessage   `json:"additionalProperties"`
	Enum       []json.RawMessage `json:"enum"`
	Properties map[string]property
	Required   []string
}

// schemas reads the service's API description, which is not part of the project.
func schemas(t *testing.T) map[string]property {
	t.Helper()
	file := filepath.Join("..", "..", "shared", "api", "apono-client-openapi.json")
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no API description at " + file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var description struct {
		Components struct{ Schemas map[string]property }
	}
	if err := json.Unmarshal(data, &description); err != nil {
		t.Fatal(err)
	}
	return description.Components.Schemas
}

// models returns the Go types of the schemas that the client uses.
func models() map[string]reflect.Type {
	return map[string]reflect.Type{
		"AccessGroupClientModel":                        reflect.TypeFor[AccessGroup](),
		"AccessGroupStatusClientModel":                  reflect.TypeFor[AccessGroupStatus](),
		"AccessRequestClientModel":                      reflect.TypeFor[Request](),
		"AccessRequestSubmittedClientResponse":          reflect.TypeFor[Submitted](),
		"AccessRequestTemplateClientModel":              reflect.TypeFor[Template](),
		"AccessSessionRequestTemplateClientModel":       reflect.TypeFor[Selection](),
		"AccessRequestUnitClientModel":                  reflect.TypeFor[RequestUnits](),
		"AccessSessionClientModel":                      reflect.TypeFor[AccessSession](),
		"AccessSessionDetailsClientModel":               reflect.TypeFor[AccessDetails](),
		"AccessUnitClientModel":                         reflect.TypeFor[AccessUnit](),
		"AccessUnitStatusClientModel":                   reflect.TypeFor[AccessUnitStatus](),
		"AccessUnitSummaryClientModel":                  reflect.TypeFor[AccessUnitSummary](),
		"AccountClientModel":                            reflect.TypeFor[Account](),
		"BundleClientModel":                             reflect.TypeFor[Bundle](),
		"CliNotificationClientModel":                    reflect.TypeFor[Notification](),
		"CliNotificationsClientListModel":               reflect.TypeFor[notificationList](),
		"ChallengeApproverClientModel":                  reflect.TypeFor[Approver](),
		"ChallengeInfoClientModel":                      reflect.TypeFor[Challenge](),
		"CreateAccessRequestClientModel":                reflect.TypeFor[NewRequest](),
		"CredentialsClientModel":                        reflect.TypeFor[Credentials](),
		"DryRunAccessRequestError":                      reflect.TypeFor[DryRunError](),
		"DryRunClientResponse":                          reflect.TypeFor[DryRun](),
		"ExtendOptionsClientModel":                      reflect.TypeFor[ExtendOptions](),
		"GranteeClientModel":                            reflect.TypeFor[Grantee](),
		"IconsConfigClientModel":                        reflect.TypeFor[Icons](),
		"InstructionClientModel":                        reflect.TypeFor[Instructions](),
		"IntegrationClientModel":                        reflect.TypeFor[Integration](),
		"LauncherClientModel":                           reflect.TypeFor[Launcher](),
		"LauncherSummaryClientModel":                    reflect.TypeFor[LauncherSummary](),
		"LinkClientModel":                               reflect.TypeFor[Link](),
		"PaginationClientInfoModel":                     reflect.TypeFor[Pagination](),
		"PaginatedClientResponseModelBundleClientModel": reflect.TypeFor[Page[Bundle]](),
		"PermissionClientModel":                         reflect.TypeFor[Permission](),
		"RequestCustomFieldModel":                       reflect.TypeFor[CustomField](),
		"RequestCustomFieldValueModel":                  reflect.TypeFor[CustomFieldValue](),
		"RequestStatusClientModel":                      reflect.TypeFor[RequestStatus](),
		"ResourceClientModel":                           reflect.TypeFor[Resource](),
		"ResourceFilter":                                reflect.TypeFor[ResourceFilter](),
		"ResourceTypeClientModel":                       reflect.TypeFor[ResourceType](),
		"SessionTypeClientModel":                        reflect.TypeFor[SessionType](),
		"UserClientModel":                               reflect.TypeFor[User](),
		"UserSessionClientModel":                        reflect.TypeFor[UserSession](),
		"UserSettingsClientModel":                       reflect.TypeFor[UserSettings](),
	}
}

// fieldsOf maps the JSON names of a struct to its fields.
func fieldsOf(typ reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		fields[name] = typ.Field(i)
	}
	return fields
}

func TestModelsMatchTheAPIDescription(t *testing.T) {
	described := schemas(t)
	for name, typ := range models() {
		t.Run(name, func(t *testing.T) {
			schema, ok := described[name]
			if !ok {
				t.Fatal("not in the description")
			}
			fields := fieldsOf(typ)
			want := slices.Sorted(maps.Keys(schema.Properties))
			if got := slices.Sorted(maps.Keys(fields)); !slices.Equal(got, want) {
				t.Errorf("fields %v\nwant   %v", got, want)
			}
			for field, p := range schema.Properties {
				if f, ok := fields[field]; ok {
					if err := fits(described, p, f.Type); err != nil {
						t.Errorf("%s: %v", field, err)
					}
				}
			}
		})
	}
}

// fits returns an error if a Go type cannot represent every value of a property.
func fits(described map[string]property, p property, typ reflect.Type) error {
	if typ == reflect.TypeFor[Object]() {
		return nil // any JSON value
	}
	if strings.HasPrefix(typ.Name(), "Lenient[") {
		typ = typ.Field(0).Type // its Value
	}
	if p.Nullable {
		switch typ.Kind() {
		case reflect.Slice, reflect.Map: // nil
		case reflect.Pointer:
			typ = typ.Elem()
		default:
			return fmt.Errorf("%s cannot be null", typ)
		}
	} else if typ.Kind() == reflect.Pointer {
		return fmt.Errorf("%s, but it is never null", typ)
	}
	if ref := p.Ref + firstRef(p.AllOf); ref != "" {
		return fitsSchema(described, strings.TrimPrefix(ref, "#/components/schemas/"), typ)
	}
	want := map[string]reflect.Kind{"string": reflect.String, "boolean": reflect.Bool, "array": reflect.Slice, "object": reflect.Map,
		"integerint32": reflect.Int32, "integerint64": reflect.Int64, "numberdouble": reflect.Float64}[p.Type+p.Format]
	if typ.Kind() != want && !(want == reflect.Int32 && typ.Kind() == reflect.Int) {
		return fmt.Errorf("%s for %s %s", typ, p.Type, p.Format)
	}
	if p.Items != nil {
		return fits(described, *p.Items, typ.Elem())
	}
	return nil
}

func firstRef(all []property) string {
	if len(all) == 0 {
		return ""
	}
	return all[0].Ref
}

func fitsSchema(described map[string]property, name string, typ reflect.Type) error {
	if model, ok := models()[name]; ok {
		if typ != model {
			return fmt.Errorf("%s, want %s", typ, model)
		}
		return nil
	}
	schema, ok := described[name]
	if !ok || schema.Properties != nil {
		return fmt.Errorf("schema %s has no model", name)
	}
	return fits(described, schema, typ)
}

// Decoding and encoding a model preserves every field, including nulls.
func TestModelsPreserveJSON(t *testing.T) {
	described := schemas(t)
	for name, typ := range models() {
		for _, nulls := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, nulls %v", name, nulls), func(t *testing.T) {
				sent := exampleOf(described, property{Ref: name}, nulls)
				text, err := json.Marshal(sent)
				if err != nil {
					t.Fatal(err)
				}
				model := reflect.New(typ)
				if err := json.Unmarshal(text, model.Interface()); err != nil {
					t.Fatal(err)
				}
				out, err := json.Marshal(model.Interface())
				if err != nil {
					t.Fatal(err)
				}
				var back any
				if err := json.Unmarshal(out, &back); err != nil {
					t.Fatal(err)
				}
				if nulls && typ == reflect.TypeFor[NewRequest]() {
					sent = withoutNulls(sent.(map[string]any)) // absent values are left out
				}
				if !reflect.DeepEqual(sent, back) {
					t.Errorf("sent %s\nback %s", text, out)
				}
			})
		}
	}
}

func withoutNulls(object map[string]any) map[string]any {
	maps.DeleteFunc(object, func(_ string, v any) bool { return v == nil })
	return object
}

// exampleOf returns a value of a property. If nulls is true, every nullable
// value is null.
func exampleOf(described map[string]property, p property, nulls bool) any {
	if p.Nullable && nulls {
		return nil
	}
	if ref := p.Ref + firstRef(p.AllOf); ref != "" {
		return exampleOf(described, described[strings.TrimPrefix(ref, "#/components/schemas/")], nulls)
	}
	switch {
	case len(p.Enum) > 0:
		return strings.Trim(string(p.Enum[0]), `"`)
	case p.Type == "array":
		return []any{exampleOf(described, *p.Items, nulls), exampleOf(described, *p.Items, nulls)}
	case p.Type == "object" && p.Properties == nil:
		return map[string]any{"key": "value"}
	case p.Type == "object":
		object := map[string]any{}
		for name, field := range p.Properties {
			object[name] = exampleOf(described, field, nulls)
		}
		return object
	case p.Type == "boolean":
		return true
	case p.Type == "integer", p.Type == "number":
		return 1234.0
	}
	return "text"
}
