//go:build bench

// Command bench measures whole commands of apono against a service that is some
// way off, side by side with a baseline, and prints the figures that
// docs/performance.md keeps. It needs hyperfine. Run it with `task bench`, or:
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
	latency := flag.Duration("latency", 50*time.Millisecond, "how far off the service is")
	runs := flag.Int("runs", 10, "how often each command is run")
	only := flag.String("only", "", "local, lists or requests: measure only that")
	flag.Parse()
	if err := run(*latency, *runs, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run of the whole.
type bench struct {
	apono, baseline string
	folder          string
	runs            int
	service         *server
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
	fmt.Printf("The service answers after %s; medians of %d runs.\n\n", latency, runs)
	fmt.Println("| what | baseline | apono | ratio | requests | memory ratio |")
	fmt.Println("|---|---|---|---|---|---|")
	for _, part := range []struct {
		name    string
		measure func() error
	}{
		{"local", b.local},
		{"lists", func() error { return b.lists(latency, 20_000) }},
		{"lists", func() error { return b.lists(latency, 100_000) }},
		{"requests", func() error { return b.requests(latency) }},
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

// local measures what needs no service.
func (b *bench) local() error {
	b.service = newServer(0, 1)
	defer b.service.Close()
	for _, words := range []string{"version", "--help", "completion bash"} {
		if err := b.compare("`apono "+words+"`", b.baseline+" nothing", b.apono+" "+words); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) lists(latency time.Duration, n int) error {
	b.service = newServer(latency, n)
	defer b.service.Close()
	// What the prompt needs before it can show: everything, looked up afresh.
	list := b.apono + " inventory resources -i aws-account/Playground -t aws-account-s3-bucket --search 000042-state --columns id"
	if err := b.compare(fmt.Sprintf("%d resources", n), b.baseline+" list", list); err != nil {
		return err
	}
	complete := b.apono + " __complete requests create -i aws-account/Playground -t aws-account-s3-bucket --resources arn:aws:s3:::playground-env-0000"
	return b.compare(fmt.Sprintf("completing --resources among %d, warm", n), b.baseline+" list", complete)
}

func (b *bench) requests(latency time.Duration) error {
	b.service = newServer(latency, 100)
	defer b.service.Close()
	create := b.apono + " requests create -i aws-account/Playground -t aws-account-s3-bucket -r arn:aws:s3:::playground-env-000042-state -p READ_ONLY -d 1h -j bench -o json"
	if err := b.compare("replayed create, cold", b.baseline+" create", create+" --no-cache"); err != nil {
		return err
	}
	if err := b.compare("replayed create, seen before", b.baseline+" create", create); err != nil {
		return err
	}
	return b.notice(b.baseline+" create", create)
}

// notice measures how long after a grant the command ends that waits for it.
func (b *bench) notice(baseline, apono string) error {
	b.service.grantAfter = 4 * time.Second
	var delays [2]time.Duration
	for i, command := range []string{baseline, apono} {
		for range b.runs {
			if _, err := b.once(command); err != nil {
				return err
			}
			delays[i] += time.Since(b.service.lastGrant()) / time.Duration(b.runs)
		}
	}
	b.row("notice of the grant, on average", delays[0].Seconds(), delays[1].Seconds(), "", "")
	return nil
}

// compare times two commands with hyperfine, and measures one run of each for
// its round trips and memory.
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
	before, err := b.once(baseline)
	if err != nil {
		return err
	}
	b.service.count()
	after, err := b.once(apono)
	if err != nil {
		return err
	}
	b.row(what, times.Results[0].Median, times.Results[1].Median, fmt.Sprint(b.service.count()), fmt.Sprintf("%.2f (%d MB, %d MB)", float64(after)/float64(before), before>>10, after>>10))
	return nil
}

func (b *bench) row(what string, baseline, apono float64, requests, memory string) {
	fmt.Printf("| %s | %.1f ms | %.1f ms | %.2f | %s | %s |\n", what, baseline*1000, apono*1000, apono/baseline, requests, memory)
}

// once runs a command and returns the most memory it held, in kB (on Linux).
func (b *bench) once(command string) (int64, error) {
	cmd := b.command(b.baseline, append([]string{"memory"}, strings.Fields(command)...)...)
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", command, err)
	}
	return strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
}

func (b *bench) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "APONO_CONFIG_DIR="+filepath.Join(b.folder, "config"), "APONO_TOKEN=bench", "APONO_API_URL="+b.service.URL)
	return cmd
}
