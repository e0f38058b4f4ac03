package client

import "context"

// UserSession describes the token's user and the settings of their account
// (schema UserSessionClientModel).
type UserSession struct {
	User     User         `json:"user"`
	Account  Account      `json:"account"`
	Settings UserSettings `json:"settings"`
}

// User is a person (schema UserClientModel).
type User struct {
	ID    string           `json:"id"`
	Name  string           `json:"name"`
	Email Text             `json:"email"`
	Photo Lenient[*string] `json:"photo"`
}

// Account is a user's organization (schema AccountClientModel).
type Account struct {
	ID   string          `json:"id"`
	Name string          `json:"name"`
	Plan Lenient[string] `json:"plan"`
}

// UserSettings are the account's settings for its users (schema
// UserSettingsClientModel).
type UserSettings struct {
	RequireDuration       bool             `json:"require_duration_for_access_request"`
	MFAEnabled            Lenient[bool]    `json:"mfa_enabled_for_account"`
	CustomFields          []CustomField    `json:"request_custom_fields"`
	LogoutRedirectURL     Lenient[*string] `json:"logout_redirect_url"`
	DisableApproverReason Lenient[*bool]   `json:"disable_approver_reason"`
	EnableAIFeatures      Lenient[bool]    `json:"enable_ai_features"`
}

// The types of a custom field.
const (
	CustomFieldText   = "TEXT"
	CustomFieldSelect = "SELECT"
)

// CustomField is a field that the account adds to every request (schema
// RequestCustomFieldModel). A request has its ID and a text or, for
// CustomFieldSelect, the Key of one of Values. Default is a key, too.
type CustomField struct {
	ID          string             `json:"id"`
	Type        string             `json:"type"`
	Label       string             `json:"label"`
	Placeholder string             `json:"placeholder"`
	Values      []CustomFieldValue `json:"values"`
	Default     *string            `json:"default"`
	Required    bool               `json:"required"`
}

// CustomFieldValue is an option of a CustomFieldSelect: Key is sent, Value is
// shown (schema RequestCustomFieldValueModel).
type CustomFieldValue struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// UserSession returns the session of the token's user.
func (cl *Client) UserSession(ctx context.Context) (*UserSession, error) {
	var s UserSession
	return &s, cl.do(ctx, get("/api/client/v1/session", nil), &s)
}
