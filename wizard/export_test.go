package wizard

import "pgregory.net/rapid"

// What tests outside this package share with those inside.
var (
	Catchers          = catchers
	RunIn             = runIn
	HasFishPrivateUse = hasFishsOwn
)

// AnyAnswers generates answers.
func AnyAnswers() *rapid.Generator[Answers] { return anyAnswers() }
