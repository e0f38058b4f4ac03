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

// printToken waits for the end of its input and prints the current login's token.
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
	login, err := c.Resolve("", noVariables)
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

func TestTwentyProcessesUseARefreshTokenOnce(t *testing.T) {
	server := newLoginServer(t)
	server.expire()
	start := make([]io.Closer, 20)
	outputs := make([]bytes.Buffer, len(start))
	children := make([]*exec.Cmd, len(start))
	for i := range children {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), roleVariable+"=token", dirVariable+"="+server.dir)
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
	for _, stdin := range start {
		if err := stdin.Close(); err != nil {
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
	if got := server.Refreshes(); got != 1 {
		t.Errorf("%d refreshes", got)
	}
	for i := range outputs {
		token := outputs[i].String()
		server.CheckToken(token)
		if token != outputs[0].String() {
			t.Errorf("process %d has another token", i)
		}
	}
}
