//go:build bench && !windows

// Command bench compares the speed of apono's commands with a baseline, against a
// test server with network latency. It prints the table in docs/performance.md. It
// needs hyperfine. Run it with `task bench`, or:
//
//	go run -tags bench ./wizard/bench
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	latency := flag.Duration("latency", 50*time.Millisecond, "latency of the test server")
	runs := flag.Int("runs", 10, "how many times to run each command")
	only := flag.String("only", "", "measure only this part: local, lists, requests, or catalog")
	flag.Parse()
	if err := run(*latency, *runs, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench measures commands and prints the results.
type bench struct {
	apono, baseline string // paths of the programs
	folder          string // temporary files and apono's configuration
	runs            int
	server          *server
}

func run(latency time.Duration, runs int, only string) error {
	if _, err := exec.LookPath("hyperfine"); err != nil {
		return fmt.Errorf("hyperfine is not installed (Debian: apt-get install hyperfine; macOS: brew install hyperfine)")
	}
	folder, err := os.MkdirTemp("", "apono-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	b := &bench{apono: filepath.Join(folder, "apono"), baseline: filepath.Join(folder, "baseline"), folder: folder, runs: runs}
	for _, build := range [][]string{
		{"build", "-trimpath", "-ldflags", "-s -w", "-o", b.apono, "."},
		{"build", "-trimpath", "-ldflags", "-s -w", "-tags", "bench", "-o", b.baseline, "./wizard/bench/baseline"},
	} {
		if out, err := exec.Command("go", build...).CombinedOutput(); err != nil {
			return fmt.Errorf("build: %w\n%s", err, out)
		}
	}
	fmt.Printf("Latency %s, medians of %d runs\n\n", latency, runs)
	fmt.Println("| command | baseline | apono | ratio | HTTP requests | memory ratio |")
	fmt.Println("|---|---|---|---|---|---|")
	for _, part := range []struct {
		name    string
		measure func() error
	}{
		{"local", b.local},
		{"lists", func() error { return b.lists(latency, 20_000) }},
		{"lists", func() error { return b.lists(latency, 100_000) }},
		{"requests", func() error { return b.requests(latency) }},
		{"catalog", func() error { return b.catalogs(latency) }},
	} {
		if only != "" && only != part.name {
			continue
		}
		if err := part.measure(); err != nil {
			return err
		}
	}
	return nil
}

// local measures commands that make no requests.
func (b *bench) local() error {
	b.server = newServer(0, 1, 1)
	defer b.server.Close()
	for _, args := range []string{"version", "--help", "completion bash"} {
		if err := b.compare("`apono "+args+"`", b.baseline+" nothing", b.apono+" "+args); err != nil {
			return err
		}
	}
	return nil
}

// lists measures commands that fetch n resources.
func (b *bench) lists(latency time.Duration, n int) error {
	b.server = newServer(latency, 1, n)
	defer b.server.Close()
	// Like the prompt for resources, this fetches the whole list.
	list := b.apono + " inventory resources -i aws-account/Playground -t aws-account-s3-bucket --search 000042-state --columns id"
	if err := b.compare(fmt.Sprintf("%d resources", n), b.baseline+" list", list); err != nil {
		return err
	}
	complete := b.apono + " __complete requests create -i aws-account/Playground -t aws-account-s3-bucket --resources arn:aws:s3:::playground-env-0000"
	return b.compare(fmt.Sprintf("completing --resources among %d, warm", n), b.baseline+" list", complete)
}

// requests measures commands that create a request.
func (b *bench) requests(latency time.Duration) error {
	b.server = newServer(latency, 1, 100)
	defer b.server.Close()
	create := b.apono + " requests create -i aws-account/Playground -t aws-account-s3-bucket -r arn:aws:s3:::playground-env-000042-state -p READ_ONLY -d 1h -j bench -o json"
	if err := b.compare("replayed create, cold", b.baseline+" create", create+" --no-cache"); err != nil {
		return err
	}
	if err := b.compare("replayed create, cached", b.baseline+" create", create); err != nil {
		return err
	}
	return b.grantDelay(b.baseline+" create", create)
}

// grantDelay measures how long a command that waits for a grant takes to notice it.
func (b *bench) grantDelay(baseline, apono string) error {
	b.server.grantAfter = 4 * time.Second
	var delays [2]time.Duration
	for i, command := range []string{baseline, apono} {
		for range b.runs {
			if _, err := b.once(command); err != nil {
				return err
			}
			delays[i] += time.Since(b.server.lastGrant()) / time.Duration(b.runs)
		}
	}
	b.row("delay until the grant is noticed, on average", delays[0].Seconds(), delays[1].Seconds(), "", "")
	return nil
}

// compare times two commands with hyperfine, then runs each once more to measure
// its memory and, for apono, its HTTP requests.
func (b *bench) compare(what, baseline, apono string) error {
	report := filepath.Join(b.folder, "report.json")
	cmd := b.command("hyperfine", "-N", "--warmup", "2", "--runs", fmt.Sprint(b.runs), "--export-json", report, baseline, apono)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("hyperfine: %w\n%s", err, out)
	}
	data, err := os.ReadFile(report)
	if err != nil {
		return err
	}
	var times struct {
		Results []struct {
			Median float64 `json:"median"`
		} `json:"results"`
	}
	if err := json.Unmarshal(data, &times); err != nil {
		return err
	}
	baselineMemory, err := b.once(baseline)
	if err != nil {
		return err
	}
	b.server.count()
	aponoMemory, err := b.once(apono)
	if err != nil {
		return err
	}
	b.row(what, times.Results[0].Median, times.Results[1].Median, fmt.Sprint(b.server.count()), fmt.Sprintf("%.2f (%d MB, %d MB)", float64(aponoMemory)/float64(baselineMemory), baselineMemory>>10, aponoMemory>>10))
	return nil
}

// row prints a row of the table. Times are in seconds.
func (b *bench) row(what string, baseline, apono float64, requests, memory string) {
	fmt.Printf("| %s | %.1f ms | %.1f ms | %.2f | %s | %s |\n", what, baseline*1000, apono*1000, apono/baseline, requests, memory)
}

// once runs a command and returns its peak memory in kB, as Linux reports it.
func (b *bench) once(command string) (int64, error) {
	cmd := b.command(b.baseline, append([]string{"memory"}, strings.Fields(command)...)...)
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", command, err)
	}
	return strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
}

// command returns a command whose environment points apono at the test server.
func (b *bench) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "APONO_CONFIG_DIR="+filepath.Join(b.folder, "config"), "APONO_TOKEN=bench", "APONO_API_URL="+b.server.URL)
	return cmd
}
