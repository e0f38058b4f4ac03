package prompt

import (
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// fileInput implements input for a console in VT input mode.
type fileInput struct{ file *os.File }

func newInput(file *os.File) input { return fileInput{file} }

func (f fileInput) read(p []byte) (int, error) { return f.file.Read(p) }

// ready implements input.
func (f fileInput) ready(timeout time.Duration) bool {
	event, err := windows.WaitForSingleObject(windows.Handle(f.file.Fd()), uint32(timeout.Milliseconds()))
	return err != nil || event == windows.WAIT_OBJECT_0
}
