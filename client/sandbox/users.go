package sandbox

import "apono/client"

// AccountID is the ID of the demo account, as in the account_id claim of its
// tokens.
const AccountID = "5c1d3a52-7c0e-4d3b-9f5e-1f0a6d1c2b90"

// The IDs of the demo account's users. Calls through Transport are made as
// DemoUser; ApproverUser approves the requests that need approval.
const (
	DemoUser     = "0d9f2c1e-5a44-4d6b-8a7e-3b1f6f2c9d01"
	ApproverUser = "7e2b9a34-1c8d-4f0a-b6d5-9c4e8f1a2b02"
)

// User is a user of the demo account.
type User struct {
	ID          string
	Name        string
	Email       string
	Description string // the user's role, for the login page
}

func demoUser() User {
	return User{ID: DemoUser, Name: "Robin Meyer", Email: "robin.meyer@acme.example",
		Description: "A developer who requests access"}
}

func approver() User {
	return User{ID: ApproverUser, Name: "Dana Levi", Email: "dana.levi@acme.example",
		Description: "A database owner who also approves and rejects requests"}
}

// Users returns all users who can log in to the sandbox, the demo user first.
func Users() []User { return []User{demoUser(), approver(), owner()} }

func userByID(id string) (User, bool) {
	for _, u := range Users() {
		if u.ID == id {
			return u, true
		}
	}
	return User{}, false
}

func (u User) apiUser() client.User {
	return client.User{ID: u.ID, Name: u.Name, Email: client.Text(u.Email)}
}

func (u User) grantee() client.Grantee {
	return client.Grantee{ID: u.ID, SourceID: u.Email, DisplayName: u.Name, Type: granteeUser}
}

func account() client.Account {
	return client.Account{ID: AccountID, Name: "Acme", Plan: client.LenientOf("ENTERPRISE")}
}
