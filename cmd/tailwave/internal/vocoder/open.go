package vocoder

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/vocode"
)

// Builtin is the value of --model for the vocoder without weights.
const Builtin = "builtin"

// ModelFlags say which model a command opens, and how.
type ModelFlags struct {
	Model       string
	weightsKey  string
	allowUnused bool
}

// Add defines the flags. with stands in front of the help of those that need a model.
func (f *ModelFlags) Add(cmd *cobra.Command, model, help, with string) {
	flags := cmd.Flags()
	flags.StringVar(&f.Model, "model", model, help)
	flags.StringVar(&f.weightsKey, "weights-key", "", with+"key of the weights in a checkpoint that holds several, such as ema")
	flags.BoolVar(&f.allowUnused, "allow-unused", false, with+"open weights although some tensors are not used, unless these belong to another known network")
}

// Vocoder returns the vocoder that the flags name.
func (f *ModelFlags) Vocoder(cmd *cobra.Command, effects spectral.Effects) (*vocode.Vocoder, error) {
	if f.Model == "" || f.Model == Builtin {
		for _, name := range []string{"weights-key", "allow-unused"} {
			if cmd.Flags().Changed(name) {
				return nil, cli.Usagef("--%s goes with --model and weights", name)
			}
		}
	}
	switch f.Model {
	case "":
		return nil, cli.Usagef("--model is empty: name a weights file, its folder, or builtin")
	case Builtin:
		v, err := vocode.Builtin(effects)
		if err != nil {
			return nil, cli.UsageError{Err: err}
		}
		return v, nil
	}
	if f.weightsKey == "" && cmd.Flags().Changed("weights-key") {
		return nil, cli.Usagef("--weights-key is empty: tailwave info lists the keys of a file")
	}
	options := []models.Option{models.WithWeightsKey(f.weightsKey)}
	if f.allowUnused {
		options = append(options, models.WithUnused())
	}
	m, err := models.Open(f.Model, options...)
	if err != nil {
		return nil, advise(err)
	}
	if keys := m.Unused().UnknownKeys; len(keys) > 0 {
		cli.Warn(cmd.ErrOrStderr(), fmt.Sprintf("%s: its configuration has keys that are not known and not used, %s: "+
			"check that the network does not depend on them", m.Info().Path, strings.Join(keys, ", ")))
	}
	return vocode.New(m), nil
}

// advise returns the error of models.Open with the flag that helps.
func advise(err error) error {
	if _, ok := errors.AsType[*models.AmbiguousError](err); ok {
		return fmt.Errorf("%w, with --weights-key", err)
	}
	if e, ok := errors.AsType[*models.UnusedError](err); ok && e.Owner == "" {
		return fmt.Errorf("%w: if they do not matter for the sound, use --allow-unused", err)
	}
	return err
}
