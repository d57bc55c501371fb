package main

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
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

// prepare moves commands, options and notes into the description, because package doc formats them badly, and hides the
// flags from it.
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
	cmd.InheritedFlags() // adds them to Flags
	cli.EachFlagGroup(cmd.Flags(), func(heading string, group []*pflag.Flag) {
		list = append(list, "### "+heading)
		for _, f := range group {
			list = append(list, option(f))
			f.Hidden = true
		}
	})
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

// option returns the entry of a flag as in the help: its names, its placeholder, and what it does.
func option(f *pflag.Flag) string {
	term := "**--" + escape(f.Name) + "**"
	if f.Shorthand != "" {
		term = "**-" + f.Shorthand + "**, " + term
	}
	if value := cli.Placeholder(f); value != "" {
		term += " *" + escape(value) + "*"
	}
	return entry(term, escape(cli.FlagUsage(f)))
}
