package wav

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestFilesThatExist reads files with the headers and endings that real programs write, from files and from pipes.
func TestFilesThatExist(t *testing.T) {
	for _, c := range []struct {
		name     string
		frames   int
		note     string   // the only note, "" without one
		metadata []string // IDs of chunks with metadata
		err      error    // ends the stream
		pipe     string   // error if the input is a pipe
	}{
		{"ambisonic.amb", 4410, "", nil, nil, ""},
		{"c_pcm_alaw.wav", 800, "", nil, nil, ""},
		{"c_pcm_mulaw.wav", 800, "", nil, nil, ""},
		{"claims_44_more.wav", 4410, "", nil, io.ErrUnexpectedEOF, ""},
		{"concat.wav", 4410, "second RIFF header at byte 8864: not read", nil, nil, ""},
		{"concat_stream.wav", 4410, "second RIFF header at byte 8864: not read", nil, nil, ""},
		{"data_unaligned.wav", 500, "4 bytes of an incomplete frame at byte 3068, at the end of the data: not read", nil, nil, ""},
		{"float_nan.wav", 4410, "", nil, nil, ""},
		{"fmt_after_data.wav", 4410, "", nil, nil, "comes before any fmt chunk"},
		{"fs_square.wav", 4410, "", nil, nil, ""},
		{"gst_stream.wav", 3072, "", []string{"LIST"}, nil, ""},
		{"id3_before.wav", 4410, "ID3v2 tag of 26 bytes in front of the file: not read", nil, nil, ""},
		{"mask0_4ch.wav", 4410, "", nil, nil, ""},
		{"mask_all_2ch.wav", 4410, "channel mask 0xFFFFFFFF names 32 loudspeakers for 2 channels: ignored", nil, nil, ""},
		{"mask_stereo_mono.wav", 4410, "channel mask 0x3 names 2 loudspeakers for 1 channel: ignored", nil, nil, ""},
		{"meta.wav", 4410, "", []string{"bext", "iXML", "smpl", "cue ", "LIST", "acid"}, nil, ""},
		{"odd_data_nopad_list.wav", 4409, "", []string{"LIST"}, nil, ""},
		{"odd_list_nopad.wav", 4410, "", []string{"LIST"}, nil, ""},
		{"ph_7fff0000.wav", 4410, "", nil, nil, ""},
		{"ph_ffffff9b.wav", 4410, "", nil, nil, ""},
		{"ph_ffffffdb.wav", 4410, "", nil, nil, ""},
		{"ph_fffffff7.wav", 4410, "", nil, nil, ""},
		{"rate2400000.wav", 4410, "", nil, nil, ""},
		{"rf64_data32_small.wav", 4410, "", nil, nil, ""},
		{"trailing_id3v1.wav", 4410, "128 bytes after the data, from byte 8864 on, an ID3v1 tag: not read", nil, nil, ""},
		{"two_data.wav", 2205, "second data chunk at byte 4454, of 4410 bytes: not read", nil, nil, ""},
		{"zero_data_goodriff_list.wav", 4410, "", []string{"LIST"}, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := os.ReadFile(reference.File(t, "cases", "wav", c.name))
			if err != nil {
				t.Fatal(err)
			}
			for kind, in := range map[string]io.Reader{"file": strings.NewReader(string(b)), "pipe": onlyReader{strings.NewReader(string(b))}} {
				r, err := NewReader(in)
				if kind == "pipe" && c.pipe != "" {
					if err == nil || !strings.Contains(err.Error(), c.pipe) {
						t.Errorf("pipe: got error %v, want %q", err, c.pipe)
					}
					continue
				}
				if err != nil {
					t.Fatalf("%s: got error %v, want none", kind, err)
				}
				x, err := readFloat(r, 100)
				if got := len(x) / r.Info().Channels; got != c.frames || !errors.Is(err, c.err) {
					t.Errorf("%s: got %d frames, error %v, want %d, %v", kind, got, err, c.frames, c.err)
				}
				if kind == "file" && c.err == nil && r.Info().Frames != int64(c.frames) {
					t.Errorf("announced: got %d frames, want %d", r.Info().Frames, c.frames)
				}
				if err := r.ReadRest(); err != nil {
					t.Errorf("%s: ReadRest: got error %v, want none", kind, err)
				}
				if n := r.Notes(); len(n) > 1 || (len(n) == 1) != (c.note != "") || len(n) == 1 && n[0].Text != c.note {
					t.Errorf("%s: notes: got %q, want %q", kind, n, c.note)
				}
				if !slices.Equal(r.Metadata(), c.metadata) {
					t.Errorf("%s: metadata: got %q, want %q", kind, r.Metadata(), c.metadata)
				}
			}
		})
	}
}

// TestOptionsKeepChannels: Info.Options keeps the meaning of the channels.
func TestOptionsKeepChannels(t *testing.T) {
	for _, c := range []struct {
		name, fmt string
		want      Info // fields that are read back
	}{
		{"plain stereo", plainFmt(1, 2, 8000, 16), Info{}},
		{"plain quad gets the usual mask", plainFmt(1, 4, 8000, 16), Info{Extensible: true, ChannelMask: 0x33}},
		{"mask 0 of quad", extFmt(1, 4, 8000, 16, 16, 0), Info{Extensible: true}},
		{"mask 0 of stereo", extFmt(1, 2, 8000, 16, 16, 0), Info{Extensible: true}},
		{"unusual mask", extFmt(1, 2, 8000, 16, 16, 0x30), Info{Extensible: true, ChannelMask: 0x30}},
		{"fewer loudspeakers than channels", extFmt(1, 4, 8000, 16, 16, 0x3), Info{Extensible: true, ChannelMask: 0x3}},
		{"any loudspeaker", extFmt(1, 2, 8000, 16, 16, 0x80000000), Info{Extensible: true, ChannelMask: 0x80000000}},
		{"more loudspeakers than channels", extFmt(1, 1, 8000, 16, 16, 0x3), Info{}},
		{"all loudspeakers", extFmt(1, 2, 8000, 16, 16, 0xFFFFFFFF), Info{}},
		{"ambisonic", strings.Replace(extFmt(1, 4, 8000, 16, 16, 0), guidTail, ambisonicTail, 1), Info{Extensible: true, Ambisonic: true}},
		{"ambisonic float", strings.Replace(extFmt(3, 4, 8000, 32, 32, 0), guidTail, ambisonicTail, 1), Info{Extensible: true, Ambisonic: true}},
		{"unknown GUID", strings.Replace(extFmt(1, 2, 8000, 16, 16, 0), guidTail, strings.Repeat("\x00", 14), 1), Info{Extensible: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := open(t, riff(c.fmt, chunk("data", ramp(64))))
			var m memory
			write(t, &m, r.Info().Options(), r.Format(), -1, make([]float32, 4*r.Info().Channels))
			got := open(t, string(m.b)).Info()
			if got.Extensible != c.want.Extensible || got.ChannelMask != c.want.ChannelMask || got.Ambisonic != c.want.Ambisonic {
				t.Errorf("got %+v, want extensible %v, mask %#x, ambisonic %v", got, c.want.Extensible, c.want.ChannelMask, c.want.Ambisonic)
			}
			if got.Encoding != r.Info().Encoding {
				t.Errorf("encoding: got %v, want %v", got.Encoding, r.Info().Encoding)
			}
		})
	}
	t.Run("mask for channels without loudspeakers", func(t *testing.T) {
		for _, o := range []Options{{NoPositions: true}, {Ambisonic: true}} {
			o.Encoding, o.ChannelMask = pcm.S16, 3
			if err := NewWriter(io.Discard, o).Open(format(8000, 2), -1); err == nil {
				t.Errorf("%+v: got no error, want one", o)
			}
		}
	})
}
