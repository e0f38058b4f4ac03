// Package screen is a terminal for tests: a pseudo-terminal with an emulator
// behind it, so that a test sees the screen that a person sees and presses the
// keys that a person presses. It knows terminals. It must not know what runs on
// them, and nothing but tests may use it.
package screen
