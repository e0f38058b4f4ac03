package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// maxAnswer bounds what is read of a login server's answer.
	maxAnswer = 1 << 20
	// defaultInterval is RFC 8628's for a server that names none.
	defaultInterval = 5
	// maxSilences is how many questions in a row may stay without an answer
	// while a code waits for its confirmation.
	maxSilences = 6
)

// postman carries the forms of cli/oauth, which knows neither a context for its
// requests nor a bad network, and remembers of the last answer what the library
// does not hand on. It serves one login, one request after the other.
type postman struct {
	ctx    context.Context // the library's interface has no place for it
	client *http.Client
	// patient makes an answer that does not come, or a server's failure, count
	// as "not yet", for a while.
	patient  bool
	silences int

	deviceCode string // sent; it must not come back in an error
	status     int    // of the last answer; 0 where none came
	err        error  // why none came
	date       time.Time
	seen       formAnswer
}

// formAnswer is the part of an answer that the library does not hand on.
type formAnswer struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
	ExpiresIn   int64  `json:"expires_in"`
}

// PostForm sends one form.
func (p *postman) PostForm(address string, form url.Values) (*http.Response, error) {
	p.deviceCode = form.Get("device_code")
	resp, body, err := p.send(address, form)
	if p.patient && p.ctx.Err() == nil && (err != nil || resp.StatusCode >= 500) && p.silences < maxSilences {
		p.silences++
		return jsonAnswer(http.StatusBadRequest, []byte(`{"error":"authorization_pending"}`)), nil
	}
	if err != nil {
		return nil, err
	}
	p.silences = 0
	if isJSON(resp) {
		return jsonAnswer(resp.StatusCode, withInterval(body)), nil
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func (p *postman) send(address string, form url.Values) (*http.Response, []byte, error) {
	p.status, p.err, p.seen = 0, nil, formAnswer{}
	req, err := http.NewRequestWithContext(p.ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := p.client.Do(req)
	if err != nil {
		p.err = err
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		p.err = err
		return nil, nil, err
	}
	p.status = resp.StatusCode
	p.date, _ = http.ParseTime(resp.Header.Get("Date"))
	_ = json.Unmarshal(body, &p.seen) // what is not there stays empty
	return resp, body, nil
}

func isJSON(resp *http.Response) bool {
	return strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json")
}

func jsonAnswer(status int, body []byte) *http.Response {
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(bytes.NewReader(body)),
	}
}

// withInterval adds the interval to a device code that came without one, which
// the library does not take.
func withInterval(body []byte) []byte {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields["device_code"] == nil || fields["interval"] != nil {
		return body
	}
	fields["interval"], _ = json.Marshal(defaultInterval)
	mended, err := json.Marshal(fields)
	if err != nil {
		return body
	}
	return mended
}
