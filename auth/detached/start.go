package detached

import (
	"os"
	"os/exec"
)

// Start runs a command in a process that outlives this one, with variables in addition
// to those of this process. It closes done when the process ends.
func Start(command, variables []string) (done <-chan struct{}, err error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.SysProcAttr = Attributes()
	cmd.Env = append(os.Environ(), variables...)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	return ended, nil
}
