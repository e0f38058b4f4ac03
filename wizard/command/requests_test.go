package command

import (
	"reflect"
	"testing"
	"time"

	"apono/client"
)

func TestListOptionsQuery(t *testing.T) {
	now := time.Date(2026, 11, 25, 14, 32, 0, 0, time.UTC)
	for _, c := range []struct {
		options listOptions
		want    client.RequestQuery
	}{
		{listOptions{days: 7}, client.RequestQuery{Since: now.AddDate(0, 0, -7)}},
		{listOptions{days: 0}, client.RequestQuery{Since: now}},
		{listOptions{days: 7, all: true}, client.RequestQuery{}},
		{listOptions{all: true, statuses: []string{"Pending Approval", "pending", "pending-mfa"}}, client.RequestQuery{Statuses: []client.Status{client.StatusPending, client.StatusPendingMFA}}},
		{listOptions{all: true, statuses: []string{"granted", "active"}}, client.RequestQuery{Statuses: []client.Status{client.StatusGranted, client.StatusActive}}},
	} {
		if got := c.options.query(now); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: %+v, want %+v", c.options, got, c.want)
		}
	}
}
