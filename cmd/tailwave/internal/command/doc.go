// Package command holds the commands of the program, one file each: a command parses its flags, and assembles a
// pipeline from the packages next to this one, models and stream.
//
// The program itself is package main, which calls [Main]. The commands are a package of their own so that the generator
// of the man pages, a module of its own, can read them: see [Root].
package command
