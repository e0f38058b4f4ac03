//go:build bench && !windows

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/creack/pty"
)

// catalogs measures the catalog at several sizes: 100 integrations with as many
// resources together.
func (b *bench) catalogs(latency time.Duration) error {
	fmt.Print("\n| resources | prompt, known | prompt, cold | memory, cold | search, warm | requests | search, cold: first result | Tab | version | bytes each | filling: memory |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, n := range []int{10_000, 100_000, 500_000, 1_000_000} {
		if err := b.catalog(latency, n); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) catalog(latency time.Duration, n int) error {
	row := []string{fmt.Sprint(n)}
	// A list of all resources, in one integration.
	b.server = newServer(latency, 1, n)
	question := "requests create -i aws-account/Playground -t aws-account-s3-bucket"
	shown := "playground-env-000001-state"
	_, err := b.frames(1, question, shown) // the server compresses its answers once
	if err != nil {
		return err
	}
	b.forget()
	cold, err := b.frames(1, question, shown)
	if err != nil {
		return err
	}
	b.forget()
	memory, err := b.peak(question, shown)
	if err != nil {
		return err
	}
	if _, err := b.once(b.apono + " __complete requests create -i aws-account/Playground -t aws-account-s3-bucket --resources x"); err != nil { // waits until all is stored
		return err
	}
	known, err := b.frames(b.runs, question, shown)
	if err != nil {
		return err
	}
	tab, err := b.median(b.apono + " __complete requests create -i aws-account/Playground -t aws-account-s3-bucket --resources arn:aws:s3:::playground-env-0004")
	if err != nil {
		return err
	}
	b.server.Close()
	b.forget()
	// The same number in 100 integrations.
	b.server = newServer(latency, 100, n)
	defer b.server.Close()
	if _, err := b.frames(1, "search 000042-state", "team-07-env-000042-state"); err != nil {
		return err
	}
	b.forget()
	first, err := b.frames(1, "search 000042-state", "team-07-env-000042-state")
	if err != nil {
		return err
	}
	b.forget()
	filling, err := b.once(b.apono + " __fill-catalog")
	if err != nil {
		return err
	}
	b.server.count()
	if _, err := b.once(b.apono + " search team-42 000042-state --limit 100"); err != nil {
		return err
	}
	requests := b.server.count()
	search, err := b.median(b.apono + " search team-42 000042-state --limit 100")
	if err != nil {
		return err
	}
	version, err := b.median(b.apono + " version")
	if err != nil {
		return err
	}
	row = append(row, ms(known), ms(cold), fmt.Sprintf("%d MB", memory>>10), ms(search), fmt.Sprint(requests), ms(first), ms(tab), ms(version), fmt.Sprint(b.stored()/int64(n)), fmt.Sprintf("%d MB", filling>>10))
	fmt.Println("| " + strings.Join(row, " | ") + " |")
	b.forget()
	return nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }

// cacheFolder is where apono keeps its catalog during the measurement.
func (b *bench) cacheFolder() string { return filepath.Join(b.folder, "config", "cache") }

// forget deletes the catalog.
func (b *bench) forget() { _ = os.RemoveAll(b.cacheFolder()) }

// stored returns the size of the catalog, in bytes.
func (b *bench) stored() (total int64) {
	_ = filepath.WalkDir(b.cacheFolder(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total
}

// median returns the median time of a command.
func (b *bench) median(command string) (time.Duration, error) {
	words := strings.Fields(command)
	var times []time.Duration
	for range b.runs + 1 {
		cmd := b.command(words[0], words[1:]...)
		start := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%s: %w\n%s", command, err, out)
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

// frames runs apono in a terminal several times, until a text is on the screen, and
// returns the median time.
func (b *bench) frames(runs int, args, text string) (time.Duration, error) {
	var times []time.Duration
	for range runs {
		shown, _, err := b.firstFrame([]string{b.apono}, args, text)
		if err != nil {
			return 0, err
		}
		times = append(times, shown)
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

// peak runs apono in a terminal until a text is on the screen, and a moment longer, and
// returns its peak memory in kB.
func (b *bench) peak(args, text string) (int64, error) {
	_, rest, err := b.firstFrame([]string{b.baseline, "terminal", b.apono}, args, text)
	if err != nil {
		return 0, err
	}
	var kB int64
	_, after, _ := strings.Cut(string(rest), "peak ")
	_, err = fmt.Sscanf(after, "%d kB", &kB)
	return kB, err
}

var errNoFrame = errors.New("the text was not shown")

// firstFrame runs a command until a text is on the screen, ends it with Ctrl-C, and
// returns how long that took and what was written after it.
func (b *bench) firstFrame(program []string, args, text string) (shown time.Duration, rest []byte, err error) {
	words := append(slices.Clone(program), strings.Fields(args)...)
	cmd := b.command(words[0], words[1:]...)
	start := time.Now()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		return 0, nil, err
	}
	defer terminal.Close()
	stop := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	defer stop.Stop()
	var screen []byte
	chunk := make([]byte, 64<<10)
	for !bytes.Contains(plain(screen), []byte(text)) {
		n, err := terminal.Read(chunk)
		if err != nil {
			_ = cmd.Wait()
			return 0, nil, fmt.Errorf("%s: %w: %s", args, errNoFrame, plain(screen))
		}
		screen = append(screen, chunk[:n]...)
	}
	shown = time.Since(start)
	time.Sleep(300 * time.Millisecond) // what goes on behind needs memory too
	_, _ = terminal.Write([]byte("\x03"))
	for {
		n, err := terminal.Read(chunk)
		if err != nil {
			break
		}
		rest = append(rest, chunk[:n]...)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return 0, nil, err
	}
	return shown, rest, nil
}

// plain returns what a terminal shows, without the sequences that style it.
func plain(screen []byte) []byte {
	var text []byte
	for i := 0; i < len(screen); i++ {
		if screen[i] != '\x1b' {
			text = append(text, screen[i])
			continue
		}
		for i++; i < len(screen) && (screen[i] < 'A' || screen[i] == '[' || screen[i] == '\\'); i++ {
			continue
		}
	}
	return text
}
