package dsptest

import (
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

func TestContractAcceptsSoundProcessors(t *testing.T) {
	for name, c := range map[string]Contract[float32]{
		"transposed convolution": soundContract(t, func(s sound) Streamer[float32] { return s }),
		"padder":                 padderContract(t, func(p dsp.Processor) Streamer[float32] { return p }),
		"groups":                 groupContract(t, func(p dsp.Processor) Streamer[float32] { return p }),
	} {
		t.Run(name, func(t *testing.T) {
			if said := judge(t, c); said != "" {
				t.Errorf("Check reports %q, want nothing", said)
			}
		})
	}
}

// TestContractTriesAllLengths counts the lengths at which Check asks for the reference.
func TestContractTriesAllLengths(t *testing.T) {
	c := padderContract(t, func(p dsp.Processor) Streamer[float32] { return p })
	tried, reference := map[int]bool{}, c.Reference
	c.Reference = func(src []float32) []float32 {
		tried[len(src)] = true
		return reference(src)
	}
	if said := judge(t, c); said != "" {
		t.Fatalf("Check reports %q, want nothing", said)
	}
	for n := 1; n <= c.AllLengths; n++ {
		if !tried[n] {
			t.Errorf("%d frames: not tried, want all lengths up to %d", n, c.AllLengths)
		}
	}
}

func TestContractOfTooFewFrames(t *testing.T) {
	for name, change := range map[string]func(c *Contract[float32]){
		"below AllLengths": func(c *Contract[float32]) { c.AllLengths = c.Frames + 1 },
		"below 3":          func(c *Contract[float32]) { c.Frames, c.AllLengths = 2, 0 },
	} {
		t.Run(name, func(t *testing.T) {
			c := padderContract(t, func(p dsp.Processor) Streamer[float32] { return p })
			change(&c)
			if got, want := judge(t, c), "must be at least"; !strings.Contains(got, want) {
				t.Errorf("Check reports %q, want %q in it", got, want)
			}
		})
	}
}

// TestContractFindsFaults: Check names each fault, with the same text in every run.
func TestContractFindsFaults(t *testing.T) {
	for name, c := range map[string]struct {
		wrap func(sound) Streamer[float32]
		want string
	}{
		"no Flush": {
			func(s sound) Streamer[float32] { return noFlush{s} },
			"but OutFrames promises",
		},
		"second Flush": {
			func(s sound) Streamer[float32] { return flushAgain{s} },
			"a second Flush appended",
		},
		"no Reset": {
			func(s sound) Streamer[float32] { return keepsState{s} },
			"after Reset the processor is not as new: frame 0, channel 0 (value 0 of 120) is",
		},
		"no further Reset": {
			func(s sound) Streamer[float32] { return noReset{s, new(bool)} },
			"Process after Flush and Reset panics: call Guard.Reset in Reset",
		},
		"no Reset in mid-stream": {
			func(s sound) Streamer[float32] { return resetsEnded{s, new(bool)} },
			"after a first stream of 1 frame without Flush",
		},
		"no Guard.Reset": {
			func(s sound) Streamer[float32] { return staysFlushed{s, new(bool)} },
			"Process after Flush and Reset panics: call Guard.Reset in Reset",
		},
		"changes src": {
			func(s sound) Streamer[float32] { return changesSource{s} },
			"Process changed src: frame 0, channel 0 (value 0 of 120) is",
		},
		"keeps src": {
			func(s sound) Streamer[float32] { return keepsSource{s, new([]float32)} },
			"is NaN, want -0.26132688: Process may have kept src",
		},
		"rereads src": {
			func(s sound) Streamer[float32] { return rereadsSource{s, new([]float32), new([]float32)} },
			"Process may have kept src",
		},
		"shortens dst": {
			func(s sound) Streamer[float32] { return shortens{s} },
			"Process returned a slice shorter than dst, of 0 values instead of at least 2",
		},
		"returns no dst": {
			func(s sound) Streamer[float32] { return flushesNothing{s} },
			"Flush returned a slice shorter than dst, of 0 values instead of at least",
		},
		"drops -0": {
			func(s sound) Streamer[float32] { return dropsSign{s} },
			"special values of seed 0, 60 frames in 1 chunk: frame 5, channel 0 (value 5 of 120) is 0, want -0",
		},
		"goes on after Flush": {
			func(s sound) Streamer[float32] { return goesOn{s} },
			"Process of 1 value, with 2 per frame, does not panic: call BeginProcess of the dsp.Guard first in Process",
		},
		"takes parts of frames": {
			func(s sound) Streamer[float32] { return takesParts{s} },
			"with 2 per frame, does not panic",
		},
		"rounding": {
			func(s sound) Streamer[float32] { return chunkSum{s} },
			"2 frames in 1 chunk: frame 0, channel 0 (value 0 of 4) is 0.20947349, want 0.20947346",
		},
		"overwrites": {
			func(s sound) Streamer[float32] { return overwrites{s} },
			"overwritten",
		},
		"allocates": {
			func(s sound) Streamer[float32] { return allocates{s} },
			"allocations per run",
		},
		"MaxOutFrames": {
			func(s sound) Streamer[float32] { return understates{s} },
			"but MaxOutFrames is",
		},
		"MaxOutFrames of many": {
			func(s sound) Streamer[float32] { return understatesLong{s} },
			"MaxOutFrames(1000) is 500",
		},
		"Latency too high": {
			func(s sound) Streamer[float32] { return lateByOne{s} },
			"Latency is 3, want 2",
		},
		"bound too low": {
			func(s sound) Streamer[float32] { return boundTooLow{s} },
			"Latency is 1, but 2 frames are held according to Emitted",
		},
		"OutFrames": {
			func(s sound) Streamer[float32] { return wrongLength{s} },
			"but OutFrames promises",
		},
		"Emitted": {
			func(s sound) Streamer[float32] { return wrongEmitted{s} },
			"want Emitted(1)",
		},
		"Emitted of nothing": {
			func(s sound) Streamer[float32] { return beginsEarly{s} },
			"want Emitted(0) = 1",
		},
		"waits for the end": {
			func(s sound) Streamer[float32] { return waitsForEnd{s, new([]float32)} },
			"Process has appended 0 values, want Emitted",
		},
		"admits that it waits": {
			func(s sound) Streamer[float32] { return waitsKnowingly{waitsForEnd{s, new([]float32)}} },
			"Flush went beyond MaxOutFrames",
		},
		"waits openly": {
			func(s sound) Streamer[float32] { return waitsOpenly{waitsKnowingly{waitsForEnd{s, new([]float32)}}} },
			"Process never emits anything, so memory grows",
		},
		"keeps all frames": {
			func(s sound) Streamer[float32] { return keepsAll{s, new([]float32)} },
			"memory grows with the length of the stream",
		},
		"Memory grows": {
			func(s sound) Streamer[float32] { return tellsLess{s, new(int64)} },
			"Memory returns 0 bytes of state for a new stream and",
		},
		"no owner": {
			func(s sound) Streamer[float32] { return unowned{s} },
			"two pipelines can run the processor at once: embed a dsp.Guard",
		},
		"two owners": {
			func(s sound) Streamer[float32] { return neverInUse{s} },
			"a second Acquire succeeds",
		},
		"Reset releases": {
			func(s sound) Streamer[float32] { return released{s} },
			"Acquire succeeds after Reset",
		},
		"no Release": {
			func(s sound) Streamer[float32] { return alwaysInUse{s} },
			"Acquire after Release fails",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := judge(t, soundContract(t, c.wrap))
			if !strings.Contains(got, c.want) {
				t.Errorf("Check reports %q, want %q in it", got, c.want)
			}
			if again := judge(t, soundContract(t, c.wrap)); again != got {
				t.Errorf("Check reports %q in another run, want %q as before", again, got)
			}
		})
	}
}

// TestContractFindsWrongShapes has counts of frames that repeat after 4: OutFrames of a padder, and Emitted of groups.
func TestContractFindsWrongShapes(t *testing.T) {
	for name, c := range map[string]struct {
		contract func(*testing.T, func(dsp.Processor) Streamer[float32]) Contract[float32]
		change   func(s *dsp.Shape)
		want     string
	}{
		"shorter period of OutFrames": {padderContract, func(s *dsp.Shape) { s.Period = 1 },
			"OutFrames(2) is 4, want 5"},
		"wrong period of OutFrames": {padderContract, func(s *dsp.Shape) { s.Period = 6 },
			"OutFrames(7) is 8, want 10"},
		"shorter period of Emitted": {groupContract, func(s *dsp.Shape) { s.Period = 1 },
			"Emitted(2) is 4, want 5"},
		"wrong period of Emitted": {groupContract, func(s *dsp.Shape) { s.Period = 6 },
			"Emitted(7) is 8, want 10"},
		"negative period": {padderContract, func(s *dsp.Shape) { s.Period = -4 },
			"period -4: must be a multiple of Down"},
		"period not one of Down": {padderContract, func(s *dsp.Shape) { s.Down = 3 },
			"period 4: must be a multiple of Down, 3"},
		"no channels": {padderContract, func(s *dsp.Shape) { s.Out = 0 },
			"1 input and 0 output channels"},
		"ratio not in lowest terms": {padderContract, func(s *dsp.Shape) { s.Up, s.Down = 2, 2 },
			"ratio 2/2"},
		"no ratio": {padderContract, func(s *dsp.Shape) { s.Up, s.Down = 0, 0 },
			"ratio 0/0"},
		"negative latency": {padderContract, func(s *dsp.Shape) { s.Latency = -1 },
			"latency -1"},
	} {
		t.Run(name, func(t *testing.T) {
			contract := c.contract(t, func(p dsp.Processor) Streamer[float32] { return shaped{p, c.change} })
			if got := judge(t, contract); !strings.Contains(got, c.want) {
				t.Errorf("Check reports %q, want %q in it", got, c.want)
			}
		})
	}
}
