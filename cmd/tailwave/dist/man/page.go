package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

// render returns the pages about root and the commands below it, by the names of their files. It changes the texts of
// the commands to Markdown, which is what package doc reads.
func render(root *cobra.Command, version string, date time.Time) (map[string]string, error) {
	pages := map[string]string{}
	var walk func(cmd *cobra.Command) error
	walk = func(cmd *cobra.Command) error {
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				if err := walk(c); err != nil {
					return err
				}
			}
		}
		path := cmd.CommandPath()
		prepare(cmd)
		var b bytes.Buffer
		header := doc.GenManHeader{Section: "1", Date: &date, Source: "tailwave " + version, Manual: "tailwave manual"}
		if err := doc.GenMan(cmd, &header, &b); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		pages[fileName(path)] = finish(b.String(), date)
		return nil
	}
	return pages, walk(root)
}

// prepare writes the sections of a page that package doc does not lay out well, commands, options and notes, into the
// description of the command, and hides its flags from package doc.
func prepare(cmd *cobra.Command) {
	cmd.InitDefaultHelpFlag()
	cmd.DisableAutoGenTag = true // it would print the date of today
	text, notes, _ := strings.Cut(cmp.Or(cmd.Long, cmd.Short+"."), "\n\nNotes:\n")
	parts := []string{markdown(text)}
	if len(cmd.Aliases) > 0 {
		parts = append(parts, "Other names of the command: **"+escape(strings.Join(cmd.Aliases, ", "))+"**.")
	}
	var list []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			list = append(list, entry("**"+escape(c.Name())+"**", c.Short)) // the Short of a prepared command is Markdown
		}
	}
	parts = append(parts, section("COMMANDS", list)...)
	list = nil
	visit := func(f *pflag.Flag) {
		if !f.Hidden {
			list = append(list, option(f))
			f.Hidden = true
		}
	}
	cmd.LocalFlags().VisitAll(visit)
	cmd.InheritedFlags().VisitAll(visit)
	parts = append(parts, section("OPTIONS", list)...)
	if notes != "" {
		parts = append(parts, "# NOTES", markdown(notes))
	}
	cmd.Long = strings.Join(parts, "\n\n")
	cmd.Short = escape(cmd.Short)
	name, arguments, _ := strings.Cut(cmd.Use, " ")
	if cmd.HasAvailableSubCommands() {
		arguments = "COMMAND"
	}
	cmd.Use = strings.TrimSpace(name+" "+escape(arguments)) + ` \[flags\]`
	cmd.DisableFlagsInUseLine = true
}

// section returns a heading and a list, or nothing if the list is empty.
func section(heading string, list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return append([]string{"# " + heading}, list...)
}

// entry returns an entry of a list of definitions.
func entry(term, definition string) string { return term + "\n: " + definition }

// option returns the entry of a flag: its names, its value, and what it does.
func option(f *pflag.Flag) string {
	value, usage := pflag.UnquoteUsage(f)
	term := "**--" + escape(f.Name) + "**"
	if f.Shorthand != "" {
		term = "**-" + f.Shorthand + "**, " + term
	}
	switch value { // as in the help
	case "":
	case "int", "uint", "float":
		term += " *N*"
	case "string":
		term += " *NAME*"
	default:
		term += " *" + escape(value) + "*"
	}
	if !slices.Contains([]string{"", "0", "false"}, f.DefValue) {
		usage += " (default " + f.DefValue + ")"
	}
	return entry(term, escape(usage))
}
