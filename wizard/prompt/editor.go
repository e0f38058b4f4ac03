package prompt

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"apono/render"
)

// editText lets the user edit text with a command, such as the value of $EDITOR,
// and returns what the user saved.
func editText(ctx context.Context, streams *render.Streams, command, text string) (string, error) {
	file, err := os.CreateTemp("", "apono-*.txt") // readable only by the user
	if err != nil {
		return "", fmt.Errorf("cannot create a file for the editor: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.WriteString(text + "\n")
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", fmt.Errorf("cannot write a file for the editor: %w", err)
	}
	editor := editorCommand(ctx, command, file.Name())
	editor.Stdin, editor.Stdout, editor.Stderr = streams.InFile, streams.ErrFile, streams.ErrFile
	if err := editor.Run(); err != nil {
		return "", fmt.Errorf("cannot run the editor %q: %w", command, err)
	}
	edited, err := os.ReadFile(file.Name())
	if err != nil {
		return "", fmt.Errorf("cannot read what the editor saved: %w", err)
	}
	return string(edited), nil
}

// editorCommand returns the command that edits a file. The user's command may have
// arguments, so on Unix a shell runs it, as Git does.
func editorCommand(ctx context.Context, command, path string) *exec.Cmd {
	if runtime.GOOS != "windows" {
		return exec.CommandContext(ctx, "sh", "-c", command+` "$1"`, command, path)
	}
	words := strings.Fields(command)
	return exec.CommandContext(ctx, words[0], append(words[1:], path)...)
}
