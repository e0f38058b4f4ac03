package secrets

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func testVault(t *testing.T) (*Vault, *memoryBackend) {
	t.Helper()
	k, backend := memoryKeyring()
	return &Vault{Keyring: k, Files: NewFiles(filepath.Join(t.TempDir(), "secrets"))}, backend
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestVaultPrefersTheKeyring(t *testing.T) {
	v, _ := testVault(t)
	if _, err := v.Put(t.Context(), "work", "old", PlaceFile); err != nil {
		t.Fatal(err)
	}
	stored, err := v.Put(t.Context(), "work", "new", PlaceKeyring)
	if err != nil || stored.Place != PlaceKeyring || stored.KeyringErr != nil || stored.Path != "" {
		t.Fatalf("Put returned %+v, %v", stored, err)
	}
	if exists(v.Path("work")) {
		t.Error("the old secret is still in a file")
	}
	if got, err := v.Get(t.Context(), "work", PlaceKeyring); got != "new" || err != nil {
		t.Errorf("Get returned %q, %v", got, err)
	}
}

func TestVaultFallsBackToAFile(t *testing.T) {
	for name, breakKeyring := range map[string]func(*Keyring, *memoryBackend){
		"fails":                func(_ *Keyring, b *memoryBackend) { b.failAt = 1 },
		"fails at second call": func(_ *Keyring, b *memoryBackend) { b.failAt = 2 },
		"unavailable":          func(k *Keyring, _ *memoryBackend) { k.available = func() error { return errBackend } },
		"times out":            func(k *Keyring, _ *memoryBackend) { k.timeout = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			v, backend := testVault(t)
			breakKeyring(v.Keyring.(*Keyring), backend)
			stored, err := v.Put(t.Context(), "work", "new", PlaceKeyring)
			var keyringErr *Error
			if err != nil || stored.Place != PlaceFile || stored.Path != v.Path("work") || !errors.As(stored.KeyringErr, &keyringErr) || keyringErr.Place != PlaceKeyring {
				t.Fatalf("Put returned %+v, %v", stored, err)
			}
			if got, err := v.Get(t.Context(), "work", PlaceFile); got != "new" || err != nil {
				t.Errorf("Get returned %q, %v", got, err)
			}
			if runtime.GOOS == "windows" {
				return
			}
			for path, want := range map[string]os.FileMode{stored.Path: 0o600, filepath.Dir(stored.Path): 0o700} {
				if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
					t.Errorf("%s: %v, %v", path, info.Mode(), err)
				}
			}
		})
	}
}

func TestVaultUsesAFileOnRequest(t *testing.T) {
	v, backend := testVault(t)
	if _, err := v.Put(t.Context(), "work", "old", PlaceKeyring); err != nil {
		t.Fatal(err)
	}
	stored, err := v.Put(t.Context(), "work", "new", PlaceFile)
	if err != nil || stored.Place != PlaceFile || stored.KeyringErr != nil {
		t.Fatalf("Put returned %+v, %v", stored, err)
	}
	if len(backend.entries) != 0 {
		t.Errorf("the keyring still has %v", backend.entries)
	}
}

func TestVaultFailsIfBothPlacesFail(t *testing.T) {
	v, backend := testVault(t)
	backend.failAt = 1
	// A file where the folder should be.
	if err := os.WriteFile(v.Files.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var failed *Error
	if _, err := v.Put(t.Context(), "work", "new", PlaceKeyring); !errors.As(err, &failed) || failed.Place != PlaceFile {
		t.Errorf("got %v", err)
	}
}

func TestVaultLooksInTheOtherPlace(t *testing.T) {
	v, _ := testVault(t)
	if _, err := v.Put(t.Context(), "work", "new", PlaceFile); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Get(t.Context(), "work", PlaceKeyring); got != "new" || err != nil {
		t.Errorf("Get returned %q, %v", got, err)
	}
	if _, err := v.Get(t.Context(), "other", PlaceKeyring); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown name: %v", err)
	}
}

func TestVaultDeletesFromBothPlaces(t *testing.T) {
	v, backend := testVault(t)
	for _, place := range []Store{v.Keyring, v.Files} {
		if err := place.Set(t.Context(), "work", "x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Delete(t.Context(), "work", PlaceKeyring); err != nil || len(backend.entries) > 0 || exists(v.Path("work")) {
		t.Errorf("%v, %d entries, file exists: %v", err, len(backend.entries), exists(v.Path("work")))
	}
	backend.failAt = 1
	var failed *Error
	if err := v.Delete(t.Context(), "work", PlaceKeyring); !errors.As(err, &failed) {
		t.Errorf("failing keyring that may have the secret: %v", err)
	}
	backend.failAt = 1
	if err := v.Delete(t.Context(), "work", PlaceFile); err != nil {
		t.Errorf("failing keyring that does not have the secret: %v", err)
	}
}

func TestFilesMakesAReadableFilePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no mode bits")
	}
	f := NewFiles(t.TempDir())
	if err := f.Set(t.Context(), "work", "x"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(f.path("work"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Get(t.Context(), "work"); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(f.path("work")); info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v", info.Mode())
	}
}

func TestFilesSeparatesSimilarNames(t *testing.T) {
	f := NewFiles("x")
	seen := map[string]string{}
	for _, name := range []string{"work", "Work", "WORK", "a.b", "a_b", "a@b", "nul", "ü", "ö"} {
		path := strings.ToLower(f.path(name))
		if other, taken := seen[path]; taken {
			t.Errorf("%q and %q share a file", name, other)
		}
		seen[path] = name
	}
}

// NewVault is tested over the keyring library's mock.
func TestNewVaultSeparatesServices(t *testing.T) {
	v := NewVault("apono", t.TempDir())
	secret := secretOfSize(5000, "x")
	stored, err := v.Put(t.Context(), "work", secret, PlaceKeyring)
	if err != nil || stored.Place != PlaceKeyring {
		t.Fatalf("Put returned %+v, %v", stored, err)
	}
	if got, err := v.Get(t.Context(), "work", PlaceKeyring); got != secret || err != nil {
		t.Errorf("Get returned %d bytes, %v", len(got), err)
	}
	other := NewVault("apono-other", t.TempDir())
	if _, err := other.Get(t.Context(), "work", PlaceKeyring); !errors.Is(err, ErrNotFound) {
		t.Errorf("another service's vault: %v", err)
	}
	if err := v.Delete(t.Context(), "work", PlaceKeyring); err != nil {
		t.Error(err)
	}
}
