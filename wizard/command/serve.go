package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/client/sandbox"
	"apono/client/sandbox/login"
	"apono/wizard"
)

// defaultAddress is where the sandbox is served. The port is fixed, so that a
// profile that was made for it works the next day.
const defaultAddress = "127.0.0.1:8620"

func (a *App) serveCommand() *cobra.Command {
	address := defaultAddress
	lifetime := time.Hour
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the sandbox to other clients, with a login server",
		Long: `Serve the sandbox on this machine, to any client of the API: the API itself, and
a login server with a page to log in at, a code to confirm, and personal tokens.`,
		Example: `  apono sandbox serve
  apono login --profile demo --api-url http://` + defaultAddress + ` --app-url http://` + defaultAddress,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&address, "addr", address, "The loopback `address` to serve on; port 0 takes a free one")
	cmd.Flags().DurationVar(&lifetime, "token-lifetime", lifetime, "How long an access token is good, before it has to be renewed")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), address, lifetime) }
	return cmd
}

func (a *App) serve(ctx context.Context, address string, lifetime time.Duration) error {
	if err := checkLoopback(address); err != nil {
		return err
	}
	logins, err := a.openLoginServer(ctx, lifetime)
	if err != nil {
		return err
	}
	box, err := a.openSandbox(ctx, logins.Authenticate)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("serve the sandbox on %s: %w", address, err)
	}
	server := &http.Server{Handler: servedSandbox(logins, box), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	a.tellServed("http://" + listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return ctx.Err()
}

// servedSandbox puts the login server and the API under one address.
func servedSandbox(logins *login.Server, box *sandbox.Sandbox) http.Handler {
	mux := http.NewServeMux()
	pages := logins.Handler()
	for _, path := range []string{"/oauth/", "/device", "/device/", "/.well-known/"} {
		mux.Handle(path, pages)
	}
	mux.Handle("/api/client/v1/personal-tokens", logins.PersonalTokens())
	mux.Handle("/api/client/v1/personal-tokens/", logins.PersonalTokens())
	mux.Handle("/", box.Handler())
	return mux
}

func (a *App) tellServed(url string) {
	s, colors := a.Streams, a.Streams.PaletteErr()
	s.Printf("%s The sandbox is served at %s\n", colors.Good("✓"), url)
	s.Printf("  Log in with: %s\n", colors.Command("apono login --profile demo --api-url "+url+" --app-url "+url+" --portal-url "+url))
	s.Printf("  Or with a personal token, from: %s\n", colors.Command("apono sandbox token"))
	s.Printf("  Ctrl-C ends it\n")
}

func (a *App) openLoginServer(ctx context.Context, lifetime time.Duration) (*login.Server, error) {
	options := login.Options{Dir: a.sandboxDir(), AccountID: sandbox.AccountID, AccessLifetime: lifetime}
	for _, u := range sandbox.Users() {
		options.Users = append(options.Users, login.User{ID: u.ID, Name: u.Name, Email: u.Email, Description: u.Description})
	}
	server, err := login.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	a.onExit(server)
	return server, nil
}

// checkLoopback keeps a demo service, whose logins need no password, off the
// network.
func checkLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return &wizard.UsageError{Message: fmt.Sprintf("--addr %q is no address", address), Hint: "Write it as 127.0.0.1:PORT"}
	}
	if auth.CheckURL("http://"+address) != nil {
		return &wizard.UsageError{Message: host + " is not this machine only, and whoever reaches the sandbox can log in to it", Hint: "Use 127.0.0.1 or [::1]"}
	}
	return nil
}

func (a *App) tokenCommand() *cobra.Command {
	user := sandbox.DemoUser
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make a personal token for the served sandbox",
		Example: `  apono sandbox token
  APONO_TOKEN=$(apono sandbox token) APONO_API_URL=http://` + defaultAddress + ` apono requests list`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&user, "user", user, "Whose token: `ID` of a demo user")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		server, err := a.openLoginServer(cmd.Context(), 0)
		if err != nil {
			return err
		}
		token, err := server.NewPersonalToken(cmd.Context(), user, "made by apono sandbox token")
		if err == nil {
			fmt.Fprintln(a.Streams.Out, token)
		}
		return err
	}
	return cmd
}
