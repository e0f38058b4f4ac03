package oauth

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"apono/auth"
)

const metadataPath = "/.well-known/oauth-authorization-server"

// discoverDevice returns the URL that issues device codes, from the server's
// metadata (RFC 8414). If there is no metadata, or it is another server's, the
// error is an *auth.LoginError of kind DeviceUnsupported.
func discoverDevice(ctx context.Context, server auth.LoginServer) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.Profile.AppURL+metadataPath, nil)
	if err != nil {
		return "", server.NewError(auth.DeviceUnsupported)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := server.HTTPClient().Do(req)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", server.UnreachableError(err)
	}
	defer resp.Body.Close()
	var metadata struct {
		Issuer string `json:"issuer"`
		Device string `json:"device_authorization_endpoint"`
	}
	err = json.NewDecoder(io.LimitReader(resp.Body, maxBody)).Decode(&metadata)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil || resp.StatusCode != http.StatusOK ||
		strings.TrimRight(metadata.Issuer, "/") != server.Profile.AppURL || auth.CheckURL(metadata.Device) != nil {
		return "", server.NewError(auth.DeviceUnsupported)
	}
	return metadata.Device, nil
}
