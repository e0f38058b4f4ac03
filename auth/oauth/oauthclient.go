package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// maxBody bounds how much of a response is read.
	maxBody = 1 << 20
	// defaultInterval is the polling interval of RFC 8628 in seconds, for servers
	// that do not send one, or one that is not positive. It is also by how much a
	// slow_down lengthens the interval, at least.
	defaultInterval = 5
	// maxInterval bounds the polling interval that a server may ask for, in seconds.
	maxInterval = 60
	// maxExpiry bounds how long a device code may be valid, in seconds.
	maxExpiry = 24 * 60 * 60
	// maxFailures bounds how many polls in a row may fail before the login does.
	maxFailures = 6
)

// oauthClient sends requests for the library cli/oauth, which does not support
// contexts and fails at the first network error. It also records parts of the last
// response that the library does not return. It must not be used concurrently.
type oauthClient struct {
	ctx  context.Context // the library's interface has no parameter for it
	http *http.Client
	// tolerant makes a failed request count as "authorization pending", up to
	// maxFailures times in a row.
	tolerant bool
	failures int
	interval int // between polls, in seconds

	deviceCode string // of the last request; it must not appear in an error
	status     int    // of the last response; 0 if there was none
	err        error  // why there was no response
	date       time.Time
	body       responseBody
}

// responseBody is the part of a response that the library does not return.
type responseBody struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
}

// PostForm sends one form.
func (c *oauthClient) PostForm(address string, form url.Values) (*http.Response, error) {
	c.deviceCode = form.Get("device_code")
	resp, body, err := c.send(address, form)
	if c.tolerant && c.ctx.Err() == nil && (err != nil || resp.StatusCode >= 500) && c.failures < maxFailures {
		c.failures++
		return jsonResponse(http.StatusBadRequest, []byte(`{"error":"authorization_pending"}`)), nil
	}
	if err != nil {
		return nil, err
	}
	c.failures = 0
	if !isJSON(resp) {
		return jsonResponse(resp.StatusCode, []byte("{}")), nil
	}
	return jsonResponse(resp.StatusCode, c.withInterval(body)), nil
}

func (c *oauthClient) send(address string, form url.Values) (*http.Response, []byte, error) {
	c.status, c.err, c.body = 0, nil, responseBody{}
	req, err := http.NewRequestWithContext(c.ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		c.err = err
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		c.err = err
		return nil, nil, err
	}
	c.status = resp.StatusCode
	c.date, _ = http.ParseTime(resp.Header.Get("Date"))
	_ = json.Unmarshal(body, &c.body) // missing fields stay empty
	return resp, body, nil
}

func isJSON(resp *http.Response) bool {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return kind == "application/json"
}

func jsonResponse(status int, body []byte) *http.Response {
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(bytes.NewReader(body)),
	}
}

// withInterval returns a response with a sensible polling interval, if it has a device
// code or asks to slow down. The library requires one, although it is optional in RFC
// 8628, and does not check it.
func (c *oauthClient) withInterval(body []byte) []byte {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return body
	}
	switch {
	case fields["device_code"] != nil:
		c.interval = sensibleInterval(fields["interval"])
	case c.body.Code == "slow_down":
		c.interval = max(c.interval+defaultInterval, sensibleInterval(fields["interval"]))
	default:
		return body
	}
	fields["interval"] = json.RawMessage(strconv.Itoa(c.interval))
	completed, err := json.Marshal(fields)
	if err != nil {
		return body
	}
	return completed
}

// sensibleInterval returns the interval that a server asks for, in seconds: the default if
// it is not a positive number, and at most maxInterval.
func sensibleInterval(value json.RawMessage) int {
	var number json.Number
	_ = json.Unmarshal(value, &number)
	seconds, _ := number.Float64() // 0 if it is not a number, infinite if it is too large
	if seconds <= 0 {
		return defaultInterval
	}
	return int(math.Ceil(min(seconds, maxInterval)))
}
