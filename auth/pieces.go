package auth

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
	// pieceSize is safe everywhere: Windows stores 2,560 bytes, which are 1,280
	// characters in its own encoding; macOS 3,000 after base64 and quoting.
	pieceSize = 1200
	// maxPieces bounds what a damaged head can ask for.
	maxPieces = 100
	wholeMark = "whole:"
	headMark  = "pieces:"
)

// pieces keeps one secret as one entry of a keyring, or, where it is larger
// than every platform takes, as several, and a head that tells how many.
//
// There are two sets of pieces, a and b. A new secret goes into the set that
// the head does not name, and then the head is written: that is the moment at
// which it counts. Pieces are written from the first on and removed from the
// last on, so that what a crash leaves is found by counting up.
type pieces struct {
	ring    ring
	service string
}

// head is what the entry under the secret's own name says.
type head struct {
	set   string // "a" or "b"; empty for a secret in one piece
	count int
	sum   string
	whole string
}

func (p pieces) set(ctx context.Context, name, secret string) error {
	old, err := p.head(ctx, name)
	if err != nil && !errors.Is(err, ErrSecretNotFound) {
		return err
	}
	next := head{whole: secret}
	if len(wholeMark)+len(secret) > pieceSize {
		next = head{set: otherSet(old.set), count: (len(secret) + pieceSize - 1) / pieceSize, sum: sumOf(secret)}
	}
	if next.count > maxPieces {
		return fmt.Errorf("a secret of %d bytes is too large", len(secret))
	}
	for i := range next.count {
		if err := p.write(ctx, pieceName(name, next.set, i), secret[i*pieceSize:min(len(secret), (i+1)*pieceSize)]); err != nil {
			return err
		}
	}
	if err := p.write(ctx, name, next.String()); err != nil {
		return err
	}
	return p.clearBut(ctx, name, next)
}

func (p pieces) get(ctx context.Context, name string) (string, error) {
	// While another process replaces the secret, its old pieces can vanish
	// between the head and them; the new head is there by then.
	var err error
	for range 3 {
		var secret string
		if secret, err = p.getOnce(ctx, name); err == nil || ctx.Err() != nil {
			return secret, err
		}
		if _, headErr := p.head(ctx, name); errors.Is(headErr, ErrSecretNotFound) {
			return "", ErrSecretNotFound
		}
	}
	return "", err
}

func (p pieces) getOnce(ctx context.Context, name string) (string, error) {
	h, err := p.head(ctx, name)
	if err != nil || h.set == "" {
		return h.whole, err
	}
	var secret strings.Builder
	for i := range h.count {
		piece, err := p.read(ctx, pieceName(name, h.set, i))
		if errors.Is(err, ErrSecretNotFound) {
			return "", errors.New("a piece of the secret is missing")
		}
		if err != nil {
			return "", err
		}
		secret.WriteString(piece)
	}
	if sumOf(secret.String()) != h.sum {
		return "", errors.New("the pieces of the secret do not belong together")
	}
	return secret.String(), nil
}

func (p pieces) remove(ctx context.Context, name string) error {
	if err := p.erase(ctx, name); err != nil {
		return err
	}
	return p.clearBut(ctx, name, head{})
}

// clearBut removes every piece that keep does not hold.
func (p pieces) clearBut(ctx context.Context, name string, keep head) error {
	for _, set := range []string{"a", "b"} {
		first := 0
		if set == keep.set {
			first = keep.count
		}
		end := first
		for ; end < maxPieces; end++ {
			if _, err := p.read(ctx, pieceName(name, set, end)); errors.Is(err, ErrSecretNotFound) {
				break
			} else if err != nil {
				return err
			}
		}
		for i := end - 1; i >= first; i-- {
			if err := p.erase(ctx, pieceName(name, set, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p pieces) head(ctx context.Context, name string) (head, error) {
	text, err := p.read(ctx, name)
	if err != nil {
		return head{}, err
	}
	if whole, ok := strings.CutPrefix(text, wholeMark); ok {
		return head{whole: whole}, nil
	}
	fields := strings.Split(strings.TrimPrefix(text, headMark), ":")
	if len(fields) == 3 {
		count, err := strconv.Atoi(fields[1])
		if err == nil && count > 0 && count <= maxPieces {
			return head{set: fields[0], count: count, sum: fields[2]}, nil
		}
	}
	return head{}, nil // written by something else: as good as empty
}

func (h head) String() string {
	if h.set == "" {
		return wholeMark + h.whole
	}
	return fmt.Sprintf("%s%s:%d:%s", headMark, h.set, h.count, h.sum)
}

func (p pieces) read(ctx context.Context, name string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	text, err := p.ring.Get(p.service, name)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrSecretNotFound
	}
	return text, err
}

func (p pieces) write(ctx context.Context, name, text string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return p.ring.Set(p.service, name, text)
}

func (p pieces) erase(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := p.ring.Delete(p.service, name)
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// pieceName uses a character that no profile's name has.
func pieceName(name, set string, i int) string { return fmt.Sprintf("%s#%s%d", name, set, i) }

func otherSet(set string) string {
	if set == "a" {
		return "b"
	}
	return "a"
}

func sumOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
