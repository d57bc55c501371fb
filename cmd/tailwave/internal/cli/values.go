package cli

import (
	"maps"
	"slices"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
)

// Values returns the words that a flag accepts, or nil if it accepts arbitrary values. Numbers are left out.
func Values(flag string) []string {
	switch flag {
	case "quality":
		var list []string
		for q := resample.Best; ; q++ {
			if _, err := resample.ParseQuality(q.String()); err != nil {
				return list
			}
			list = append(list, q.String())
		}
	case "format":
		var list []string
		for f := pcm.U8; f.Valid(); f++ {
			list = append(list, f.String())
		}
		return list
	case "raw":
		return slices.Sorted(maps.Keys(DeviceSamples))
	case "layout":
		return []string{melsFirst, framesFirst}
	case "phase":
		return []string{"linear", "minimum"}
	case "padding":
		return []string{"same", "valid"}
	case "dither":
		return []string{"auto", "none", "tpdf"}
	case "gain":
		return []string{"auto"}
	}
	return nil
}
