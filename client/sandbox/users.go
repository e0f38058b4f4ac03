package sandbox

import "apono/client"

// AccountID is the demo account, as tokens for it say in their account_id claim.
const AccountID = "5c1d3a52-7c0e-4d3b-9f5e-1f0a6d1c2b90"

// The users of the demo account. Everything in process is done as DemoUser;
// ApproverUser answers the requests that wait for people.
const (
	DemoUser     = "0d9f2c1e-5a44-4d6b-8a7e-3b1f6f2c9d01"
	ApproverUser = "7e2b9a34-1c8d-4f0a-b6d5-9c4e8f1a2b02"
)

// User is somebody who can log in to the sandbox.
type User struct {
	ID          string
	Name        string
	Email       string
	Description string // what this user is good for, for people who choose one
}

func demoUser() User {
	return User{ID: DemoUser, Name: "Robin Meyer", Email: "robin.meyer@acme.example",
		Description: "A developer who asks for access"}
}

func approver() User {
	return User{ID: ApproverUser, Name: "Dana Levi", Email: "dana.levi@acme.example",
		Description: "A database owner, who also approves and rejects requests"}
}

// Users returns everybody who can log in to the sandbox, the demo user first.
func Users() []User { return []User{demoUser(), approver()} }

func userByID(id string) (User, bool) {
	for _, u := range Users() {
		if u.ID == id {
			return u, true
		}
	}
	return User{}, false
}

func (u User) wire() client.User {
	return client.User{ID: u.ID, Name: u.Name, Email: u.Email}
}

func (u User) grantee() client.Grantee {
	return client.Grantee{ID: u.ID, SourceID: u.Email, DisplayName: u.Name, Type: "User"}
}

func account() client.Account {
	return client.Account{ID: AccountID, Name: "Acme", Plan: "ENTERPRISE"}
}
