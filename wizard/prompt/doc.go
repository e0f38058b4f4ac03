// Package prompt asks questions in a terminal: choose one option, choose
// several, search for one, type a line of text, or answer yes or no.
//
// A program describes each question with a List, a Box, or a Text and passes it to a
// Prompter, which returns indexes, an option, or text. Labels are only displayed, so
// options with equal labels stay distinct. Prompts are drawn inline on standard
// error and redrawn in place. An answered prompt leaves one line; a canceled
// prompt leaves nothing.
//
//	p := prompt.New(streams, prompt.Options{})
//	i, err := p.Select(ctx, prompt.List{
//		Title:   "Select a color",
//		Options: []prompt.Option{{Label: "Red"}, {Label: "Green"}},
//	})
//	switch {
//	case errors.Is(err, prompt.ErrBack):     // Esc
//	case errors.Is(err, prompt.ErrCanceled): // Ctrl-C
//	}
//
// The package knows terminals and how to filter a list; package keyboard knows keys. It must not know
// what is being asked or why, so nothing here may depend on requests, the
// service, or profiles.
//
// It is the only package that imports survey, which is no longer maintained.
// It uses survey's Prompt interface and AskOne. It does not use survey's Select and
// MultiSelect, which panic or lose answers in some cases, Input, which hangs if the
// terminal does not report its cursor position, or the key reader, which loses keys.
package prompt
