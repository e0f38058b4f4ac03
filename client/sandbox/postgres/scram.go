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

// scramVerifier is what PostgreSQL stores for a password (RFC 5803). Sent
// instead of the password, it keeps the password out of the server's log.
func scramVerifier(password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, scramSaltBytes)
	_, _ = rand.Read(salt) // never fails: it ends the program instead
	return verifier(password, salt, scramIterations)
}

func verifier(password string, salt []byte, iterations int) (string, error) {
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("derive the key of the password: %w", err)
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

// checkPassword takes printable ASCII only: other characters would have to be
// normalised in the same way by every client.
func checkPassword(password string) error {
	if password == "" {
		return &Error{Doing: "use the password", Message: "it is empty"}
	}
	for _, c := range []byte(password) {
		if c < ' ' || c > '~' {
			return &Error{Doing: "use the password", Message: "it has characters that are not printable ASCII"}
		}
	}
	return nil
}
