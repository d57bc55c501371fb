// Package completion completes command lines in a shell: the values of flags, and files by what an argument may be.
//
// Cobra writes the script of a shell, which runs the hidden command __complete for every press of the Tab key. [Add]
// says what that command prints, and [NewCommand] returns the command that prints the scripts:
//
//	root.AddCommand(completion.NewCommand())
//	completion.Add(root, live.PortAudio)
//
// A completion that fails has no candidates and reports no error. It waits at most two seconds for a sound system.
package completion
