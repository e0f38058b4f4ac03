package auth

import (
	"context"
	"errors"
	"time"

	"github.com/cli/oauth/api"
	"github.com/cli/oauth/device"
	"golang.org/x/oauth2"
)

// Device logs in by a code that the person confirms on any device (RFC 8628).
// Where the service offers no such login, the error is a *LoginError of kind
// DeviceUnsupported.
func (f *Flow) Device(ctx context.Context) (*Result, error) {
	if err := f.Profile.checkLogin(); err != nil {
		return nil, err
	}
	server := f.endpoint()
	address, err := server.discoverDevice(ctx)
	if err != nil {
		return nil, err
	}
	mail := &postman{ctx: ctx, client: noRedirects(server.transport)}
	code, err := device.RequestCode(mail, address, f.Profile.ClientID, scopes())
	if err != nil {
		return nil, server.explainDevice(ctx, err, mail)
	}
	shown := Code{
		User: code.UserCode, URL: code.VerificationURI, CompleteURL: code.VerificationURIComplete,
		Expires: server.now().Add(time.Duration(code.ExpiresIn) * time.Second),
	}
	if CheckURL(shown.URL) != nil || (shown.CompleteURL != "" && CheckURL(shown.CompleteURL) != nil) {
		return nil, server.failure(BadAnswer)
	}
	f.Person.ShowCode(shown)
	got, err := server.awaitDevice(ctx, mail, code)
	if err != nil {
		return nil, err
	}
	return f.result(got), nil
}

// awaitDevice asks until the person has decided, or the code has expired.
func (e endpoint) awaitDevice(ctx context.Context, mail *postman, code *device.CodeResponse) (issued, error) {
	mail.patient = true
	token, err := device.Wait(ctx, mail, e.profile.TokenEndpoint(), device.WaitOptions{
		ClientID: e.profile.ClientID, DeviceCode: code,
	})
	if err != nil {
		return issued{}, e.explainDevice(ctx, err, mail)
	}
	return e.accept(&oauth2.Token{
		AccessToken: token.Token, RefreshToken: token.RefreshToken, ExpiresIn: mail.seen.ExpiresIn,
	}, mail.date), nil
}

// explainDevice tells from the last answer, and not from the error's text, what
// went wrong.
func (e endpoint) explainDevice(ctx context.Context, err error, mail *postman) error {
	var said *api.Error
	failed := e.failure(BadAnswer)
	failed.Status = mail.status
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, device.ErrUnsupported):
		failed.Kind = DeviceUnsupported
	case mail.status == 0 && mail.err != nil:
		return e.unreachable(mail.err)
	case errors.Is(err, context.DeadlineExceeded):
		failed.Kind = DeviceExpired
	case mail.seen.Code == "slow_down":
		// The library gives up at the second one: it waited as long as it was
		// told to, so this machine's clock must run fast.
		failed.Kind = ClockWrong
	case errors.As(err, &said) && said.Code != "":
		return e.refusal(said.Code, without(mail.seen.Description, []string{mail.deviceCode}), CodeUsed, mail.status)
	case mail.status >= 500:
		failed.Kind = ServerFailed
	}
	return failed
}
