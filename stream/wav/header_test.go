package wav

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestHeaders reads files that are all right, each in its own way.
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
		want Info   // Frames, DataBytes: 0 stands for what data makes
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
		{"extensible float, valid bits ignored", riff(extFmt(3, 1, 8000, 32, 24, 4), chunk("data", d)), Info{Encoding: pcm.F32,
			Bits: 32, Tag: 3, Extensible: true, ChannelMask: 4, Rate: 8000, Channels: 1}, d},
		{"most channels", riff(plainFmt(1, 1024, 1, 16), chunk("data", ramp(4096))), Info{Encoding: pcm.S16, Bits: 16, Tag: 1,
			Rate: 1, Channels: 1024}, ramp(4096)},
		{"greatest rate", riff(plainFmt(1, 1, math.MaxUint32, 16), chunk("data", d)), with(func(i *Info) { i.Rate = math.MaxUint32 }), d},
		{"chunks in front", riff(chunk("JUNK", ramp(28)), list, chunk("odd ", "abc"), chunk("none", ""), mono16,
			chunk("bext", ramp(603)), chunk("PEAK", ramp(16)), chunk("cue ", ramp(5)), chunk("data", d)), base, d},
		{"chunks behind", riff(mono16, chunk("data", d), list, chunk("id3 ", ramp(77))), base, d},
		{"long fmt", riff(chunk("fmt ", mono16[8:]+ramp(101)), chunk("data", d)), base, d},
		{"fmt with cbSize", riff(chunk("fmt ", mono16[8:]+le16(0)), chunk("data", d)), base, d},
		{"second fmt ignored", riff(mono16, plainFmt(6, 0, 0, 0), chunk("data", d)), base, d},
		{"wrong byte rate", riff(strings.Replace(mono16, le32(16000), le32(1), 1), chunk("data", d)), base, d},
		{"large junk", riff(chunk("JUNK", ramp(200001)), mono16, chunk("data", d)), base, d},
		{"align of a sample", strings.Replace(riff(plainFmt(1, 2, 8000, 16), chunk("data", d)), le16(4)+le16(16), le16(2)+le16(16), 1),
			with(func(i *Info) { i.Channels = 2 }), d},
		{"align 0", strings.Replace(riff(plainFmt(1, 2, 8000, 24), chunk("data", d)), le16(6)+le16(24), le16(0)+le16(24), 1),
			with(func(i *Info) { i.Encoding, i.Bits, i.Channels = pcm.S24, 24, 2 }), d},
		{"wrong riff size", strings.Replace(riff(mono16, chunk("data", d)), le32(84), le32(5), 1), base, d},

		{"empty", riff(mono16, chunk("data", ""), list), base, ""},
		{"empty, nothing behind", riff(mono16, chunk("data", "")), unknown, ""},
		{"size 0, riff right", "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + d, unknown, d},
		{"size 0, riff right, 3 samples", "RIFF" + le32(36+6) + "WAVE" + mono16 + claim("data", 0) + d[:6], unknown, d[:6]},
		{"size 0, riff claims more, nothing there", "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0), unknown, ""},
		{"size 0, riff claims more, part of a chunk header", "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + "LIST", unknown, "LIST"},
		{"size 0, silence", "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + strings.Repeat("\x00", 48), unknown,
			strings.Repeat("\x00", 48)},
		{"size 0, samples that read as text", "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + claim("LIST", 41) + d[:40],
			unknown, claim("LIST", 41) + d[:40]},
		{"empty, the chunk behind fills the file", "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0) + claim("LIST", 40) + d[:40], base, ""},
		{"empty, an empty chunk behind", riff(mono16, chunk("data", ""), chunk("none", "")), base, ""},
		{"size 0, no room for a chunk", "RIFF" + le32(36+7) + "WAVE" + mono16 + claim("data", 0) + claim("none", 0), unknown, claim("none", 0)},
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
		{"sox pipe, chunk claimed behind", "RIFF" + le32(0x7FFFFFFF) + "WAVE" + mono16 + claim("data", 0x7FFFF000) + d, unknown, d},

		{"rf64", sized(ds64{36 + 36 + 48, 48, 0}, unknown32, d, list), rf64, d},
		{"rf64, short data size", sized(ds64{36 + 36 + 48, 99, 0}, 48, d), rf64, d},
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
			for _, seekable := range []bool{true, false} {
				var r *Reader
				var err error
				if seekable {
					r, err = NewReader(bytes.NewReader([]byte(c.file)))
				} else {
					r, err = NewReader(onlyReader{strings.NewReader(c.file)})
				}
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, r.Info()); diff != "" {
					t.Error(diff)
				}
				if f := r.Format(); f != format(int(want.Rate), want.Channels) || r.Frames() != want.Frames {
					t.Errorf("format %v, %d frames", f, r.Frames())
				}
				got, err := readRaw(r, 5)
				if err != nil || string(got) != c.data {
					t.Errorf("seekable %v: %d bytes, error %v; want %d bytes", seekable, len(got), err, len(c.data))
				}
			}
		})
	}
}

// TestPlaceholderSizes: the sizes are recognised as they are or rounded down to frames, and only then.
func TestPlaceholderSizes(t *testing.T) {
	for _, c := range []struct {
		channels, bits int
		size           int64
		open           bool
	}{
		{1, 16, 0x7FFFF000, true},
		{2, 24, 0x7FFFEFFC, true}, // as sox writes it
		{1, 24, 0x7FFFEFFF, true},
		{2, 24, 0x7FFFF000, true},
		{2, 24, 0x7FFFEFFE, false},
		{2, 24, 0x7FFFFFFF, true},
		{2, 16, 0x7FFFFFD3, true}, // oggdec
		{2, 16, 0x7FFFFFD0, true}, // the same, rounded
		{2, 16, 0x7FFFFFD4, false},
		{1, 16, 0x7FFFEFFE, false},
		{2, 16, 0x80000000, true},
		{2, 24, 0x7FFFFFFE, true}, // 0x80000000 and 0x7FFFFFFF alike
		{2, 16, 0x7FFFFFFC, true}, // 0x7FFFFFFF
		{2, 16, 0x80000004, false},
		{1, 16, 0x7FFFFFFD, false},
	} {
		file := "RIFF" + le32(c.size+36) + "WAVE" + plainFmt(1, c.channels, 8000, c.bits) + claim("data", c.size) + ramp(60)
		r := open(t, file)
		b, err := readRaw(r, 4)
		if len(b) != 60 || (err == nil) != c.open || (r.Frames() < 0) != c.open {
			t.Errorf("%d x %d bit, size %#x: %d bytes, %d frames, error %v", c.channels, c.bits, c.size, len(b), r.Frames(), err)
		}
	}
}

// TestPlaceholderRule: a pipe does not stop at the size it put there, unless the outer chunk takes that for a size.
func TestPlaceholderRule(t *testing.T) {
	for _, c := range []struct {
		riff, size uint32
		align      int64
		want       extent
	}{
		{0x7FFFF024, 0x7FFFF000, 2, extent{untilEnd, true}},
		{unknown32, 0x7FFFF000, 2, extent{untilEnd, true}},
		{0, 0x7FFFF000, 2, extent{untilEnd, true}},
		{0x7FFFF024 + 8, 0x7FFFF000, 2, extent{0x7FFFF000, true}}, // a chunk is said to follow: the size is a size
		{0x7FFFF023, 0x7FFFEFFF, 3, extent{untilEnd, true}},
		{0x7FFFF024, 0x7FFFEFFF, 3, extent{untilEnd, true}}, // nothing but the pad byte follows
		{0x7FFFF025, 0x7FFFEFFF, 3, extent{0x7FFFEFFF, true}},
		{44, 0, 2, extent{}}, // a chunk may follow
		{43, 0, 2, extent{untilEnd, true}},
	} {
		got, err := outer{size32: c.riff}.dataExtent(c.size, 44, c.align)
		if err != nil || got != c.want {
			t.Errorf("riff size %#x, data size %#x: %+v, %v; want %+v", c.riff, c.size, got, err, c.want)
		}
	}
	// Where a placeholder that is a size ends inside a frame, the data end before it.
	r := Reader{info: Info{Channels: 2, Encoding: pcm.S16}, extent: extent{0x7FFFFFFF, true}}
	if err := r.complete(); err != io.EOF {
		t.Errorf("at a placeholder: %v", err)
	}
}

// TestPadCounted: only an even size can hold a pad byte.
func TestPadCounted(t *testing.T) {
	for _, c := range []struct {
		long        ds64
		align, want uint64
	}{
		{ds64{data: 8, frames: 7}, 1, 7},
		{ds64{data: 10, frames: 3}, 3, 9},
		{ds64{data: 7, frames: 3}, 2, 7},
		{ds64{data: 8, frames: 8}, 1, 8},
		{ds64{data: 0, frames: 0}, 1, 0},
	} {
		if got := c.long.dataSize(c.align); got != c.want {
			t.Errorf("%+v: %d bytes, want %d", c.long, got, c.want)
		}
	}
}

// TestOuterEnd: no size overflows.
func TestOuterEnd(t *testing.T) {
	for _, c := range []struct {
		o    outer
		want int64
	}{
		{outer{size32: 36}, 44},
		{outer{size32: unknown32 - 1}, unknown32 + 7},
		{outer{size32: unknown32}, -1},
		{outer{size32: 0}, -1},
		{outer{unknown32, &ds64{riff: 0}}, -1},
		{outer{unknown32, &ds64{riff: unknown64}}, -1},
		{outer{unknown32, &ds64{riff: 1 << 40}}, 1<<40 + 8},
		{outer{unknown32, &ds64{riff: math.MaxInt64 - 7}}, math.MaxInt64},
		{outer{unknown32, &ds64{riff: 1 << 63}}, math.MaxInt64},
		{outer{unknown32, &ds64{riff: unknown64 - 1}}, math.MaxInt64},
		{outer{100, &ds64{riff: 1 << 40}}, 108},
	} {
		if got := c.o.end(); got != c.want {
			t.Errorf("%+v: end %d, want %d", c.o, got, c.want)
		}
	}
}
