//go:build wine

package command_test

import (
	"os"
	"os/exec"
	"testing"

	"apono/wizard/prompt/screen"
)

// TestGuidedFlowOnWindows runs the Windows program under Wine, from the first question
// to the grant. The variable APONO_EXE has its path; .ci/windows sets it.
func TestGuidedFlowOnWindows(t *testing.T) {
	program := os.Getenv("APONO_EXE")
	if program == "" {
		t.Fatal("APONO_EXE is not set: run .ci/windows")
	}
	cmd := exec.CommandContext(t.Context(), "wine", program, "--profile", "sandbox")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "APONO_CONFIG_DIR=Z:"+t.TempDir())
	s := screen.New(t, 100, 40)
	p := s.Run(cmd)
	s.Shows("? What do you want to do?")
	s.Press(screen.Enter)
	s.Shows("? Select request type")
	s.Press(screen.Esc) // back
	s.Lacks("Select request type")
	s.Shows("? What do you want to do?")
	s.Press(screen.Enter)
	s.Shows("? Select request type")
	s.Press(screen.Down, screen.Up, screen.Enter)
	s.Shows("? Who is the access for?")
	s.Press(screen.Enter)
	s.Shows("? Select integration")
	s.Press("shop", screen.Enter)
	s.Shows("? Select resource type")
	s.Press(screen.Enter)
	s.Shows("? Select permissions")
	s.Press(screen.Enter)
	s.Shows("? Enter Justification")
	s.Press("Look into OPS-2", screen.Backspace, "1", screen.Enter)
	s.Shows("✓ Enter Justification  Look into OPS-1", "AR-00001 is Active")
	s.Shows("? Select how to use access")
	s.Press(screen.CtrlC)
	wantExit(t, s, p, 130)
}
