// Package screen is a terminal for tests: a pseudo-terminal connected to a
// terminal emulator. A test presses keys and reads the screen as a user would.
//
// A typical test waits for the screen to show something before each key:
//
//	s := screen.New(t, 80, 24)
//	program := s.Run(exec.Command("apono"))
//	s.Shows("What do you want to do?")
//	s.Press(screen.Down, screen.Enter)
//	program.Code()
//
// The package must not know which programs run on the terminal. Only tests
// import it.
package screen
