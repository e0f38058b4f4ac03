package command

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/shlex"
	"github.com/spf13/cobra"

	"apono/auth"
	"apono/wizard"
)

// flagCase is a command line and the options that it must result in, or the
// start of the usage error.
type flagCase[O any] struct {
	args string
	want O
	err  string
}

// testFlags parses the arguments of each case and compares the options that a
// run would get, apart from the command's dependencies.
func testFlags[O any](t *testing.T, newCmd func(*factory, func(context.Context, *O) error) *cobra.Command, values func(*O) O, cases map[string]flagCase[O]) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var got *O
			cmd := newCmd(newTestFactory(t), func(_ context.Context, o *O) error { got = o; return nil })
			args, err := shlex.Split(c.args)
			if err != nil {
				t.Fatal(err)
			}
			cmd.SilenceErrors, cmd.SilenceUsage = true, true
			cmd.SetOut(io.Discard)
			cmd.SetErr(io.Discard)
			cmd.SetFlagErrorFunc(flagError)
			cmd.SetArgs(args)
			err = cmd.ExecuteContext(t.Context())
			if c.err != "" {
				var usage *wizard.UsageError
				if !errors.As(err, &usage) || !strings.HasPrefix(usage.Message, c.err) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil || got == nil {
				t.Fatalf("options %v, error %v", got, err)
			}
			if got := values(got); !reflect.DeepEqual(got, c.want) {
				t.Errorf("options\n%+v, want\n%+v", got, c.want)
			}
		})
	}
}

func TestCreateFlags(t *testing.T) {
	follow := wizard.RequestOptions{} // for the default time
	shop := wizard.Answers{Integration: "sqlite/shop", ResourceType: "sqlite-table", Resources: []string{"orders", "items"}, Permissions: []string{"READ_ONLY"}}
	testFlags(t, newCreateCmd, func(o *createOptions) createOptions {
		return createOptions{answers: o.answers, request: o.request, dryRun: o.dryRun}
	}, map[string]flagCase[createOptions]{
		"none":         {args: "", want: createOptions{request: follow}},
		"integration":  {args: "-i sqlite/shop -t sqlite-table -r orders,items -p READ_ONLY", want: createOptions{answers: shop, request: follow}},
		"repeated":     {args: "-i sqlite/shop -t sqlite-table -r orders -r items -p READ_ONLY", want: createOptions{answers: shop, request: follow}},
		"duration":     {args: "-b x -d 0.75 -j why", want: createOptions{answers: wizard.Answers{Bundle: "x", Duration: 45 * time.Minute, Justification: "why"}, request: follow}},
		"custom field": {args: "--custom-field 'a=b, c'", want: createOptions{answers: wizard.Answers{CustomFields: []wizard.CustomField{{Key: "a", Value: "b, c"}}}, request: follow}},
		"following":    {args: "--interactive --no-wait --timeout 5m", want: createOptions{request: wizard.RequestOptions{Every: true, NoWait: true, Timeout: 5 * time.Minute}}},
		"dry run":      {args: "--dry-run", want: createOptions{request: follow, dryRun: true}},
		"zero timeout": {args: "--timeout 0s", err: "--timeout must be greater than zero"},
		"argument":     {args: "now", err: "create takes no arguments"},
	})
}

// A request that could not be sent is made again with the answers so far,
// whatever the flags.
func TestCreateResumes(t *testing.T) {
	f := newTestFactory(t)
	f.answers = &wizard.Answers{Bundle: "x", Justification: "why"}
	var got wizard.Answers
	cmd := newCreateCmd(f, func(_ context.Context, o *createOptions) error { got = o.answers; return nil })
	cmd.SetArgs([]string{"-b", "x"})
	if err := cmd.ExecuteContext(t.Context()); err != nil || !reflect.DeepEqual(got, *f.answers) {
		t.Errorf("answers %+v, error %v, want %+v", got, err, *f.answers)
	}
}

func TestListFlags(t *testing.T) {
	testFlags(t, newListCmd, func(o *listOptions) listOptions {
		return listOptions{days: o.days, all: o.all, statuses: o.statuses}
	}, map[string]flagCase[listOptions]{
		"none":           {args: "", want: listOptions{days: 7}},
		"days":           {args: "-d 30", want: listOptions{days: 30}},
		"all":            {args: "--all", want: listOptions{days: 7, all: true}},
		"statuses":       {args: "--status Active,'Pending Approval' --status expired", want: listOptions{days: 7, statuses: []string{"Active", "Pending Approval", "expired"}}},
		"negative days":  {args: "--days -1", err: "--days must not be negative"},
		"no number":      {args: "--days soon", err: `--days "soon": not a number`},
		"unknown status": {args: "--status lost", err: `unknown status "lost"`},
	})
}

func TestRevokeFlags(t *testing.T) {
	testFlags(t, newRevokeCmd, func(o *revokeOptions) revokeOptions {
		return revokeOptions{ids: o.ids, wait: o.wait, timeout: o.timeout}
	}, map[string]flagCase[revokeOptions]{
		"one":           {args: "AR-1", want: revokeOptions{ids: []string{"AR-1"}, timeout: wizard.DefaultTimeout}},
		"several":       {args: "AR-1 AR-2 -w -t 5m", want: revokeOptions{ids: []string{"AR-1", "AR-2"}, wait: true, timeout: 5 * time.Minute}},
		"official name": {args: "AR-1 --wait-timeout 5m", want: revokeOptions{ids: []string{"AR-1"}, timeout: 5 * time.Minute}},
		"none":          {args: "", err: "missing argument: a request ID"},
		"zero timeout":  {args: "AR-1 -t 0s", err: "--timeout must be greater than zero"},
	})
}

func TestUseFlags(t *testing.T) {
	testFlags(t, newUseCmd, func(o *useOptions) useOptions {
		return useOptions{access: o.access, output: o.output, run: o.run, client: o.client}
	}, map[string]flagCase[useOptions]{
		"none":           {args: "shop", want: useOptions{access: "shop"}},
		"output":         {args: "shop -o json", want: useOptions{access: "shop", output: "json"}},
		"run":            {args: "shop -r", want: useOptions{access: "shop", run: true}},
		"client":         {args: "shop -c psql", want: useOptions{access: "shop", client: "psql"}},
		"two of them":    {args: "shop -r -c psql", err: "use only one of --output, --run and --client"},
		"unknown output": {args: "shop -o xml", err: `unknown --output "xml"`},
		"no access":      {args: "-r", err: "missing argument: the access ID"},
		"two accesses":   {args: "shop db", err: `too many arguments, starting with "db"`},
	})
}

func TestLoginFlags(t *testing.T) {
	testFlags(t, newLoginCmd, func(o *loginOptions) loginOptions {
		return loginOptions{name: o.name, personalToken: o.personalToken, noBrowser: o.noBrowser, insecure: o.insecure, overrides: o.overrides}
	}, map[string]flagCase[loginOptions]{
		"none":      {args: "", want: loginOptions{}},
		"profile":   {args: "-p work --no-browser", want: loginOptions{name: "work", noBrowser: true}},
		"token":     {args: "--personal-token - --insecure-storage", want: loginOptions{personalToken: "-", insecure: true}},
		"overrides": {args: "--api-url https://api --client-id x", want: loginOptions{overrides: auth.Profile{APIURL: "https://api", ClientID: "x"}}},
		"argument":  {args: "work", err: "login takes no arguments"},
	})
}
