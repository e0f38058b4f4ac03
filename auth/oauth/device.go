package oauth

import (
	"context"
	"errors"
	"time"

	"github.com/cli/oauth/api"
	"github.com/cli/oauth/device"
	"golang.org/x/oauth2"

	"apono/auth"
	"apono/render/safetext"
)

// Device logs in with a code that the user confirms on any device (RFC 8628). If
// the service does not support that, the error is an *auth.LoginError of kind
// DeviceUnsupported.
func (f *Flow) Device(ctx context.Context) (*Result, error) {
	server := f.server()
	if err := server.Check(); err != nil {
		return nil, err
	}
	address, err := discoverDevice(ctx, server)
	if err != nil {
		return nil, err
	}
	login := deviceLogin{server: server, client: &oauthClient{ctx: ctx, http: server.HTTPClient()}}
	code, err := device.RequestCode(login.client, address, f.Profile.ClientID, auth.Scopes())
	if err != nil {
		return nil, login.explain(ctx, err)
	}
	if safetext.Blank(code.DeviceCode) || safetext.Blank(code.UserCode) || code.ExpiresIn <= 0 {
		return nil, server.NewError(auth.BadResponse)
	}
	code.ExpiresIn = min(code.ExpiresIn, maxExpiry)
	shown := DeviceCode{
		User: code.UserCode, URL: code.VerificationURI, CompleteURL: code.VerificationURIComplete,
		Expires: server.Time().Add(time.Duration(code.ExpiresIn) * time.Second),
	}
	if auth.CheckURL(shown.URL) != nil || (shown.CompleteURL != "" && auth.CheckURL(shown.CompleteURL) != nil) {
		return nil, server.NewError(auth.BadResponse)
	}
	f.UI.ShowCode(shown)
	issued, err := login.await(ctx, code)
	if err != nil {
		return nil, err
	}
	return f.result(issued), nil
}

// deviceLogin is a login by code in progress.
type deviceLogin struct {
	server auth.LoginServer
	client *oauthClient
}

// await polls until the user has confirmed or denied the code, or it expires.
func (l deviceLogin) await(ctx context.Context, code *device.CodeResponse) (auth.Issued, error) {
	l.client.tolerant = true
	token, err := device.Wait(ctx, l.client, l.server.Profile.TokenEndpoint(), device.WaitOptions{
		ClientID: l.server.Profile.ClientID, DeviceCode: code,
	})
	if err != nil {
		return auth.Issued{}, l.explain(ctx, err)
	}
	if safetext.Blank(token.Token) {
		return auth.Issued{}, l.server.NewError(auth.BadResponse)
	}
	return l.server.Accept(&oauth2.Token{
		AccessToken: token.Token, RefreshToken: token.RefreshToken, ExpiresIn: l.client.body.ExpiresIn,
	}, l.client.date), nil
}

// explain returns the error for the last response. It does not use the text of
// err, which may quote a secret.
func (l deviceLogin) explain(ctx context.Context, err error) error {
	var refused *api.Error
	last := l.client
	failed := l.server.NewError(auth.BadResponse)
	failed.Status = last.status
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, device.ErrUnsupported):
		failed.Kind = auth.DeviceUnsupported
	case last.status == 0 && last.err != nil:
		return l.server.UnreachableError(last.err)
	case errors.Is(err, context.DeadlineExceeded):
		failed.Kind = auth.DeviceExpired
	case last.body.Code == "slow_down":
		// The library fails at the second slow_down. It waited as long as the server
		// asked it to, so this machine's clock must run fast.
		failed.Kind = auth.ClockWrong
	case errors.As(err, &refused) && refused.Code != "":
		return l.server.RefusedError(refused.Code, auth.WithoutSecrets(last.body.Description, last.deviceCode), auth.CodeUsed, last.status)
	case last.status >= 500:
		failed.Kind = auth.ServerFailed
	}
	return failed
}
