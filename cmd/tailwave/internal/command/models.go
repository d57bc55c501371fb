package command

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/modelinfo"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/vocoder"
	"github.com/tailwave/tailwave/models"
)

func newModelsCommand() *cobra.Command {
	var flags vocoder.OpenFlags
	cmd := &cobra.Command{
		Use:   "models [FOLDER]",
		Short: "List supported models, or check the files of a model",
		Long: `models lists the supported architectures and tested weights, or checks a model.

Without FOLDER, models prints the supported architectures, and where tested
weights are published, with their licence and the size and SHA-256 of each file.

With FOLDER, models opens the model and compares its files with the tested
weights. The exit status is 1 if the model does not open, or if some files match
a tested set and others differ from it (a damaged or mixed download). If no file
matches, the weights are your own, and opening is the only check.`,
		Example: `  tailwave models
  tailwave models lyra/
  tailwave models hifigan/`,
		Args: cli.AtMostOne("FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				if err := flags.Reject(cmd, "a FOLDER"); err != nil {
					return err
				}
				return listModels(cmd.OutOrStdout())
			}
			open := func(path string) (*models.Model, error) { return flags.Open(cmd, path) }
			return checkModel(cli.LineWriter(cmd.OutOrStdout()), args[0], open)
		},
	}
	flags.Add(cmd)
	return cmd
}

func listModels(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, a := range models.Architectures() {
		fmt.Fprintf(t, "%s\t%s\n", a.Name, a.Weights)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, p := range models.KnownWeights() {
		fmt.Fprintf(w, "\n%s, %s\n%s\n", p.Name, p.Licence, p.Where)
		if p.Note != "" {
			fmt.Fprintf(w, "%s\n", p.Note)
		}
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, f := range p.Files {
			fmt.Fprintf(t, "  %s\t%10d bytes\t%s\n", f.Name, f.Bytes, f.SHA256)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// checkModel compares the files in a folder, or in the folder of a weights file, with the tested weights that share
// most files with it. Then it opens the model.
func checkModel(w io.Writer, path string, open func(string) (*models.Model, error)) error {
	folder := path
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		folder = filepath.Dir(path)
	}
	best, checks, same, err := closest(folder)
	if err != nil {
		return err
	}
	var different []string
	if same == 0 {
		fmt.Fprintln(w, "no file is one of those tested")
	} else {
		fmt.Fprintf(w, "%s, %s\n", best.Name, best.Licence)
		for _, c := range checks {
			state := map[models.FileState]string{models.FileSame: "as tested", models.FileDiffers: "differs", models.FileMissing: "is missing"}[c.State]
			fmt.Fprintf(w, "  %-28s %s\n", c.Name, state)
			if c.State == models.FileDiffers {
				different = append(different, c.Name)
			}
		}
	}
	m, err := open(path)
	if err != nil {
		return err
	}
	if err := modelinfo.PrintModel(w, m); err != nil {
		return err
	}
	if len(different) > 0 {
		is, it := "is", "it"
		if len(different) > 1 {
			is, it = "are", "them"
		}
		return fileio.Name(filepath.Clean(folder), fmt.Errorf("%s %s not as tested with %s: download %s again", cli.List(different), is, best.Name, it))
	}
	return nil
}

// closest returns the tested weights that share most files with a folder, the state of each file, and how many are the
// same.
func closest(folder string) (best models.Release, checks []models.FileCheck, same int, err error) {
	for _, p := range models.KnownWeights() {
		c, err := p.CompareFolder(folder)
		if err != nil {
			return best, nil, 0, err
		}
		n := 0
		for _, f := range c {
			if f.State == models.FileSame {
				n++
			}
		}
		if n > same {
			best, checks, same = p, c, n
		}
	}
	return best, checks, same, nil
}
