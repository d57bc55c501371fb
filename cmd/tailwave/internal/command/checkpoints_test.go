package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

// checkpointThings are what the error about a case, or about one of its files, has to name. A case may have no row if
// it opens.
var checkpointThings = map[string]string{
	"bigvgan":             `BigVGAN`,
	"cfg_16k_jik12_fixed": `kernel size 10|padding`,
	"cfg_16k_jik12_plain": `kernel size 10|padding`,
	"cfg_24k_pwg_5543":    `kernel size 10|padding`,
	"cfg_coqui":           `(?i)coqui`,
	"cfg_gin":             `(?i)speaker|cond|gin_channels`,
	"cfg_hop_mismatch":    `hop_size`,
	"cfg_pc_aug":          `NSF|pc_aug`,
	"cfg_snake":           `(?i)snake`,
	"cfg_vits":            `VITS`,
	"cfg_yml_only":        `(?i)config\.yml|ParallelWaveGAN`,
	"coqui_model_g":       `(?i)coqui|model_g`,
	"dataparallel":        `DataParallel|module\.`,
	"do_file":             `(?i)discriminator|optimi[sz]er`,
	"ema_beside":          `\bgenerator\b.*\bema\b.*--weights-key|\bema\b.*\bgenerator\b.*--weights-key`,
	"ema_first":           `\bema\b.*\bnet_g\b.*--weights-key|\bnet_g\b.*\bema\b.*--weights-key`,
	"hf_speecht5":         `(?i)SpeechT5|hugging face|transformers`,
	"html_page":           `web page`,
	"istftnet":            `(?i)iSTFTNet`,
	"lfs_pointer":         `LFS`,
	"mb_no_stats":         `mel\.mean`,
	"mel_scales":          `(?i)\btensor\b|not a dictionary|config\.json`,
	"melgan_causal":       `causal`,
	"melgan_no_norm":      `slope`,
	"nan_weight":          `ups\.1\.weight_v\b.*NaN`,
	"nemo_ckpt":           `(?i)NeMo`,
	"nemo_tar":            `(?i)\btar\b|NeMo`,
	"no_post_bias":        `conv_post`,
	"nsf_hifigan":         `NSF`,
	"onnx_as_model":       `ONNX`,
	"pwg_hifigan":         `(?i)ParallelWaveGAN|input_conv`,
	"pwg_melgan_24k":      `(m\.pth).*(checkpoint-10steps\.pkl)|(checkpoint-10steps\.pkl).*(m\.pth)`,
	"pwg_melgan_yml":      `(?i)ParallelWaveGAN|generator_params`,
	"pwg_words":           `fft_size|win_length|ParallelWaveGAN`,
	"sharded":             `(?i)shard`,
	"speaker_cond":        `(?i)speaker|cond`,
	"speechbrain_conv":    `(?i)SpeechBrain`,
	"torchscript":         `TorchScript`,
	"truncated":           `(?i)truncated`,
	"vits_dec":            `VITS|\bdec\.`,
	"whole_module":        `state_dict`,
	"zero_row":            `conv_pre\.weight_v\b.*\b(zero|norm)`,
}

// What the errors about other files have to name.
var (
	training = regexp.MustCompile(`(?i)discriminator|optimi[sz]er|"mpd"`) // about the do_ file next to a generator
	nothing  = regexp.MustCompile(`nothing, it has to open`)
)

// thingOf returns what the error about a path in a folder of cases has to name, from a table by the names of the cases.
func thingOf(things map[string]string, path string) *regexp.Regexp {
	if strings.HasPrefix(filepath.Base(path), "do_") {
		return training
	}
	if thing, ok := things[filepath.Base(filepath.Dir(path))]; ok {
		return regexp.MustCompile(thing)
	}
	return nothing
}

// checkpointCases calls do with the name, the folder and the right result of each case that has a folder.
func checkpointCases(t *testing.T, do func(t *testing.T, name, dir, result string)) {
	t.Helper()
	root := reference.File(t, "cases", "checkpoints")
	seen := 0
	for _, name := range names(t, root) {
		dir := filepath.Join(root, name)
		if st, err := os.Stat(dir); err != nil || !st.IsDir() || name == "op" {
			continue
		}
		seen++
		result, _, _ := strings.Cut(string(readFile(t, dir+".txt")), ":")
		t.Run(name, func(t *testing.T) { do(t, name, dir, result) })
	}
	if seen < 65 {
		t.Errorf("got %d cases, want at least 65", seen)
	}
}

// checkpointFrames returns the frames of a case, or those of another case with as many mels.
func checkpointFrames(dir string) string {
	if path := filepath.Join(dir, "mel.npy"); exists(path) {
		return path
	}
	return filepath.Join(filepath.Dir(dir), "jik_generator", "mel.npy")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestCheckpoints: of every small generator in a layout or a condition that people meet, the program plays what PyTorch
// plays, or it says what the files are and what to do. It never plays something else.
func TestCheckpoints(t *testing.T) {
	checkpointCases(t, func(t *testing.T, name, dir, result string) {
		frames := checkpointFrames(dir)
		v := vocoded(t, dir, frames)
		thing := thingOf(checkpointThings, filepath.Join(dir, "folder"))
		switch {
		case name == "mel_scales":
			// The case is about frames for another model.
		case name == "mb_no_stats":
			v.wantChunked(t, dir, frames)
			if v.code != exitDone || len(v.samples) == 0 {
				t.Errorf("got exit %d, %q and %d samples, want sound", v.code, v.err, len(v.samples))
			}
			vocoded(t, dir, speech).wantRefused(t, dir, thing)
		case name == "ema_beside" && v.code != exitDone: // "or say so"
			v.wantRefused(t, dir, thing)
			chosen := []string{"--weights-key", "generator"}
			wantCheckpoint(t, vocoded(t, dir, frames, chosen...), dir, frames, chosen...)
		case name == "pwg_melgan_24k" && v.code != exitDone: // two files that hold the same weights
			v.wantRefused(t, dir, thing)
			for _, path := range weightsFiles(t, dir) {
				wantCheckpoint(t, vocoded(t, path, frames), path, frames)
			}
		case name == "speechbrain_conv" && v.code == exitDone:
			// PyTorch padded with zeros, the publisher reflects: TestPublishersModels compares the sound.
			if want := readNumbers(t, filepath.Join(dir, "want.npy")); len(v.samples) != want.Len() {
				t.Errorf("got %d samples, want %d", len(v.samples), want.Len())
			}
		case result == "open", result == "refuse until supported, then open" && v.code == exitDone:
			wantCheckpoint(t, v, dir, frames)
		case strings.HasPrefix(result, "refuse"), result == "warn or refuse":
			v.wantRefused(t, dir, thing)
		default:
			t.Errorf("got the result %q of a case, want open, refuse, or warn or refuse", result)
		}
	})
}

// wantCheckpoint checks the sound of a case against want.npy of its folder, at once and frame by frame.
func wantCheckpoint(t *testing.T, v vocoding, model, frames string, flags ...string) {
	t.Helper()
	want := readNumbers(t, filepath.Join(filepath.Dir(frames), "want.npy"))
	v.wantPlayed(t, want, closeness{Max: 2e-5, RMS: 2e-5})
	if v.code == exitDone {
		v.wantChunked(t, model, frames, flags...)
	}
}

// TestCheckpointFiles: each file of weights, by its own path, is played as its folder is, or its error names what it
// is.
func TestCheckpointFiles(t *testing.T) {
	checkpointCases(t, func(t *testing.T, name, dir, result string) {
		for _, path := range weightsFiles(t, dir) {
			t.Run(filepath.Base(path), func(t *testing.T) {
				frames := checkpointFrames(dir)
				v := vocoded(t, path, frames)
				thing := thingOf(checkpointThings, path)
				played := v.code == exitDone && strings.HasSuffix(result, "open")
				switch {
				case name == "mb_no_stats" || name == "speechbrain_conv" && played:
					// TestCheckpoints says why.
				case played, result == "open" && name != "ema_beside" && thing != training:
					wantCheckpoint(t, v, path, frames)
				default:
					v.wantRefused(t, dir, thing)
				}
			})
		}
	})
}

// TestCheckpointInfo: info lists each file of weights, or its error names what it is.
func TestCheckpointInfo(t *testing.T) {
	checkpointCases(t, func(t *testing.T, _, dir, _ string) {
		for _, path := range weightsFiles(t, dir) {
			t.Run(filepath.Base(path), func(t *testing.T) { wantInfo(t, path, dir, thingOf(checkpointThings, path)) })
		}
	})
}

// wantInfo checks that info lists the tensors of a file, or that its error begins with a path in the folder where and
// names a thing. A listing without a model names the thing too.
func wantInfo(t *testing.T, path, where string, thing *regexp.Regexp) {
	t.Helper()
	o := tailwave(nil, "info", path)
	if o.code != exitDone {
		o.wantReason(t, where, thing)
		return
	}
	wantParts(t, "standard output", o.out, path)
	if !regexp.MustCompile(`parameters|tensors?`).MatchString(o.out) {
		t.Errorf("got %q, want the parameters of a model, or tensors", o.out)
	}
	for line := range strings.Lines(o.out) {
		reason, none := strings.CutPrefix(line, "no model")
		if none && !thing.MatchString(strings.ReplaceAll(reason, where, "")) {
			t.Errorf("got %q, want %v in it", line, thing)
		}
	}
}
