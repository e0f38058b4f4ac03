package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/auth/loopback"
	"apono/client/sandbox"
	"apono/client/sandbox/login"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/explain"
)

// defaultAddress is where the sandbox is served. Its port is fixed, so that
// profiles for it keep working.
const defaultAddress = "127.0.0.1:8620"

// serveOptions are those of apono sandbox serve.
type serveOptions struct {
	streams     *render.Streams
	openSandbox func(ctx context.Context, authenticate func(string) (string, bool)) (*sandbox.Sandbox, error)
	openLogin   func(ctx context.Context, lifetime time.Duration) (*login.Server, error)

	address  string
	lifetime time.Duration // of access tokens
}

func newServeCmd(f *factory, runF func(context.Context, *serveOptions) error) *cobra.Command {
	o := &serveOptions{streams: f.streams, openSandbox: f.openSandbox, openLogin: f.openLoginServer}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the sandbox over HTTP, with a login server",
		Long: `Serve the sandbox on this machine to any client of the API. The server includes
a login page, codes for logging in on another device, and personal tokens.`,
		Example: `  apono sandbox serve
  apono login --profile demo --api-url http://` + defaultAddress + ` --app-url http://` + defaultAddress,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&o.address, "addr", defaultAddress, "The loopback `address` to listen on (port 0 picks a free one)")
	cmd.Flags().DurationVar(&o.lifetime, "token-lifetime", time.Hour, "How long an access token is valid before it must be renewed")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkLoopback(o.address); err != nil {
			return err
		}
		return runOr(cmd.Context(), o, runF, runServe)
	}
	return cmd
}

func runServe(ctx context.Context, o *serveOptions) error {
	logins, err := o.openLogin(ctx, o.lifetime)
	if err != nil {
		return err
	}
	box, err := o.openSandbox(ctx, logins.Authenticate)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.address)
	if err != nil {
		return &wizard.UsageError{Message: "cannot listen on " + o.address + ": " + listenReason(err), Hint: "Choose another address, or port 0 for a free one: --addr 127.0.0.1:0"}
	}
	server := loopback.Server(serveHandler(logins, box))
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	printServed(o.streams, "http://"+listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return &explain.StatusError{Code: explain.ExitCanceled} // Ctrl-C is how it ends
}

// listenReason returns why a listener cannot be opened, without the names of system calls.
func listenReason(err error) string {
	var call *os.SyscallError
	if errors.As(err, &call) {
		return call.Err.Error()
	}
	return err.Error()
}

// serveHandler serves the login server and the API at one address.
func serveHandler(logins *login.Server, box *sandbox.Sandbox) http.Handler {
	mux := http.NewServeMux()
	pages := logins.Handler()
	for _, path := range []string{"/oauth/", "/device", "/device/", "/.well-known/"} {
		mux.Handle(path, pages)
	}
	mux.Handle("/", box.Handler())
	return mux
}

func printServed(s *render.Streams, url string) {
	s.Done("Serving the sandbox at %s", url)
	s.Advise("Log in", render.CommandLine{Shell: render.ShellFor(runtime.GOOS)}.Join("login", "--profile", "demo", "--api-url", url, "--app-url", url, "--portal-url", url))
	s.Advise("Or create a personal token", "apono sandbox token")
	s.Printf("  Press Ctrl-C to stop\n")
}

func (f *factory) openLoginServer(ctx context.Context, lifetime time.Duration) (*login.Server, error) {
	server, err := login.Open(ctx, login.Options{Dir: f.sandboxDir(), Users: loginUsers(), AccountID: sandbox.AccountID, AccessLifetime: lifetime})
	if err != nil {
		return nil, err
	}
	f.onExit(server)
	return server, nil
}

// checkLoopback rejects addresses that other machines can reach: the demo login
// needs no password.
func checkLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return &wizard.UsageError{Message: fmt.Sprintf("invalid --addr %q", address), Hint: "Write it as 127.0.0.1:PORT"}
	}
	if auth.CheckURL("http://"+address) != nil {
		return &wizard.UsageError{Message: host + " is not a loopback address: anyone who can reach the sandbox can log in to it", Hint: "Use 127.0.0.1 or [::1]"}
	}
	return nil
}

// tokenOptions are those of apono sandbox token.
type tokenOptions struct {
	streams   *render.Streams
	openLogin func(ctx context.Context, lifetime time.Duration) (*login.Server, error)
	user      string // an ID
}

func newTokenCmd(f *factory, runF func(context.Context, *tokenOptions) error) *cobra.Command {
	o := &tokenOptions{streams: f.streams, openLogin: f.openLoginServer}
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Create a personal token for the served sandbox",
		Example: `  apono sandbox token
  APONO_TOKEN=$(apono sandbox token) APONO_API_URL=http://` + defaultAddress + ` apono requests list`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&o.user, "user", sandbox.DemoUser, "The `ID` of the demo user to create the token for")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runOr(cmd.Context(), o, runF, runToken) }
	return cmd
}

func runToken(ctx context.Context, o *tokenOptions) error {
	server, err := o.openLogin(ctx, 0)
	if err != nil {
		return err
	}
	token, err := server.NewPersonalToken(ctx, o.user, "created by apono sandbox token")
	if err == nil {
		fmt.Fprintln(o.streams.Out, token)
	}
	return err
}
