package auth

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

const metadataPath = "/.well-known/oauth-authorization-server"

// discoverDevice finds out where the service hands out device codes, from its
// metadata (RFC 8414). A service without metadata, or whose metadata speak of
// somebody else, offers none.
func (e endpoint) discoverDevice(ctx context.Context) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.profile.AppURL+metadataPath, nil)
	if err != nil {
		return "", e.failure(DeviceUnsupported)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := noRedirects(transportOr(e.transport)).Do(req)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", e.unreachable(err)
	}
	defer resp.Body.Close()
	var metadata struct {
		Issuer string `json:"issuer"`
		Device string `json:"device_authorization_endpoint"`
	}
	err = json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&metadata)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil || resp.StatusCode != http.StatusOK ||
		strings.TrimRight(metadata.Issuer, "/") != e.profile.AppURL || CheckURL(metadata.Device) != nil {
		return "", e.failure(DeviceUnsupported)
	}
	return metadata.Device, nil
}
