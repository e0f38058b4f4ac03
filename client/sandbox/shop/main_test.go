package shop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// templateVariable names the database that newDatabase copies. Copying one file
// is faster than creating a database for every test.
const templateVariable = "SHOP_TEST_TEMPLATE"

func TestMain(m *testing.M) {
	code, err := withTemplate(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func withTemplate(run func() int) (code int, err error) {
	folder, err := os.MkdirTemp("", "shop")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "shop.db")
	if err := Create(context.Background(), path); err != nil {
		return 0, err
	}
	if err := os.Setenv(templateVariable, path); err != nil {
		return 0, err
	}
	return run(), nil
}
