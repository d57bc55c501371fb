package vocoder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/vocode"
)

// Builtin is the value of --model for the vocoder without weights.
const Builtin = "builtin"

// OpenFlags are the flags for opening a model.
type OpenFlags struct {
	weightsKey  string
	allowUnused bool
}

// openFlags are their names.
var openFlags = []string{"weights-key", "allow-unused"}

// Add defines the flags.
func (f *OpenFlags) Add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.weightsKey, "weights-key", "", "`key`, such as ema, of the weights to use in a checkpoint that holds several sets")
	flags.BoolVar(&f.allowUnused, "allow-unused", false, "accept tensors that the network does not use, unless these tensors belong to another known network")
}

// Reject returns a usage error if one of the flags is set. with says what they go with.
func (f *OpenFlags) Reject(cmd *cobra.Command, with string) error {
	for _, name := range openFlags {
		if cmd.Flags().Changed(name) {
			return cli.Usagef("--%s goes with %s: leave out --%s", name, with, name)
		}
	}
	return nil
}

// Open opens the model at a path.
func (f *OpenFlags) Open(cmd *cobra.Command, path string) (*models.Model, error) {
	if f.weightsKey == "" && cmd.Flags().Changed("weights-key") {
		return nil, cli.Usagef("--weights-key is empty: tailwave info lists the keys of a file")
	}
	options := []models.Option{models.WithWeightsKey(f.weightsKey)}
	if f.allowUnused {
		options = append(options, models.WithUnused())
	}
	m, err := models.Open(path, options...)
	return m, fileio.ShowPath(path, advise(err))
}

// ModelFlags are the flags for choosing and opening a model.
type ModelFlags struct {
	Model string
	OpenFlags
}

// Add defines the flags, --model with its default and its usage.
func (f *ModelFlags) Add(cmd *cobra.Command, model, help string) {
	cmd.Flags().StringVar(&f.Model, "model", model, help)
	f.OpenFlags.Add(cmd)
}

// Vocoder returns the vocoder that the flags name. It warns about unknown keys in the configuration.
func (f *ModelFlags) Vocoder(cmd *cobra.Command, effects spectral.Effects) (*vocode.Vocoder, error) {
	switch f.Model {
	case "":
		return nil, cli.Usagef("--model is empty: name a weights file, its folder, or builtin")
	case "-":
		return nil, cli.Usagef("--model - is not supported: name a weights file, its folder, or builtin")
	case Builtin:
		if err := f.Reject(cmd, "the weights of a --model"); err != nil {
			return nil, err
		}
		v, err := vocode.Builtin(effects)
		if err != nil {
			return nil, cli.UsageError{Err: err}
		}
		return v, nil
	}
	m, err := f.Open(cmd, f.Model)
	if err != nil {
		return nil, err
	}
	if keys := m.Unused().UnknownKeys; len(keys) > 0 {
		cli.Warn(cmd.ErrOrStderr(), fmt.Sprintf("%s has keys that are not known and not used, %s: "+
			"check that the network does not depend on them", configuration(m.Info().Path), cli.List(keys)))
	}
	return vocode.New(m), nil
}

// configuration names the configuration of a weights file in a message: usually the config.json next to it.
func configuration(weights string) string {
	path := filepath.Join(filepath.Dir(weights), "config.json")
	if _, err := os.Stat(path); err != nil {
		return fileio.Visible(weights) + ": its configuration"
	}
	return fileio.Visible(path) + ":"
}

// advise adds the flag that helps to an error of models.Open.
func advise(err error) error {
	if _, ok := errors.AsType[*models.AmbiguousError](err); ok {
		return fmt.Errorf("%w, with --weights-key", err)
	}
	if e, ok := errors.AsType[*models.UnusedError](err); ok && e.Owner == "" {
		matter := "they do not matter"
		if len(e.Names) == 1 {
			matter = "it does not matter"
		}
		return fmt.Errorf("%w: if %s for the sound, use --allow-unused", err, matter)
	}
	return err
}
