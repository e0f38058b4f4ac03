package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newSandboxEnrollmentCmd(f *factory) *cobra.Command {
	o := newSandboxOptions(f)
	return &cobra.Command{
		Use: "mfa on|off", Short: "Say whether the demo user has set up MFA",
		Example: "  apono sandbox mfa off", Args: exactArgs("on or off"), ValidArgs: []string{"on", "off"},
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] != "on" && args[0] != "off" {
				return usageError(cmd, fmt.Sprintf("%q is neither on nor off", args[0]))
			}
			box, err := o.open(cmd.Context())
			if err != nil {
				return err
			}
			if err := box.SetMFAEnrolled(cmd.Context(), args[0] == "on"); err != nil {
				return err
			}
			if args[0] == "on" {
				o.streams.Done("The demo user has set up MFA")
			} else {
				o.streams.Done("The demo user has not set up MFA")
			}
			return nil
		},
	}
}
