package auth

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// printToken waits until its input ends and prints the current login's token.
func printToken() error {
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	logins := NewLogins(Dirs{Config: os.Getenv(dirVariable)})
	c, err := logins.Store.Load(ctx)
	if err != nil {
		return err
	}
	login, err := c.Resolve("", func(string) string { return "" })
	if err != nil {
		return err
	}
	token, err := logins.Source(login).Token(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Print(token)
	return err
}

func TestTwentyProcessesSpendARefreshTokenOnce(t *testing.T) {
	world := newWorld(t)
	world.expire()
	start := make([]io.Closer, 20)
	outputs := make([]bytes.Buffer, len(start))
	children := make([]*exec.Cmd, len(start))
	for i := range children {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), roleVariable+"=token", dirVariable+"="+world.dir)
		child.Stdout, child.Stderr = &outputs[i], &outputs[i]
		var err error
		if start[i], err = child.StdinPipe(); err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		children[i] = child
	}
	for _, gate := range start {
		if err := gate.Close(); err != nil {
			t.Error(err)
		}
	}
	var all sync.WaitGroup
	for i, child := range children {
		all.Go(func() {
			if err := child.Wait(); err != nil {
				t.Errorf("process %d: %v: %s", i, err, outputs[i].String())
			}
		})
	}
	all.Wait()
	if got := world.server.Refreshes(); got != 1 {
		t.Errorf("the server saw %d refreshes", got)
	}
	for i := range outputs {
		token := outputs[i].String()
		if user, ok := world.server.Authenticate(token); !ok || user != ada || token != outputs[0].String() {
			t.Errorf("process %d has another token, of %q", i, user)
		}
	}
}
