package wizard

import "pgregory.net/rapid"

// What tests outside this package share with those inside.
var (
	ArgPrinters       = argPrinters
	RunScript         = runScript
	HasFishPrivateUse = hasFishPrivateUse
)

// AnyAnswers generates answers.
func AnyAnswers() *rapid.Generator[Answers] { return anyAnswers() }
