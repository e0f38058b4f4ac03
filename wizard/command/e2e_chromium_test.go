//go:build e2e && !windows

package command_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// chromium is a real browser with one tab.
type chromium struct {
	t   *testing.T
	tab context.Context
}

// newChromium starts a browser with a new profile. It only connects to the pages
// that a test opens.
func newChromium(t *testing.T) *chromium {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.WSURLReadTimeout(e2ePatience),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-proxy-server", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	tab, closeTab := chromedp.NewContext(allocator, chromedp.WithErrorf(t.Logf))
	t.Cleanup(func() {
		if err := chromedp.Cancel(tab); err != nil && !errors.Is(err, context.Canceled) {
			t.Logf("close the browser: %v", err)
		}
		closeTab()
		stop()
	})
	c := &chromium{t: t, tab: tab}
	// The browser runs until the context of its first call ends.
	if err := chromedp.Do(tab); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return c
}

// do runs steps in the tab. If they fail, it prints the page.
func (c *chromium) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.tab, e2ePatience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		c.t.Fatalf("%s: %v; the browser is at %s and shows:\n%s", what, err, c.address(), c.text())
	}
}

func (c *chromium) open(address string) {
	c.t.Helper()
	c.do("open "+address, chromedp.Navigate(address))
}

// shows waits until all of texts are visible.
func (c *chromium) shows(texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		c.do("see "+text, chromedp.WaitVisible(`//main//*[contains(., "`+text+`")]`))
	}
}

// press clicks the button with the text.
func (c *chromium) press(text string) {
	c.t.Helper()
	c.do("press "+text, chromedp.Click(button(text)))
}

func button(text string) string { return `//button[contains(., "` + text + `")]` }

// enter types text into the field with the label.
func (c *chromium) enter(label, text string) {
	c.t.Helper()
	c.do("enter "+label, chromedp.SendKeys(`//input[@id = //label[contains(., "`+label+`")]/@for]`, text))
}

// pressAway clicks a button that leads to a page that cannot load, and returns the
// page's address, which the user would copy from the address bar.
func (c *chromium) pressAway(text string) string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.tab, e2ePatience)
	defer cancel()
	arrivals := chromedp.Events(ctx, page.FrameNavigated)
	c.press(text)
	for arrival, err := range arrivals {
		if err != nil {
			c.t.Fatalf("the browser went nowhere: %v; it shows:\n%s", err, c.text())
		}
		if arrival.Frame.UnreachableURL != "" {
			return arrival.Frame.UnreachableURL
		}
	}
	c.t.Fatalf("the browser opened no page that cannot load; it shows:\n%s", c.text())
	return ""
}

// address returns what the address bar shows.
func (c *chromium) address() string {
	history, err := chromedp.Run(c.tab, chromedp.NavigationEntries())
	if err != nil || len(history.Entries) == 0 {
		return "(unknown address)"
	}
	return history.Entries[history.CurrentIndex].URL
}

func (c *chromium) text() string {
	text, err := chromedp.Run(c.tab, chromedp.Evaluate[string](`document.body.innerText`))
	if err != nil {
		return "(" + err.Error() + ")"
	}
	return text
}

// fits checks that the page does not scroll sideways and that its buttons are large
// enough to tap, on a desktop and on a phone. It saves a screenshot of each (go test
// -artifacts).
func (c *chromium) fits(name string) {
	c.t.Helper()
	for _, width := range []int64{1280, 375} {
		c.do("resize", chromedp.EmulateViewport(width, 800))
		c.holds(name, width, `document.documentElement.scrollWidth <= innerWidth`)
		c.holds(name, width, `[...document.querySelectorAll("button, input[type=text]")].every(b => b.getBoundingClientRect().height >= 44)`)
		picture, err := chromedp.Run(c.tab, chromedp.CaptureScreenshot())
		if err != nil {
			c.t.Fatalf("take a picture: %v", err)
		}
		path := filepath.Join(c.t.ArtifactDir(), strings.ReplaceAll(name, " ", "-")+"-"+strconv.FormatInt(width, 10)+".png")
		if err := os.WriteFile(path, picture, 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *chromium) holds(name string, width int64, condition string) {
	c.t.Helper()
	ok, err := chromedp.Run(c.tab, chromedp.Evaluate[bool](condition))
	if err != nil || !ok {
		c.t.Errorf("%s, %d pixels wide: not %s (%v)", name, width, condition, err)
	}
}
