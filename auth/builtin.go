package auth

import "slices"

// SandboxApproverProfile is the built-in profile of the sandbox's approver, who reviews
// what the user of SandboxProfile requests. It uses the same sandbox.
const SandboxApproverProfile = "sandbox-approver"

// BuiltInProfiles returns the profiles that need no login, and cannot be saved, deleted
// or logged out of. They are the users of the embedded sandbox.
func BuiltInProfiles() []string { return []string{SandboxProfile, SandboxApproverProfile} }

// IsBuiltIn reports whether name is one of BuiltInProfiles.
func IsBuiltIn(name string) bool { return slices.Contains(BuiltInProfiles(), name) }
