package postgres

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

const (
	scramIterations = 4096
	scramSaltBytes  = 16
)

// scramVerifier returns the form in which PostgreSQL stores a password (RFC 5803).
// Sending it instead of the password keeps the password out of the server's log.
func scramVerifier(password string) (string, error) {
	if err := validatePassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, scramSaltBytes)
	_, _ = rand.Read(salt) // never fails: it crashes the program instead
	return verifier(password, salt, scramIterations)
}

// verifier computes a verifier for a given salt.
func verifier(password string, salt []byte, iterations int) (string, error) {
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("derive the password's key: %w", err)
	}
	stored := sha256.Sum256(sign(salted, "Client Key"))
	text := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, text(salt), text(stored[:]), text(sign(salted, "Server Key"))), nil
}

func sign(key []byte, message string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(message)) // never fails
	return mac.Sum(nil)
}

// validatePassword allows only printable ASCII, because clients may normalize other
// characters in different ways.
func validatePassword(password string) error {
	if password == "" {
		return &Error{Op: "use the password", Message: "the password is empty"}
	}
	for _, c := range []byte(password) {
		if c < ' ' || c > '~' {
			return &Error{Op: "use the password", Message: "the password has characters that are not printable ASCII"}
		}
	}
	return nil
}
