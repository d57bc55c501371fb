package command

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/models/lyra"
)

// badCalls are command lines that must fail. A word in capitals is replaced: see badWords. names is
// what the error must name: the file, the flag or the word at fault.
var badCalls = []struct {
	args  string
	code  int
	names string
}{
	// Arguments.
	{"bogus", exitUsage, `"bogus"`},
	{"upsample", exitUsage, "needs IN and OUT"},
	{"upsample in.wav", exitUsage, "needs IN and OUT"},
	{"upsample in.wav out.wav more.wav -r 48000", exitUsage, "needs IN and OUT"},
	{"upsample EMPTY out.wav -r 48000", exitUsage, "IN is empty"},
	{"upsample out.wav in.wav -r 48000", exitFailed, "in.wav: exists"},
	{"play", exitUsage, "needs IN"},
	{"info", exitUsage, "needs FILE"},
	{"models EMPTY", exitUsage, "FOLDER is empty: name a folder"},
	{"models -", exitUsage, "FOLDER - is not supported: name a folder"},
	{"models a b", exitUsage, "at most one FOLDER"},
	{"devices more", exitUsage, `"more"`},
	{"decode in.wav out.wav", exitUsage, "did you mean codec decode?"},
	{"info -exists.wav", exitUsage, "unknown flag -exists.wav: for a file of that name, write ./-exists.wav"},
	{"codec bogus", exitUsage, `"bogus"`},
	{"codec encode in.wav more.wav out.lyra --model tiny", exitUsage, "out.lyra"},
	{"codec encode in.wav more.wav exists.wav --model tiny", exitUsage, "exists.wav: is a file, must be a folder for 2 files: name a folder as OUT"},
	{"codec encode in.wav more.wav - --model tiny", exitUsage, "standard output: takes one file, got 2: name a folder as OUT"},
	{"codec encode in.wav in.wav folder --model tiny", exitUsage, "in.wav"},
	{"codec decode - in.wav folder --model tiny", exitUsage, "standard input"},
	// Flags.
	{"upsample in.wav out.wav", exitUsage, "--rate is missing"},
	{"upsample in.wav out.wav --rate", exitUsage, "--rate"},
	{"upsample in.wav out.wav -r", exitUsage, "-r"},
	{"upsample in.wav out.wav --rate 48k", exitUsage, `--rate "48k": must be a whole number: output sample rate in Hz, 1000 to 768000`},
	{"upsample in.wav out.wav --rate 99999999999999999999", exitUsage, "--rate 99999999999999999999: is too large: output sample rate in Hz, 1000 to 768000"},
	{"upsample in.wav out.wav --rate=-99999999999999999999", exitUsage, "--rate -99999999999999999999: is too small: output"},
	{"upsample in.wav out.wav --rate 48000 --bandwidth 1e999", exitUsage, "--bandwidth 1e999: is too large: "},
	{"upsample in.wav out.wav --rate 48000 --gain", exitUsage, "--gain needs a value: change of the level in dB, -120 to 60, such as -3 or 6dB; or auto"},
	{"upsample in.wav out.wav --rate 999", exitUsage, "--rate 999"},
	{"upsample in.wav out.wav --rate 48000 --bandwidth wide", exitUsage, "--bandwidth"},
	{"upsample in.wav out.wav --rate 48000 --force=maybe", exitUsage, `--force "maybe": must be true or false`},
	{"upsample in.wav out.wav --rate 48000 --quality ultra", exitUsage, `--quality "ultra"`},
	{"upsample in.wav out.wav --rate 48000 -f mp3", exitUsage, `--format "mp3"`},
	{"upsample in.wav out.wav --rate 48000 --gain loud", exitUsage, `--gain "loud"`},
	{"upsample in.wav out.wav --rate 48000 --chunk 0", exitUsage, "--chunk 0"},
	{"upsample in.wav out.wav --rate 48000 --stride 2", exitUsage, "--stride"},
	{"upsample in.wav out.wav --filter k.npy --rate 3", exitUsage, "--rate"},
	{"upsample in.wav out.wav --filter k.npy --decimate 11", exitUsage, "--decimate 11"},
	{"upsample in.wav out.wav --bogus", exitUsage, "--bogus"},
	{"upsample in.wav out.wav --NAME", exitUsage, "--"},
	{"upsample in.wav out.wav -r 48000 --quality NAME", exitUsage, "--quality"},
	{"mel in.wav out.f32 --raw --layout mels-first", exitUsage, "--layout"},
	{"mel in.wav out.npy --weights-key ema", exitUsage, "--weights-key"},
	{"vocode in.wav out.wav --pitch 30", exitUsage, "--pitch 30"},
	{"vocode in.wav out.wav --mel-in db", exitUsage, "--mel-in"},
	{"vocode in.wav out.wav --device usb", exitUsage, "--device"},
	{"vocode mel.npy out.wav --keep-partial", exitUsage, "--keep-partial"},
	{"vocode in.wav out.npy -f f32", exitUsage, "--format"},
	{"vocode in.wav out.wav --model EMPTY", exitUsage, "--model is empty"},
	{"vocode in.wav out.wav --model -", exitUsage, "--model - is not supported: name a weights file, its folder, or builtin"},
	{"verify in.wav", exitUsage, "--rate is missing"},
	{"verify in.wav --rate 48000 --model tiny", exitUsage, "--rate"},
	{"op conv1d-transpose --seed x", exitUsage, "--seed"},
	{"op conv1d-transpose --seed -1", exitUsage, `--seed "-1": must be a whole number of at least 0: seed of the random sizes`},
	// Inputs.
	{"upsample missing.wav out.wav -r 48000", exitFailed, "missing.wav: no such file or directory: check the path"},
	{"upsample folder out.wav -r 48000", exitFailed, "folder: is a folder: name a file"},
	{"upsample empty.wav out.wav -r 48000", exitFailed, "empty.wav: "},
	{"upsample short.wav out.wav -r 48000", exitFailed, "short.wav: truncated"},
	{"upsample header.wav out.wav -r 48000", exitFailed, "header.wav: truncated"},
	{"upsample in.wav out.wav --filter EMPTY", exitUsage, "--filter is empty: name a .npy file"},
	{"verify in.wav --filter -", exitUsage, "--filter - is not supported: name a .npy file"},
	{"upsample in.wav out.wav --filter empty.npy", exitFailed, "empty.npy: "},
	{"upsample in.wav out.wav --filter cut.npy", exitFailed, "cut.npy: truncated header: the file ends at byte 7"},
	{"vocode part.npy out.wav", exitFailed, "part.npy: "},
	{"upsample text.wav out.wav -r 48000", exitFailed, "text.wav: is text, not sound: name a WAV file"},
	{"upsample codes.lyra out.wav -r 48000", exitFailed,
		"codes.lyra: is a .lyra file, not sound: decode it first: tailwave codec decode codes.lyra codes.wav --model lyra/"},
	{"vocode codes.lyra out.wav", exitFailed,
		"codes.lyra: is a .lyra file: decode it first: tailwave codec decode codes.lyra codes.wav --model lyra/"},
	{"codec decode codes.lyra out.wav --model missing", exitFailed, "missing"},
	{"upsample image.wav out.wav -r 48000", exitFailed, "image.wav: is an image, not sound: name a WAV file"},
	{"vocode image.wav out.wav", exitFailed, "image.wav: is an image: name a WAV file or a .npy file of frames"},
	{"mel packed.wav out.npy", exitFailed, "packed.wav: is a ZIP archive, not sound: unpack it"},
	{"upsample SPACE out.wav -r 48000", exitFailed, `" ": no such file or directory`},
	{"upsample in.wav LINE.txt -r 48000", exitUsage, `"a\nb.txt": cannot write .txt`},
	{"upsample unknown.wav out.wav -r 48000", exitFailed, `"RIFF....WAVE": convert this one with ffmpeg, or name a WAV file`},
	{"upsample mel.npy out.wav -r 48000", exitFailed, "mel.npy: is an array (.npy)"},
	{"upsample - out.wav -r 48000", exitFailed, "standard input: "},
	{"upsample slow.wav out.wav -r 48000", exitFailed, "slow.wav: sample rate 999 Hz"},
	{"upsample NAME.wav out.wav -r 48000", exitFailed, ": file name too long: choose a shorter name"},
	{"upsample PATH.wav out.wav -r 48000", exitFailed, ".wav: no such file or directory: check the path"},
	{"upsample in.wav out.wav --filter in.wav", exitFailed, "in.wav: not a .npy file"},
	{"upsample in.wav out.wav --filter folder", exitFailed, "folder: is a folder: name a file"},
	{"upsample in.wav out.wav --filter mel.npy", exitFailed, `mel.npy: kernel of shape [8, 10]: must be [k] or [k, 1, 1]: save one kernel, such as with np.save("kernel.npy", k[:, 0])`},
	{"upsample in.wav out.wav --filter kernels.npy", exitFailed, `kernels.npy: kernel of shape [3, 2, 2]: must be [k] or [k, 1, 1]: save one kernel, such as with np.save("kernel.npy", k[:, 0, 0])`},
	{"upsample in.wav out.wav --filter row.npy", exitFailed, `row.npy: kernel of shape [1, 3]: must be [k] or [k, 1, 1]: save one kernel, such as with np.save("kernel.npy", k.ravel())`},
	{"upsample in.wav out.wav --filter none.npy", exitFailed, "none.npy: kernel has 0 values, must have at least 1"},
	{"upsample in.wav out.wav --filter nan.npy", exitFailed, "nan.npy: value 1, counted from 0, is NaN: a kernel must be finite"},
	{"upsample in.wav out.wav --filter inf.npy", exitFailed, "inf.npy: value 0, counted from 0, is +Inf: a kernel must be finite"},
	{"vocode mel.npy out.wav", exitFailed, "mel.npy: has frames of 8 values, the model takes 80"},
	{"vocode text.wav out.wav", exitFailed, `text.wav: is text: save its numbers as an array, with np.save("text.npy", mel)`},
	{"vocode vector.npy out.wav", exitFailed, "vector.npy: has frames of 1 value, the model takes 80: " +
		"save an array of shape [80, frames], for instance mel.reshape(80, 1)"},
	{"vocode vector.npy out.wav --layout frames-first", exitFailed, "shape [frames, 80], for instance mel.reshape(1, 80)"},
	{"codec decode in.wav out.wav --model missing", exitFailed, "missing"},
	{"info missing", exitFailed, "missing: "},
	{"info text.wav", exitFailed, "text.wav: is text, not sound: name a WAV file"},
	{"info empty.lyra", exitFailed, "empty.lyra: is empty: need a .lyra file"},
	{"info image.png", exitFailed, "image.png: is an image, which info does not describe: name a WAV file, a .lyra file or a model"},
	{"info text.lyra", exitFailed, "text.lyra: is text, not a .lyra file: make one with tailwave codec encode"},
	{"info zeros.lyra", exitFailed, "zeros.lyra: is a file of zeros only, not a .lyra file: make one with tailwave codec encode"},
	{"info mel.npy", exitFailed, "mel.npy: is an array (.npy), which info does not describe: name a WAV file, a .lyra file or a model"},
	{"verify empty.wav -r 48000", exitFailed, "empty.wav: "},
	// Models.
	{"vocode in.wav out.wav --model missing", exitFailed, "missing: no such file or directory: check the path"},
	{"vocode in.wav out.wav --model SPACE", exitFailed, `" ": no such file or directory`},
	{"codec decode codes.lyra out.wav --model SPACE", exitFailed, `" ": no such file or directory`},
	{"codec decode codes.lyra out.wav --model -", exitUsage, "--model - is not supported: name the folder"},
	{"vocode in.wav out.wav --model folder", exitFailed, "folder: "},
	{"vocode in.wav out.wav --model in.wav", exitFailed, "in.wav: is a sound file"},
	{"vocode in.wav out.wav --model half", exitFailed, "half/generator.safetensors: "},
	{"vocode in.wav out.wav --model bare", exitFailed, "bare/config.json: no such file or directory"},
	{"vocode in.wav out.wav --model wrong", exitFailed, "wrong/config.json: num_mels"},
	{"vocode mel.npy out.wav --model tiny --weights-key ema", exitFailed, `weights key "ema": the file has no keys: open it without a weights key`},
	{"vocode mel.npy out.wav --model named", exitFailed, `named/config.json: model_type is "foo", must be hifigan, melgan or multiband_melgan`},
	{"vocode mel.npy out.wav --model odd", exitFailed, "odd/config.json: upsample rate 1 with kernel size 16: their difference must be even: the padding of 7 in the authors' code makes n+1 samples"},
	{"info half", exitFailed, "half/generator.safetensors: "},
	{"models folder", exitFailed, "folder: "},
	// Outputs.
	{"upsample in.wav exists.wav -r 48000", exitFailed, "exists.wav: exists: name another file"},
	{"upsample in.wav folder -r 48000", exitFailed, "folder: is a folder: name a file"},
	{"upsample in.wav nowhere/out.wav -r 48000", exitFailed, "nowhere/out.wav: its folder does not exist: create it first"},
	{"upsample in.wav in.wav/out.wav -r 48000", exitFailed, "in.wav/out.wav: not a directory"},
	{"upsample in.wav out.flac -r 48000", exitUsage, "out.flac: cannot write .flac"},
	{"upsample in.wav NAME.txt -r 48000", exitUsage, ".txt: cannot write .txt"},
	{"mel in.wav out.f32", exitUsage, "out.f32: cannot write .f32: add --raw, or name it .npy: tailwave mel in.wav out.npy"},
	{"vocode in.wav out.f32", exitUsage, "out.f32: cannot write .f32: add --raw f32, or name it .wav: tailwave vocode in.wav out.wav"},
	{"vocode in.wav out.pcm", exitUsage, "out.pcm: cannot write .pcm: add --raw s16, or name it .wav: tailwave vocode in.wav out.wav"},
	{"mel in.wav out.wav", exitUsage, "out.wav: cannot write .wav"},
	{"vocode in.wav out.wav --raw s16", exitUsage, "out.wav: --raw writes no .wav header"},
	{"vocode in.wav --play --sync", exitUsage, "--sync"},
}

// badWords are the words in capitals, without their extension.
var badWords = map[string]string{
	"EMPTY": "",
	"NAME":  strings.Repeat("longname", 60),
	"SPACE": " ",
	"LINE":  "a\nb",
	"PATH":  strings.Repeat("longname/", 200),
}

// badFiles writes the files of badCalls.
func badFiles(t *testing.T, dir string) {
	t.Helper()
	write := func(name string, data []byte) { writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), data) }
	for _, name := range []string{"folder", "tiny", "half", "bare", "wrong", "named", "odd"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	good := soundBytes(t, 22050, 1, pcm.S16, tones(1000, 1))
	write("in.wav", good)
	write("more.wav", good)
	write("short.wav", good[:1000])
	write("header.wav", good[:30])
	write("empty.wav", nil)
	write("empty.npy", nil)
	write("cut.npy", []byte("\x93NUMPY\x01"))
	write("text.wav", []byte("this is no sound\n"))
	write("text.lyra", []byte("this is no sound\n"))
	write("zeros.lyra", make([]byte, 100))
	write("codes.lyra", []byte(lyra.Magic+strings.Repeat("\x00", 50)))
	write("image.wav", []byte("\x89PNG\r\n\x1a\n"+strings.Repeat("\x00", 50)))
	write("image.png", []byte("\x89PNG\r\n\x1a\n"+strings.Repeat("\x00", 50)))
	write("empty.lyra", nil)
	write("unknown.wav", make([]byte, 100))
	write("packed.wav", []byte("PK\x03\x04"+strings.Repeat("\x01", 60)))
	npyFile(t, filepath.Join(dir, "vector.npy"), "(80,)", make([]float32, 80))
	write("exists.wav", []byte("precious"))
	write("slow.wav", soundBytes(t, 999, 1, pcm.S16, tones(10, 1)))
	npyFile(t, filepath.Join(dir, "k.npy"), "(3,)", []float32{1, 2, 1})
	npyFile(t, filepath.Join(dir, "kernels.npy"), "(3, 2, 2)", make([]float32, 12))
	npyFile(t, filepath.Join(dir, "row.npy"), "(1, 3)", make([]float32, 3))
	npyFile(t, filepath.Join(dir, "none.npy"), "(0,)", []float32{})
	npyFile(t, filepath.Join(dir, "nan.npy"), "(2,)", []float32{1, float32(math.NaN())})
	npyFile(t, filepath.Join(dir, "inf.npy"), "(1,)", []float64{math.Inf(1)})
	npyFile(t, filepath.Join(dir, "mel.npy"), "(8, 10)", make([]float32, 80))
	write("part.npy", readFile(t, npyFile(t, filepath.Join(dir, "part.npy"), "(80, 10)", make([]float32, 800)))[:300])
	weights := readFile(t, "../../../../testdata/hifigan-tiny/generator.safetensors")
	config := string(readFile(t, "../../../../testdata/hifigan-tiny/config.json"))
	write("tiny/generator.safetensors", weights)
	write("tiny/config.json", []byte(config))
	write("half/generator.safetensors", weights[:len(weights)/2])
	write("half/config.json", []byte(config))
	write("bare/generator.safetensors", weights)
	for _, name := range []string{"wrong", "named", "odd"} {
		write(name+"/generator.safetensors", weights)
	}
	write("named/config.json", []byte(strings.Replace(config, "{", `{"model_type": "foo", `, 1)))
	write("odd/config.json", []byte(regexp.MustCompile(`"upsample_rates": \[\s*\d+`).ReplaceAllString(config, `"upsample_rates": [1`)))
	write("wrong/config.json", []byte(strings.Replace(config, `"num_mels": 8`, `"num_mels": "eight"`, 1)))
}

// TestBadCalls: a wrong command line is one line of error of at most 400 characters, which names the file or the flag,
// has nothing in it that only a programmer understands, and leaves no file.
func TestBadCalls(t *testing.T) {
	dir := t.TempDir()
	badFiles(t, dir)
	t.Chdir(dir)
	before := names(t, dir)
	for _, c := range badCalls {
		t.Run(c.args, func(t *testing.T) {
			args := strings.Fields(c.args)
			for i, arg := range args {
				for word, long := range badWords {
					arg = strings.ReplaceAll(arg, word, long)
				}
				args[i] = arg
			}
			o := tailwave(nil, args...)
			o.wantError(t, c.code, c.names)
			wantNames(t, dir, before...)
		})
	}
}

// TestFolderOnStandardInput: a folder as standard input is reported like one that is named.
func TestFolderOnStandardInput(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("skipped: a folder cannot be standard input")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	for _, args := range []string{
		"info -", "upsample - out.wav -r 48000", "mel - out.npy", "vocode - out.wav", "verify - -r 48000", "verify - --model builtin",
	} {
		t.Run(args, func(t *testing.T) {
			f, err := os.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			tailwave(f, strings.Fields(args)...).wantError(t, exitFailed, "tailwave: standard input: is a folder: name a file\n")
			wantNames(t, dir)
		})
	}
}

// TestLongMessage: a message with long names or many of them keeps what to do.
func TestLongMessage(t *testing.T) {
	dir := t.TempDir()
	badFiles(t, dir)
	t.Chdir(dir)
	var keys strings.Builder
	for i := range 100 {
		fmt.Fprintf(&keys, `"a_key_that_nobody_knows_%d": %d, `, i, i)
	}
	config := string(readFile(t, "tiny/config.json"))
	writeFile(t, "tiny/config.json", []byte(strings.Replace(config, "{", "{"+keys.String(), 1)))
	o := must(t, nil, "vocode", "mel.npy", "out.wav", "--model", "tiny", "--quiet")
	wantParts(t, "standard error", o.err, filepath.Join("tiny", "config.json")+": has keys", "a_key_that_nobody_knows_0, ", " and 95 more: check that the network does not depend on them\n")
	o.wantPlain(t)
}
