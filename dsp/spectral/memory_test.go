package spectral

import (
	"math"
	"reflect"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// footprint returns the bytes of all slices reachable from v, each array counted once.
func footprint(v reflect.Value, seen map[uintptr]bool) (bytes int64) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() || v.Kind() == reflect.Pointer && seen[v.Pointer()] {
			return 0
		}
		if v.Kind() == reflect.Pointer {
			seen[v.Pointer()] = true
		}
		return footprint(v.Elem(), seen)
	case reflect.Struct:
		for i := range v.NumField() {
			bytes += footprint(v.Field(i), seen)
		}
	case reflect.Array:
		for i := range v.Len() {
			bytes += footprint(v.Index(i), seen)
		}
	case reflect.Slice:
		if v.Cap() == 0 || seen[v.Pointer()] {
			return 0
		}
		seen[v.Pointer()] = true
		switch v.Type().Elem().Kind() {
		case reflect.Pointer, reflect.Struct, reflect.Slice:
			for i := range v.Len() {
				bytes += footprint(v.Index(i), seen)
			}
		}
		bytes += int64(v.Cap()) * int64(v.Type().Elem().Size())
	}
	return bytes
}

// TestMemory compares Memory with the slices that a processor keeps, within 1 % and 256 bytes.
func TestMemory(t *testing.T) {
	mels := HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
	stretched := FrameLayout{Size: 64, Hop: 8, Up: 3, Down: 2}
	for name, fresh := range map[string]func() (dsp.Processor, error){
		"STFT":            func() (dsp.Processor, error) { return NewSTFT(FrameLayout{Size: 1024, Hop: 256}) },
		"spectra":         func() (dsp.Processor, error) { return NewSpectra(stretched) },
		"mel spectrogram": func() (dsp.Processor, error) { return NewMelSpectrogram(mels) },
		"phases":          func() (dsp.Processor, error) { return NewPhaseReconstructor(1024, 256) },
		"phases of mels":  func() (dsp.Processor, error) { return NewMelReconstructor(mels) },
		"mirrored":        func() (dsp.Processor, error) { return newMirrored(80, 3), nil },
		"stretched":       func() (dsp.Processor, error) { return newStretched(80, 3, 2), nil },
		"constant phase":  func() (dsp.Processor, error) { return newConstantPhase(513, 1024, nil), nil },
		"constant mel phase": func() (dsp.Processor, error) {
			return newConstantPhase(80, 1024, newMelInverse(mels)), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := fresh()
			if err != nil {
				t.Fatal(err)
			}
			sizer, ok := p.(dsp.Sizer)
			if !ok {
				t.Fatalf("%T is no Sizer", p)
			}
			weights, state := sizer.Memory()
			want := footprint(reflect.ValueOf(p), map[uintptr]bool{})
			if got := weights + state; math.Abs(float64(got-want)) > float64(want)/100+256 {
				t.Errorf("Memory tells of %d bytes, want %d", got, want)
			}
			if weights != 0 {
				t.Errorf("%d bytes of weights, want 0: no stream shares weights", weights)
			}
		})
	}
}
