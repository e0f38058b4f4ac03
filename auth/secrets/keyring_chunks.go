package secrets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/zalando/go-keyring"
)

const (
	// chunkSize fits every platform: Windows allows 2,560 bytes, which are 1,280
	// UTF-16 code units; macOS allows 3,000 bytes after base64 and quoting.
	chunkSize = 1200
	// maxChunks bounds how many entries a damaged header can make a reader read.
	maxChunks = 100

	// The prefixes are part of the storage format.
	wholePrefix   = "whole:"
	chunkedPrefix = "pieces:"
)

// chunkedStore stores a secret as one keyring entry, or, if it is larger than
// some platform allows, as a header and several chunks.
//
// There are two sets of chunks, a and b. A new secret is written to the set that
// the header does not name; writing the header then makes it the current one.
// Chunks are written in ascending and removed in descending order, so whatever a
// crash leaves behind can be found by counting up from 0.
type chunkedStore struct {
	backend backend
	service string
}

// header is the entry under the secret's own name.
type header struct {
	set   string // "a" or "b"; empty if the secret is in the header itself
	count int
	sum   string
	whole string // the secret, if set is empty
}

func (c chunkedStore) set(ctx context.Context, name, secret string) error {
	old, err := c.header(ctx, name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	next := header{whole: secret}
	if len(wholePrefix)+len(secret) > chunkSize {
		next = header{set: otherSet(old.set), count: (len(secret) + chunkSize - 1) / chunkSize, sum: checksum(secret)}
	}
	if next.count > maxChunks {
		return fmt.Errorf("secret too large: %d bytes", len(secret))
	}
	for i := range next.count {
		chunk := secret[i*chunkSize : min(len(secret), (i+1)*chunkSize)]
		if err := c.write(ctx, chunkName(name, next.set, i), chunk); err != nil {
			return err
		}
	}
	if err := c.write(ctx, name, next.String()); err != nil {
		return err
	}
	return c.removeChunksExcept(ctx, name, next)
}

func (c chunkedStore) get(ctx context.Context, name string) (string, error) {
	// While another process replaces the secret, it may remove the old chunks
	// after this one has read the old header. A retry then reads the new header.
	var err error
	for range 3 {
		var secret string
		if secret, err = c.getOnce(ctx, name); err == nil || ctx.Err() != nil {
			return secret, err
		}
		if _, headerErr := c.header(ctx, name); errors.Is(headerErr, ErrNotFound) {
			return "", ErrNotFound
		}
	}
	return "", err
}

func (c chunkedStore) getOnce(ctx context.Context, name string) (string, error) {
	h, err := c.header(ctx, name)
	if err != nil || h.set == "" {
		return h.whole, err
	}
	var secret strings.Builder
	for i := range h.count {
		chunk, err := c.read(ctx, chunkName(name, h.set, i))
		if errors.Is(err, ErrNotFound) {
			return "", errors.New("the stored secret is incomplete")
		}
		if err != nil {
			return "", err
		}
		secret.WriteString(chunk)
	}
	if checksum(secret.String()) != h.sum {
		return "", errors.New("the stored secret is corrupt (checksum mismatch)")
	}
	return secret.String(), nil
}

func (c chunkedStore) remove(ctx context.Context, name string) error {
	if err := c.erase(ctx, name); err != nil {
		return err
	}
	return c.removeChunksExcept(ctx, name, header{})
}

// removeChunksExcept removes every chunk that current does not refer to.
func (c chunkedStore) removeChunksExcept(ctx context.Context, name string, current header) error {
	for _, set := range []string{"a", "b"} {
		first := 0
		if set == current.set {
			first = current.count
		}
		end, err := c.countChunks(ctx, name, set, first)
		if err != nil {
			return err
		}
		for i := end - 1; i >= first; i-- {
			if err := c.erase(ctx, chunkName(name, set, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// countChunks returns the index of the first chunk of the set, from first on,
// that does not exist.
func (c chunkedStore) countChunks(ctx context.Context, name, set string, first int) (int, error) {
	for i := first; i < maxChunks; i++ {
		_, err := c.read(ctx, chunkName(name, set, i))
		if errors.Is(err, ErrNotFound) {
			return i, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return maxChunks, nil
}

func (c chunkedStore) header(ctx context.Context, name string) (header, error) {
	text, err := c.read(ctx, name)
	if err != nil {
		return header{}, err
	}
	if whole, ok := strings.CutPrefix(text, wholePrefix); ok {
		return header{whole: whole}, nil
	}
	fields := strings.Split(strings.TrimPrefix(text, chunkedPrefix), ":")
	if len(fields) == 3 {
		count, err := strconv.Atoi(fields[1])
		if err == nil && count > 0 && count <= maxChunks {
			return header{set: fields[0], count: count, sum: fields[2]}, nil
		}
	}
	return header{}, nil // not written by this program: treat it as an empty secret
}

func (h header) String() string {
	if h.set == "" {
		return wholePrefix + h.whole
	}
	return fmt.Sprintf("%s%s:%d:%s", chunkedPrefix, h.set, h.count, h.sum)
}

func (c chunkedStore) read(ctx context.Context, name string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	text, err := c.backend.Get(c.service, name)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrNotFound
	}
	return text, err
}

func (c chunkedStore) write(ctx context.Context, name, text string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.backend.Set(c.service, name, text)
}

func (c chunkedStore) erase(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := c.backend.Delete(c.service, name)
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// chunkName returns the entry of one chunk. Profile names do not contain "#".
func chunkName(name, set string, i int) string { return fmt.Sprintf("%s#%s%d", name, set, i) }

func otherSet(set string) string {
	if set == "a" {
		return "b"
	}
	return "a"
}

func checksum(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
