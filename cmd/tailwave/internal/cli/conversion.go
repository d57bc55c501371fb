package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
)

// A Conversion holds the flags that convert the sample rate, or filter with a kernel of the user's own.
type Conversion struct {
	rate      int64
	quality   string
	bandwidth float64
	phase     string

	filter   string
	stride   int
	decimate int
	padding  string
}

// AddFlags defines the flags.
func (c *Conversion) AddFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Int64VarP(&c.rate, "rate", "r", 0, "output sample rate in `Hz`, 1000 to 768000")
	f.StringVar(&c.quality, "quality", "best", "best, high or fast: stop band below -160, -125 or -100 dB")
	f.Float64Var(&c.bandwidth, "bandwidth", 0, "where the filter is 3 dB down, as a fraction of half the lower sample rate: 0.90 to 0.995 (default: set by --quality)")
	f.StringVar(&c.phase, "phase", "linear", "linear, or minimum, which does not ring before a peak")
	f.StringVar(&c.filter, "filter", "", "`file` with a filter kernel, in place of --rate")
	f.IntVar(&c.stride, "stride", 1, "output frames per input frame, before --decimate")
	f.IntVar(&c.decimate, "decimate", 1, "keep every Nth of these frames")
	f.StringVar(&c.padding, "padding", "same", "same: --stride times as many frames as IN, before --decimate; or valid: longer, with the ends that \"same\" cuts off, named as in TensorFlow's transposed convolution; NumPy calls it full")
}

// Check reports flags that do not go together.
func (c *Conversion) Check(cmd *cobra.Command) error {
	given := cmd.Flags().Changed
	switch {
	case c.filter == "" && given("filter"):
		return Usagef("--filter is empty: name a .npy file")
	case c.filter == "-":
		return Usagef("--filter - is not supported: name a .npy file")
	}
	if c.filter == "" {
		for _, name := range []string{"stride", "decimate", "padding"} {
			if given(name) {
				return Usagef("--%s goes with --filter: set --filter, or leave out --%s", name, name)
			}
		}
		if !given("rate") {
			return Usagef("--rate is missing: set the output sample rate in Hz, such as --rate 48000")
		}
		if err := CheckRate(cmd, c.rate); err != nil {
			return err
		}
		_, err := resample.ParseQuality(c.quality)
		if err != nil {
			return Usagef("--quality %q: must be best, high or fast", c.quality)
		}
		if given("bandwidth") && !(c.bandwidth >= 0.90 && c.bandwidth <= 0.995) {
			return Usagef("--bandwidth %v: must be from 0.90 to 0.995", c.bandwidth)
		}
		if c.phase != "linear" && c.phase != "minimum" {
			return Usagef("--phase %q: must be linear or minimum", c.phase)
		}
		return nil
	}
	if given("rate") {
		return Usagef("--rate does not go with --filter, whose --stride and --decimate set the rate: leave out one of them")
	}
	for _, name := range []string{"quality", "bandwidth", "phase"} {
		if given(name) {
			return Usagef("--%s does not go with --filter, which replaces the built-in filter: leave out one of them", name)
		}
	}
	if c.stride < 1 {
		return Usagef("--stride %d: must be at least 1", c.stride)
	}
	if c.decimate < 1 {
		return Usagef("--decimate %d: must be at least 1", c.decimate)
	}
	if c.padding != "same" && c.padding != "valid" {
		return Usagef("--padding %q: must be same or valid", c.padding)
	}
	return nil
}

// OutRate returns the output sample rate, which must be a whole number of Hz.
func (c *Conversion) OutRate(in int64) (int64, error) {
	if c.filter == "" {
		return c.rate, nil
	}
	r, err := stream.Hz(int(in)).Scale(c.stride, c.decimate)
	if err != nil {
		return 0, err
	}
	hz, whole := r.Whole()
	if !whole {
		return 0, Usagef("--stride %d --decimate %d: %d Hz would become %v, which is no whole number: choose a --decimate that divides %d",
			c.stride, c.decimate, in, r, in*int64(c.stride))
	}
	if !RateAllowed(hz) {
		return 0, Usagef("--stride %d --decimate %d: %d Hz would become %d Hz, must be from %d to %d Hz", c.stride, c.decimate, in, hz, MinRate, MaxRate)
	}
	return hz, nil
}

// Copies reports whether the conversion leaves frames unchanged.
func (c *Conversion) Copies(inRate int64) bool { return c.filter == "" && inRate == c.rate }

// Stages returns the stages of the pipeline.
func (c *Conversion) Stages(inRate, channels int, options ...dsp.Option) ([]stream.Stage, error) {
	if c.filter == "" {
		q, err := resample.ParseQuality(c.quality)
		if err != nil {
			return nil, err
		}
		f := resample.Filter{Quality: q, Bandwidth: c.bandwidth, MinimumPhase: c.phase == "minimum"}
		r, err := resample.New(inRate, int(c.rate), channels, f, options...)
		if err != nil {
			return nil, err
		}
		return []stream.Stage{{Name: "resample", Processor: r}}, nil
	}
	up, err := c.userFilter(channels)
	if err != nil {
		return nil, fileio.Name(c.filter, err)
	}
	stages := []stream.Stage{{Name: "filter", Processor: up}}
	if c.decimate > 1 {
		d, err := dsp.NewDecimator(c.decimate, channels)
		if err != nil {
			return nil, err
		}
		stages = append(stages, stream.Stage{Name: "decimate", Processor: d})
	}
	return stages, nil
}

// userFilter returns a stream that convolves each channel with the kernel of --filter, in the precision of the file.
func (c *Conversion) userFilter(channels int) (dsp.Processor, error) {
	f, err := fileio.Open(c.filter)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a, err := npy.Read(f)
	if err != nil {
		return nil, err
	}
	if err := checkKernel(a); err != nil {
		return nil, err
	}
	g := layer.TransposeGeometry{In: channels, Out: channels, Groups: channels, Kernel: a.Shape[0], Stride: c.stride}
	if c.padding == "same" {
		g, err = g.Same(0)
	} else {
		// As in Keras: a whole stride for every frame, even if the kernel is shorter.
		g, err = g.Valid(max(0, g.Stride-g.Kernel))
	}
	if err != nil {
		return nil, err
	}
	if a.Float32 != nil {
		l, err := layer.NewConvTranspose1D(g, repeat(a.Float32, channels), nil)
		if err != nil {
			return nil, err
		}
		return l.NewStream(), nil
	}
	l, err := layer.NewConvTranspose1D(g, repeat(a.Float64, channels), nil)
	if err != nil {
		return nil, err
	}
	return layer.AsFloat32(l), nil
}

// checkKernel reports an array that is not one kernel of at least one finite value.
func checkKernel(a *npy.Array) error {
	if len(a.Shape) != 1 && !(len(a.Shape) == 3 && a.Shape[1] == 1 && a.Shape[2] == 1) {
		values, longest := 1, 1
		for _, n := range a.Shape {
			values, longest = values*n, max(longest, n)
		}
		one := "k.ravel()" // keeps one kernel, and would join several
		if values != longest {
			one = "k[:" + strings.Repeat(", 0", len(a.Shape)-1) + "]"
		}
		return fmt.Errorf("kernel of shape %s: must be [k] or [k, 1, 1]: save one kernel, such as with np.save(\"kernel.npy\", %s)",
			dsp.ListText(a.Shape), one)
	}
	if a.Shape[0] < 1 {
		return fmt.Errorf("kernel has %d values, must have at least 1: save the values of the kernel", a.Shape[0])
	}
	return cmp.Or(finite(a.Float32), finite(a.Float64))
}

// finite reports the first value of a kernel that is not finite. Every sample within its reach would be NaN.
func finite[T dsp.Float](h []T) error {
	for i, v := range h {
		if v-v != 0 {
			return fmt.Errorf("value %d, counted from 0, is %v: a kernel must be finite: compute it again, and save it", i, v)
		}
	}
	return nil
}

// repeat returns the filters [k, channels, 1] that apply h to each channel.
func repeat[T any](h []T, channels int) []T {
	out := make([]T, 0, len(h)*channels)
	for _, v := range h {
		for range channels {
			out = append(out, v)
		}
	}
	return out
}

// Filters reports whether a kernel of the user's own replaces the conversion of the sample rate.
func (c *Conversion) Filters() bool { return c.filter != "" }
