package client

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestStatuses(t *testing.T) {
	for _, c := range []struct {
		status Status
		title  string
		class  StatusClass
		is     string // the methods that return true
	}{
		{"Initializing", "Initializing", StatusWaiting, "open"},
		{"Pending", "Pending", StatusWaiting, "open"},
		{"PENDING", "Pending", StatusWaiting, "open"},
		{"PendingMFA", "Pending MFA", StatusWaiting, "open"},
		{"Granting", "Granting", StatusWaiting, "open"},
		{"Active", "Active", StatusGood, "active"},
		{"GRANTED", "Active", StatusGood, "active"},
		{"Rejected", "Rejected", StatusBad, "refused"},
		{"Revoking", "Revoking", StatusOver, "open over"},
		{"Revoked", "Revoked", StatusOver, "over"},
		{"Expired", "Expired", StatusOver, "over"},
		{"failed", "Failed", StatusBad, "refused"},
		{"SomethingNew", "SomethingNew", StatusUnknown, ""},
		{"some thing\n", "some thing\n", StatusUnknown, ""},
		{"", "", StatusUnknown, ""},
	} {
		var is []byte
		for _, method := range []struct {
			name string
			true bool
		}{{"open", c.status.Open()}, {"active", c.status.Active()}, {"refused", c.status.Refused()}, {"over", c.status.Over()}} {
			if method.true {
				is = append(is, " "+method.name...)
			}
		}
		if got := string(is); c.status.Title() != c.title || c.status.Class() != c.class || got != "" && got[1:] != c.is || got == "" && c.is != "" {
			t.Errorf("%q: title %q, class %d,%s", c.status, c.status.Title(), c.status.Class(), got)
		}
	}
}

func TestStatusOfARequest(t *testing.T) {
	for _, c := range []struct {
		status                       Status
		active, ended, mfa, approval bool
	}{
		{"Initializing", false, false, false, false},
		{"Pending", false, false, false, true},
		{"pending", false, false, false, true},
		{"PendingMFA", false, false, true, false},
		{"Granting", false, false, false, false},
		{"Active", true, false, false, false},
		{"GRANTED", true, false, false, false},
		{"Rejected", false, true, false, false},
		{"Revoking", false, true, false, false},
		{"Revoked", false, true, false, false},
		{"Expired", false, true, false, false},
		{"Failed", false, true, false, false},
		{"SomethingNew", false, false, false, false},
	} {
		r := Request{Status: RequestStatus{Status: c.status}, Challenge: &Challenge{Approvers: []Approver{{}}}}
		if r.IsActive() != c.active || r.HasEnded() != c.ended || r.WaitsForMFA() != c.mfa || r.WaitsForApproval() != c.approval {
			t.Errorf("%s: %v %v %v %v", c.status, r.IsActive(), r.HasEnded(), r.WaitsForMFA(), r.WaitsForApproval())
		}
		if (r.StatusTitle() == "Pending Approval") != c.approval {
			t.Errorf("%s has the title %s", c.status, r.StatusTitle())
		}
		for _, r.Challenge = range []*Challenge{nil, {}} {
			if r.WaitsForApproval() || r.StatusTitle() != c.status.Title() {
				t.Errorf("%s without approvers: %v, %s", c.status, r.WaitsForApproval(), r.StatusTitle())
			}
		}
	}
}

func TestStatusTitlesAreUnique(t *testing.T) {
	want := []string{"Initializing", "Pending", "Pending Approval", "Pending MFA", "Granting", "Active", "Rejected", "Revoking", "Revoked", "Expired", "Failed"}
	if got := StatusTitles(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestStatusesNamed(t *testing.T) {
	waiting := Request{Status: RequestStatus{Status: "Pending"}, Challenge: &Challenge{Approvers: []Approver{{}}}}
	pending := Request{Status: RequestStatus{Status: "Pending"}}
	for _, c := range []struct {
		name             string
		want             []Status
		waiting, pending bool // results of HasStatus
	}{
		{"pending", []Status{StatusPending}, true, true},
		{"Pending Approval", []Status{StatusPending}, true, false},
		{"PENDING-APPROVAL", []Status{StatusPending}, true, false},
		{"pendingapproval", []Status{StatusPending}, true, false},
		{"pending_mfa", []Status{StatusPendingMFA}, false, false},
		{"PendingMFA", []Status{StatusPendingMFA}, false, false},
		{"active", []Status{StatusActive, StatusGranted}, false, false},
		{"Granted", []Status{StatusGranted}, false, false},
		{"lost", nil, false, false},
		{"", nil, false, false},
	} {
		if got := StatusesNamed(c.name); !slices.Equal(got, c.want) {
			t.Errorf("%q means %v, want %v", c.name, got, c.want)
		}
		if waiting.HasStatus(c.name) != c.waiting || pending.HasStatus(c.name) != c.pending {
			t.Errorf("%q: HasStatus returns %v with approvers, %v without", c.name, waiting.HasStatus(c.name), pending.HasStatus(c.name))
		}
	}
	granted := Request{Status: RequestStatus{Status: "GRANTED"}}
	if !granted.HasStatus("active") || !granted.HasStatus("granted") {
		t.Error("an older word for Active has another status")
	}
}

// JSON has the service's word, in the service's case.
func TestStatusJSONIsUnchanged(t *testing.T) {
	const text = `{"status":"GRANTED","description":null,"metadata":null}`
	var s RequestStatus
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(s); err != nil || string(got) != text {
		t.Errorf("%s, %v", got, err)
	}
}

func TestApproverIsPending(t *testing.T) {
	for status, want := range map[string]bool{"": true, "Pending": true, "PENDING": true, "Approved": false, "Rejected": false} {
		if got := (Approver{Status: status}).IsPending(); got != want {
			t.Errorf("%q: %v", status, got)
		}
	}
}
