//go:build bench

// Command baseline is what apono's speed is compared with: a cobra program that
// does nothing, and the round trips of a client that makes them one after the
// other, as today's official one was seen to make them.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
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
		&cobra.Command{Use: "create", RunE: func(*cobra.Command, []string) error { return create() }},
	)
	if root.Execute() != nil {
		os.Exit(1)
	}
}

// memory runs a command and prints the most memory it held, in kB. It is done
// here since a process starts out with the size of the one that starts it.
func memory(words []string) error {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return fmt.Errorf("this system does not tell")
	}
	fmt.Println(usage.Maxrss)
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

// create makes a request in six round trips, and looks every second whether it
// is granted.
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
	var made client.Submitted
	if err := json.NewDecoder(resp.Body).Decode(&made); err != nil {
		return err
	}
	for {
		var r client.Request
		if err := get("/api/client/v1/access-requests/"+made.RequestIDs[0], &r); err != nil {
			return err
		}
		if r.IsActive() {
			return nil
		}
		time.Sleep(time.Second)
	}
}

func get(path string, into any) error {
	resp, err := http.Get(os.Getenv("APONO_API_URL") + path)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}
