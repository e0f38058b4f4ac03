//go:build bench && !windows

// Command baseline is the program that bench compares apono with. It has a cobra
// command that does nothing, and commands that make their HTTP requests one after
// the other, as the official client does.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"apono/client"
)

func main() {
	root := &cobra.Command{Use: "baseline"}
	root.AddCommand(
		&cobra.Command{Use: "nothing", Run: func(*cobra.Command, []string) { fmt.Println("nothing") }},
		&cobra.Command{Use: "list", RunE: func(*cobra.Command, []string) error { return list() }},
		&cobra.Command{Use: "memory", DisableFlagParsing: true, RunE: func(_ *cobra.Command, args []string) error { return memory(args) }},
		&cobra.Command{Use: "terminal", DisableFlagParsing: true, RunE: func(_ *cobra.Command, args []string) error { return inTerminal(args) }},
		&cobra.Command{Use: "create", RunE: func(*cobra.Command, []string) error { return create() }},
	)
	if root.Execute() != nil {
		os.Exit(1)
	}
}

// memory runs a command and prints its peak memory in kB. This small program runs
// it, because the peak of a new process includes the size of its parent.
func memory(args []string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return fmt.Errorf("peak memory is not available on this system")
	}
	fmt.Println(usage.Maxrss)
	return nil
}

// inTerminal is like memory for a program that uses the terminal and ends with Ctrl-C.
func inTerminal(args []string) error {
	signal.Ignore(syscall.SIGINT)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return err
	}
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	fmt.Printf("\npeak %d kB\n", usage.Maxrss)
	return nil
}

const inventory = "/api/client/v1/inventory/"

// list fetches every resource, page after page.
func list() error {
	for _, path := range []string{inventory + "integrations", inventory + "resource-types"} {
		if err := get(path, &struct{}{}); err != nil {
			return err
		}
	}
	var all []client.Resource
	for {
		var page client.Page[client.Resource]
		if err := get(inventory+"resources?limit=1000&skip="+strconv.Itoa(len(all)), &page); err != nil {
			return err
		}
		all = append(all, page.Data...)
		if len(page.Data) < 1000 {
			break
		}
	}
	for _, r := range all {
		fmt.Println(r.SourceID)
	}
	return nil
}

// create creates a request with five HTTP requests, then polls it every second
// until it is granted.
func create() error {
	for _, path := range []string{inventory + "integrations", inventory + "resource-types", inventory + "resources?limit=100", "/api/client/v1/session"} {
		if err := get(path, &struct{}{}); err != nil {
			return err
		}
	}
	resp, err := http.Post(os.Getenv("APONO_API_URL")+"/api/client/v1/access-requests", "application/json", http.NoBody)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var created client.Submitted
	if err := json.NewDecoder(resp.Body).Decode(&created); err != nil {
		return err
	}
	for {
		var r client.Request
		if err := get("/api/client/v1/access-requests/"+created.RequestIDs[0], &r); err != nil {
			return err
		}
		if r.IsActive() {
			return nil
		}
		time.Sleep(time.Second)
	}
}

// get fetches a path of the API and decodes the response into target.
func get(path string, target any) error {
	resp, err := http.Get(os.Getenv("APONO_API_URL") + path)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(target)
}
