package auth

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func testVault(t *testing.T) (*Vault, *memoryRing) {
	t.Helper()
	k, ring := memoryKeyring()
	return &Vault{keyring: k, files: NewFiles(filepath.Join(t.TempDir(), "secrets"))}, ring
}

var (
	oldToken = Token{Access: "old-access", Refresh: "old-refresh", Kind: OAuth}
	newToken = Token{Access: "new-access", Refresh: "new-refresh", Kind: OAuth}
)

func TestVaultPrefersTheKeyring(t *testing.T) {
	v, _ := testVault(t)
	if _, err := v.Put(t.Context(), "work", oldToken, PlaceFile); err != nil {
		t.Fatal(err)
	}
	stored, err := v.Put(t.Context(), "work", newToken, PlaceKeyring)
	if err != nil || stored.Place != PlaceKeyring || stored.Why != nil || stored.Path != "" {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	if exists(v.Path("work")) {
		t.Error("the old token is still in a file")
	}
	if got, err := v.Get(t.Context(), "work", PlaceKeyring); got != newToken || err != nil {
		t.Errorf("another token came back, %v", err)
	}
}

func TestVaultFallsBackToAFile(t *testing.T) {
	for name, broken := range map[string]func(*Keyring, *memoryRing){
		"refusing":    func(_ *Keyring, r *memoryRing) { r.failAt = 1 },
		"half-way":    func(_ *Keyring, r *memoryRing) { r.failAt = 2 },
		"unreachable": func(k *Keyring, _ *memoryRing) { k.reachable = func() error { return errRing } },
		"slow":        func(k *Keyring, _ *memoryRing) { k.limit = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			v, ring := testVault(t)
			broken(v.keyring.(*Keyring), ring)
			stored, err := v.Put(t.Context(), "work", newToken, PlaceKeyring)
			var why *SecretError
			if err != nil || stored.Place != PlaceFile || stored.Path != v.Path("work") || !errors.As(stored.Why, &why) || why.Place != PlaceKeyring {
				t.Fatalf("stored %+v, %v", stored, err)
			}
			if got, err := v.Get(t.Context(), "work", PlaceFile); got != newToken || err != nil {
				t.Errorf("another token came back, %v", err)
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

func TestVaultTakesAFileWhereItIsAskedFor(t *testing.T) {
	v, ring := testVault(t)
	if _, err := v.Put(t.Context(), "work", oldToken, PlaceKeyring); err != nil {
		t.Fatal(err)
	}
	stored, err := v.Put(t.Context(), "work", newToken, PlaceFile)
	if err != nil || stored.Place != PlaceFile || stored.Why != nil {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	if len(ring.entries) != 0 {
		t.Errorf("the keyring still holds %v", ring.entries)
	}
}

func TestVaultSaysWhereAllIsLost(t *testing.T) {
	v, ring := testVault(t)
	ring.failAt = 1
	writeFile(t, filepath.Dir(v.files.dir)+"/secrets", "a file where the folder would be")
	var failed *SecretError
	if _, err := v.Put(t.Context(), "work", newToken, PlaceKeyring); !errors.As(err, &failed) || failed.Place != PlaceFile {
		t.Errorf("got %v", err)
	}
}

func TestVaultLooksInTheOtherPlace(t *testing.T) {
	v, _ := testVault(t)
	if _, err := v.Put(t.Context(), "work", newToken, PlaceFile); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Get(t.Context(), "work", PlaceKeyring); got != newToken || err != nil {
		t.Errorf("another token came back, %v", err)
	}
	if _, err := v.Get(t.Context(), "other", PlaceKeyring); !errors.Is(err, ErrSecretNotFound) {
		t.Errorf("what is nowhere: %v", err)
	}
}

func TestVaultDeletesFromBothPlaces(t *testing.T) {
	v, ring := testVault(t)
	for _, place := range []Secrets{v.keyring, v.files} {
		if err := place.Set(t.Context(), "work", "x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Delete(t.Context(), "work", PlaceKeyring); err != nil || len(ring.entries) > 0 || exists(v.Path("work")) {
		t.Errorf("%v, %d entries, file %v", err, len(ring.entries), exists(v.Path("work")))
	}
	ring.failAt = 1
	var failed *SecretError
	if err := v.Delete(t.Context(), "work", PlaceKeyring); !errors.As(err, &failed) {
		t.Errorf("a keyring that may still hold it: %v", err)
	}
	ring.failAt = 1
	if err := v.Delete(t.Context(), "work", PlaceFile); err != nil {
		t.Errorf("a keyring that never held it: %v", err)
	}
}

func TestFilesShutOthersOut(t *testing.T) {
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

func TestFilesOfNamesThatLookAlike(t *testing.T) {
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

func TestSystemKeyring(t *testing.T) {
	v := NewVault(Dirs{Config: t.TempDir()}) // over the library's mock
	stored, err := v.Put(t.Context(), "work", Token{Access: secretOf(5000, "x"), Kind: OAuth}, PlaceKeyring)
	if err != nil || stored.Place != PlaceKeyring {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	other := NewVault(Dirs{Config: t.TempDir()})
	if _, err := other.Get(t.Context(), "work", PlaceKeyring); !errors.Is(err, ErrSecretNotFound) {
		t.Errorf("another folder's vault sees it: %v", err)
	}
	if err := v.Delete(t.Context(), "work", PlaceKeyring); err != nil {
		t.Error(err)
	}
}
