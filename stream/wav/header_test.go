package wav

import (
	"errors"
	"io"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestHeaders reads valid files: each has the header and the sample bytes that its row names, seekable or not.
func TestHeaders(t *testing.T) {
	base := Info{Encoding: pcm.S16, Bits: 16, Tag: 1, Rate: 8000, Channels: 1}
	with := func(f func(*Info)) Info {
		i := base
		f(&i)
		return i
	}
	encoded := func(f pcm.Format, bits, tag int) Info {
		return with(func(i *Info) { i.Encoding, i.Bits, i.Tag = f, bits, uint16(tag) })
	}
	unknown := with(func(i *Info) { i.Frames, i.DataBytes = -1, -1 })
	stereoPipe := func(rate int64) Info {
		return with(func(i *Info) { i.Rate, i.Channels, i.Frames, i.DataBytes = rate, 2, -1, -1 })
	}
	d := ramp(48)
	list := chunk("LIST", "INFOISFT\x03\x00\x00\x00abc\x00")
	sized := func(long ds64, data int64, parts ...string) string {
		return "RF64\xFF\xFF\xFF\xFFWAVE" + chunk("ds64", le64(long.riff)+le64(long.data)+le64(0)+le32(0)) + mono16 +
			claim("data", data) + join(parts...)
	}
	rf64 := with(func(i *Info) { i.Container = RF64 })
	rf64Unknown := with(func(i *Info) { i.Container, i.Frames, i.DataBytes = RF64, -1, -1 })
	for _, c := range []struct {
		name string
		file string
		want Info   // 0 as Frames or DataBytes means the number of data
		data string // sample bytes
	}{
		{"8 bit", riff(plainFmt(1, 1, 8000, 8), chunk("data", d)), encoded(pcm.U8, 8, 1), d},
		{"8 bit odd", riff(plainFmt(1, 1, 8000, 8), chunk("data", d[:7]), list), encoded(pcm.U8, 8, 1), d[:7]},
		{"5 bit", riff(plainFmt(1, 1, 8000, 5), chunk("data", d)), encoded(pcm.U8, 5, 1), d},
		{"12 bit", riff(plainFmt(1, 1, 8000, 12), chunk("data", d)), encoded(pcm.S16, 12, 1), d},
		{"16 bit", riff(mono16, chunk("data", d)), base, d},
		{"20 bit", riff(plainFmt(1, 1, 8000, 20), chunk("data", d)), encoded(pcm.S24, 20, 1), d},
		{"24 bit", riff(plainFmt(1, 1, 8000, 24), chunk("data", d)), encoded(pcm.S24, 24, 1), d},
		{"24 bit odd", riff(plainFmt(1, 1, 8000, 24), chunk("data", d[:9])), encoded(pcm.S24, 24, 1), d[:9]},
		{"32 bit", riff(plainFmt(1, 1, 8000, 32), chunk("data", d)), encoded(pcm.S32, 32, 1), d},
		{"float 32", riff(plainFmt(3, 1, 8000, 32), chunk("data", d)), encoded(pcm.F32, 32, 3), d},
		{"float 64", riff(plainFmt(3, 1, 8000, 64), chunk("fact", le32(6)), chunk("data", d)), encoded(pcm.F64, 64, 3), d},
		{"extensible pcm", riff(extFmt(1, 2, 44100, 24, 24, 3), chunk("data", d)), Info{Encoding: pcm.S24, Bits: 24, Tag: 1,
			Extensible: true, ChannelMask: 3, Rate: 44100, Channels: 2}, d},
		{"extensible 20 of 24", riff(extFmt(1, 2, 44100, 24, 20, 0), chunk("data", d)), Info{Encoding: pcm.S24, Bits: 20,
			Tag: 1, Extensible: true, Rate: 44100, Channels: 2}, d},
		{"extensible 24 of 32", riff(extFmt(1, 6, 48000, 32, 24, 0x3F), chunk("data", d)), Info{Encoding: pcm.S32, Bits: 24,
			Tag: 1, Extensible: true, ChannelMask: 0x3F, Rate: 48000, Channels: 6}, d},
		{"extensible valid 0", riff(extFmt(1, 1, 8000, 16, 0, 4), chunk("data", d)), Info{Encoding: pcm.S16, Bits: 16, Tag: 1,
			Extensible: true, ChannelMask: 4, Rate: 8000, Channels: 1}, d},
		{"extensible float", riff(extFmt(3, 1, 8000, 64, 64, 4), chunk("data", d)), Info{Encoding: pcm.F64, Bits: 64, Tag: 3,
			Extensible: true, ChannelMask: 4, Rate: 8000, Channels: 1}, d},
		{"extensible float, valid bits ignored", riff(extFmt(3, 1, 8000, 32, 24, 4), chunk("data", d)),
			Info{Encoding: pcm.F32, Bits: 32, Tag: 3, Extensible: true, ChannelMask: 4, Rate: 8000, Channels: 1}, d},
		{"most channels", riff(plainFmt(1, 1024, 1, 16), chunk("data", ramp(4096))), Info{Encoding: pcm.S16, Bits: 16, Tag: 1,
			Rate: 1, Channels: 1024}, ramp(4096)},
		{"greatest rate", riff(plainFmt(1, 1, math.MaxUint32, 16), chunk("data", d)),
			with(func(i *Info) { i.Rate = math.MaxUint32 }), d},
		{"chunks in front", riff(chunk("JUNK", ramp(28)), list, chunk("odd ", "abc"), chunk("none", ""), mono16,
			chunk("bext", ramp(603)), chunk("PEAK", ramp(16)), chunk("cue ", ramp(5)), chunk("data", d)), base, d},
		{"chunks after the data", riff(mono16, chunk("data", d), list, chunk("id3 ", ramp(77))), base, d},
		{"long fmt", riff(chunk("fmt ", mono16[8:]+ramp(101)), chunk("data", d)), base, d},
		{"fmt with cbSize", riff(chunk("fmt ", mono16[8:]+le16(0)), chunk("data", d)), base, d},
		{"second fmt ignored", riff(mono16, plainFmt(6, 0, 0, 0), chunk("data", d)), base, d},
		{"wrong byte rate", riff(strings.Replace(mono16, le32(16000), le32(1), 1), chunk("data", d)), base, d},
		{"large junk", riff(chunk("JUNK", ramp(200001)), mono16, chunk("data", d)), base, d},
		{"align of a sample", strings.Replace(riff(plainFmt(1, 2, 8000, 16), chunk("data", d)), le16(4)+le16(16),
			le16(2)+le16(16), 1),
			with(func(i *Info) { i.Channels = 2 }), d},
		{"align 0", strings.Replace(riff(plainFmt(1, 2, 8000, 24), chunk("data", d)), le16(6)+le16(24), le16(0)+le16(24), 1),
			with(func(i *Info) { i.Encoding, i.Bits, i.Channels = pcm.S24, 24, 2 }), d},
		{"wrong riff size", strings.Replace(riff(mono16, chunk("data", d)), le32(84), le32(5), 1), base, d},

		{"empty", riff(mono16, chunk("data", ""), list), base, ""},
		{"empty, nothing after it", riff(mono16, chunk("data", "")), unknown, ""},
		{"size 0, riff right", "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + d, unknown, d},
		{"size 0, riff right, 3 samples", "RIFF" + le32(36+6) + "WAVE" + mono16 + claim("data", 0) + d[:6], unknown, d[:6]},
		{"size 0, riff claims more, nothing there", "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0), unknown, ""},
		{"size 0, riff claims more, part of a chunk header",
			"RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + "LIST", unknown, "LIST"},
		{"size 0, silence", "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + strings.Repeat("\x00", 48), unknown,
			strings.Repeat("\x00", 48)},
		{"size 0, samples that read as text",
			"RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + claim("LIST", 41) + d[:40],
			unknown, claim("LIST", 41) + d[:40]},
		{"empty, the chunk after it fills the file",
			"RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + claim("LIST", 40) + d[:40], base, ""},
		{"empty, an empty chunk after it", riff(mono16, chunk("data", ""), chunk("none", "")), base, ""},
		{"rf64, data size 0, riff right", sized(ds64{36 + 36 + 48, 0, 0}, unknown32, d), rf64Unknown, d},
		{"size 0, riff 0", "RIFF" + le32(0) + "WAVE" + mono16 + claim("data", 0) + d, unknown, d},
		{"size 0, riff unknown", "RIFF" + le32(unknown32) + "WAVE" + mono16 + claim("data", 0) + d, unknown, d},
		{"size 0, riff ends at data", "RIFF" + le32(36) + "WAVE" + mono16 + claim("data", 0) + d, unknown, d},
		{"size unknown", "RIFF" + le32(unknown32) + "WAVE" + mono16 + claim("data", unknown32) + d, unknown, d},
		{"size unknown, riff known", "RIFF" + le32(84) + "WAVE" + mono16 + claim("data", unknown32) + d, unknown, d},
		{"sox pipe", "RIFF" + le32(0x7FFFF024) + "WAVE" + mono16 + claim("data", 0x7FFFF000) + d, unknown, d},
		{"arecord pipe", "RIFF" + le32(0x80000024) + "WAVE" + mono16 + claim("data", 0x80000000) + d, unknown, d},
		{"int32 pipe", "RIFF" + le32(0x7FFFFFFF) + "WAVE" + mono16 + claim("data", 0x7FFFFFFE) + d, unknown, d},
		{"opusdec pipe", "RIFF\xFF\xFF\xFF\x7FWAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x80\xBB\x00\x00\x00\xEE\x02\x00" +
			"\x04\x00\x10\x00data\xFF\xFF\xFF\x7F" + d, stereoPipe(48000), d},
		{"oggdec pipe", "RIFF\xF7\xFF\xFF\x7FWAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x44\xAC\x00\x00\x10\xB1\x02\x00" +
			"\x04\x00\x10\x00data\xD3\xFF\xFF\x7F" + d, stereoPipe(44100), d},
		{"sox pipe, chunk claimed after it", "RIFF" + le32(0x7FFFFFFF) + "WAVE" + mono16 + claim("data", 0x7FFFF000) + d,
			unknown, d},

		{"rf64", sized(ds64{36 + 36 + 48, 48, 0}, unknown32, d, list), rf64, d},
		{"rf64, 32-bit size that is not all ones", sized(ds64{36 + 36 + 48, 48, 0}, 20, d), rf64, d},
		{"rf64, ds64 of 0", sized(ds64{36 + 36 + 48, 0, 0}, 48, d), rf64, d},
		{"rf64, pad byte counted", "RF64\xFF\xFF\xFF\xFFWAVE" + chunk("ds64", le64(36+36+8)+le64(8)+le64(7)+le32(0)) +
			plainFmt(1, 1, 8000, 8) + claim("data", -1) + d[:7] + "\x00", with(func(i *Info) {
			i.Container, i.Encoding, i.Bits = RF64, pcm.U8, 8
		}), d[:7]},
		{"rf64, second ds64 ignored", "RF64\xFF\xFF\xFF\xFFWAVE" + chunk("ds64", le64(72+36+48)+le64(48)+le64(24)+le32(0)) +
			chunk("ds64", le64(5)+le64(6)+le64(3)+le32(0)) + mono16 + claim("data", -1) + d, rf64, d},
		{"bw64", strings.Replace(sized(ds64{36 + 36 + 48, 48, 0}, unknown32, d), "RF64", "BW64", 1),
			with(func(i *Info) { i.Container = BW64 }), d},
		{"rf64 pipe, zeros", sized(ds64{0, 0, 0}, unknown32, d), rf64Unknown, d},
		{"rf64 pipe, ones", sized(ds64{unknown64, unknown64, 0}, unknown32, d), rf64Unknown, d},
		{"rf64 pipe, data ones", sized(ds64{math.MaxInt64 + 5, unknown64, 0}, unknown32, d), rf64Unknown, d},
		{"rf64 empty", sized(ds64{36 + 36 + 28, 0, 0}, unknown32, list), rf64, ""},
		{"rf64 with the sox size", sized(ds64{1 << 40, 48, 0}, unknown32, d), rf64, d},
		{"rf64 without ds64", "RF64" + le32(unknown32) + "WAVE" + mono16 + claim("data", unknown32) + d, rf64Unknown, d},
		{"ds64 in a riff file", riff(chunk("ds64", ramp(28)), mono16, chunk("data", d)), base, d},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want.Frames == 0 {
				want.Frames = int64(len(c.data) / want.FrameBytes())
				want.DataBytes = int64(len(c.data))
			}
			want.DataOffset = int64(strings.LastIndex(c.file, "data") + 8)
			t.Run("pipe", func(t *testing.T) { checkHeader(t, onlyReader{strings.NewReader(c.file)}, want, c.data) })
			want.Frames, want.DataBytes = int64(len(c.data)/want.FrameBytes()), int64(len(c.data))
			t.Run("seekable", func(t *testing.T) { checkHeader(t, strings.NewReader(c.file), want, c.data) })
		})
	}
}

// TestRejects reads inputs without readable samples: each error is one line that contains the wanted text.
func TestRejects(t *testing.T) {
	replaced := func(old, new string) string {
		return strings.Replace(riff(mono16, chunk("data", ramp(8))), old, new, 1)
	}
	codec := func(tag, bits int) string { return riff(plainFmt(tag, 1, 8000, bits), chunk("data", ramp(8))) }
	rf64 := func(data uint64) string {
		return "RF64\xFF\xFF\xFF\xFFWAVE" + chunk("ds64", le64(1<<40)+le64(data)+le64(0)+le32(0)) + mono16 +
			claim("data", unknown32)
	}
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", "empty input: check the program that writes it, or name a WAV file"},
		{"one byte", "r", "begins with the bytes 72, need \"RIFF....WAVE\": convert this one with ffmpeg, or name a WAV file"},
		{"short, not WAVE", "RIFF\x00\x00\x10\x00AV", "begins with the bytes 52"},
		{"text", "hello, world of audio", "68 65 6c 6c 6f"},
		{"id3", "ID3\x04\x00\x00\x00\x00\x00\x00\x00\x00", "MP3"},
		{"mp3 frame", "\xFF\xFB\x90\x64aaaaaaaaaaaa", "MP3"},
		{"aac", "\xFF\xF1\x50\x80aaaaaaaaaaaa", "AAC"},
		{"flac", "fLaC\x00\x00\x00\x22\x10\x00\x10\x00", "FLAC"},
		{"ogg", "OggS\x00\x02\x00\x00\x00\x00\x00\x00", "Ogg"},
		{"aiff", "FORM\x00\x00\x10\x00AIFF", "AIFF"},
		{"aifc", "FORM\x00\x00\x10\x00AIFC", "AIFF"},
		{"rifx", "RIFX\x00\x00\x10\x00WAVE", "big-endian"},
		{"mp4", "\x00\x00\x00\x20ftypM4A ", "MP4"},
		{"avi", "RIFF\x00\x00\x10\x00AVI ", `"AVI "`},
		{"wave64", "riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB", "Wave64"},
		{"only RIFF", "RIFF", "ends at byte 4"},
		{"half a head", "RIFF\x00\x00\x10\x00WAV", "ends at byte 11"},

		{"a-law, 16 bits", codec(6, 16), "A-law"},
		{"ms adpcm, short blocks", codec(2, 4), "blocks of 1 byte, too short for 1 channel of Microsoft ADPCM"},
		{"ima adpcm, short blocks", codec(0x11, 4), "blocks of 1 byte, too short for 1 channel of IMA ADPCM"},
		{"ima adpcm, 3 bits", codec(0x11, 3), "IMA ADPCM"},
		{"gsm", codec(0x31, 0), "GSM"},
		{"mp3 in wav", codec(0x55, 0), "MP3"},
		{"unknown tag", codec(0x1234, 16), "0x1234"},
		{"convert", codec(0x1234, 16), "ffmpeg"},
		{"pcm 64", codec(1, 64), "64-bit integer PCM"},
		{"pcm 0", codec(1, 0), "fmt chunk at byte 12: 0 bits per sample: the header is damaged"},
		{"float 0", codec(3, 0), "fmt chunk at byte 12: 0 bits per sample"},
		{"float 16", codec(3, 16), "16-bit float"},
		{"foreign guid", strings.Replace(riff(extFmt(1, 1, 8000, 16, 16, 0)), le16(1)+guidTail, le16(1)+"ab"+guidTail[2:], 1), "GUID"},
		{"foreign guid with a tag", strings.Replace(riff(extFmt(5, 1, 8000, 16, 16, 0)), "\x9B\x71", "\x9B\x72", 1), "GUID"},
		{"extensible, short", riff(chunk("fmt ", le16(0xFFFE)+mono16[10:]), chunk("data", ramp(8))), "too short"},
		{"valid bits", riff(extFmt(1, 1, 8000, 16, 17, 0), chunk("data", "")), "17 valid bits"},

		{"short fmt", riff(chunk("fmt ", mono16[8:22]), chunk("data", "")), "14 bytes long"},
		{"align", replaced(le16(2)+le16(16), le16(3)+le16(16)), "3 bytes per frame"},
		{"24 bits in 4 bytes", strings.Replace(riff(plainFmt(1, 2, 8000, 24), chunk("data", ramp(8))), le16(6)+le16(24),
			le16(8)+le16(24), 1),
			"24 bits in 4 bytes"},
		{"16 bits in 4 bytes", replaced(le16(2)+le16(16), le16(4)+le16(16)), "4 bytes per frame"},
		{"no channels", replaced(le16(1)+le16(1), le16(1)+le16(0)), "0 channels"},
		{"too many channels", riff(plainFmt(1, 1025, 8000, 16), chunk("data", "")), "1025 channels"},
		{"rate 0", replaced(le32(8000), le32(0)), "sample rate 0"},
		{"data without fmt", riff(chunk("data", ramp(8))), "fmt"},
		{"no data", riff(mono16, chunk("LIST", "abcd")), "no data chunk"},
		{"no chunks", riff(), "no fmt and no data chunk"},
		{"chunks without end", riff(mono16, strings.Repeat(chunk("none", ""), maxHeaderChunks+1), chunk("data", "")),
			"chunks lack a fmt or a data chunk"},
		{"short ds64", strings.Replace(riff(chunk("ds64", ramp(20)), mono16), "RIFF", "RF64", 1), "20 bytes long"},
		{"ds64 size 2^63", rf64(1 << 63), "out of range"},
		{"ds64 size too great for its place", rf64(math.MaxInt64 - 10), "out of range"},

		{"cut chunk header", riff(mono16, "dat"), "in a chunk header"},
		{"cut data header", riff(mono16, "data\x00\x00"), "in a chunk header"},
		{"cut fmt", riff(mono16[:20]), "in the fmt chunk"},
		{"cut fmt tail", riff(claim("fmt ", 600) + mono16[8:] + ramp(50)), `"fmt " of 600 bytes`},
		{"cut junk", riff(claim("JUNK", 100000) + ramp(500)), `"JUNK" of 100000 bytes`},
		{"cut ds64", strings.Replace(riff(claim("ds64", 28)+ramp(9)), "RIFF", "RF64", 1), "in the ds64 chunk"},
		{"huge fmt", riff(claim("fmt ", math.MaxUint32) + mono16[8:] + ramp(2000)), `"fmt " of 4.3 GB`},
		{"huge junk", riff(claim("JUNK", math.MaxUint32) + ramp(2000)), "JUNK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.file), onlyReader{strings.NewReader(c.file)},
				iotest.DataErrReader(iotest.OneByteReader(strings.NewReader(c.file)))} {
				_, err := NewReader(r)
				if err == nil || errors.Is(err, io.EOF) || strings.Contains(err.Error(), "\n") ||
					!strings.Contains(err.Error(), c.want) {
					t.Errorf("%T: got error %v, want one line with %q that is not io.EOF", r, err, c.want)
				}
			}
		})
	}
}

// TestCutOuter: an input that ends inside the outer chunk header is a truncated WAV header, not a different file type.
func TestCutOuter(t *testing.T) {
	for _, kind := range []string{"RIFF", "RF64", "BW64"} {
		t.Run(kind, func(t *testing.T) {
			file := kind + le32(-1) + "WAVE"
			for n := 1; n < 12; n++ {
				_, err := NewReader(onlyReader{strings.NewReader(file[:n])})
				want := "truncated WAV header: input ends at byte " + strconv.Itoa(n) + " "
				if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), want) {
					t.Errorf("%q: got error %v, want io.ErrUnexpectedEOF with %q", file[:n], err, want)
				}
			}
		})
	}
}

// TestUnsupportedError: the error of an unknown encoding has its tag, bits and name.
func TestUnsupportedError(t *testing.T) {
	_, err := NewReader(strings.NewReader(riff(extFmt(0x31, 1, 8000, 8, 8, 0))))
	want := UnsupportedError{Tag: 0x31, Bits: 8, Name: "GSM 6.10"}
	var u *UnsupportedError
	if !errors.As(err, &u) || *u != want {
		t.Errorf("got error %#v, want %#v", err, &want)
	}
}

// TestClaimsAllocateNothing: the sizes in a header do not determine how much memory is allocated.
func TestClaimsAllocateNothing(t *testing.T) {
	rf64 := "RF64" + le32(-1) + "WAVE"
	ds64 := chunk("ds64", le64(1<<62)+le64(1<<62)+le64(1<<62)+le32(-1))
	for name, file := range map[string]string{
		"fmt":          riff(claim("fmt ", math.MaxUint32) + mono16[8:] + ramp(2000)),
		"LIST":         riff(claim("LIST", math.MaxUint32) + ramp(2000)),
		"data":         riff(mono16, claim("data", 0xFFFFFFF0)+ramp(2000)),
		"ds64":         rf64 + claim("ds64", 0xFFFFFFF0) + ramp(2000),
		"data of RF64": rf64 + ds64 + mono16 + claim("data", -1) + ramp(2000),
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(file), onlyReader{strings.NewReader(file)}} {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				rd, err := NewReader(r)
				if err == nil {
					p := make([]byte, 1000)
					for err == nil {
						_, err = rd.ReadRaw(p)
					}
				}
				runtime.ReadMemStats(&after)
				if got := after.TotalAlloc - before.TotalAlloc; got > 200<<10 {
					t.Errorf("%T: got %d bytes allocated, want at most %d", r, got, 200<<10)
				}
			}
		})
	}
}

// checkHeader expects the header want and the sample bytes data in a file.
func checkHeader(t *testing.T, file io.Reader, want Info, data string) {
	t.Helper()
	r, err := NewReader(file)
	if err != nil {
		t.Fatalf("NewReader: got error %v, want none", err)
	}
	if diff := cmp.Diff(want, r.Info()); diff != "" {
		t.Errorf("info: got %+v, want %+v, difference (-want +got):\n%s", r.Info(), want, diff)
	}
	if got, want := r.Format(), format(int(want.Rate), want.Channels); got != want {
		t.Errorf("format: got %v, want %v", got, want)
	}
	if got := r.Info().Frames; got != want.Frames {
		t.Errorf("frames: got %d, want %d", got, want.Frames)
	}
	if got, err := readRaw(r, 5); err != nil || string(got) != data {
		t.Errorf("data: got %d bytes %.20q, error %v, want %d bytes %.20q, no error", len(got), got, err, len(data), data)
	}
}
