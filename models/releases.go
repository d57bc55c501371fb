package models

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/tailwave/tailwave/models/internal/file"
)

// A Release is a published set of trained weights that this module has been tested with.
type Release struct {
	Name         string        // such as "HiFi-GAN V3, LJSpeech": the architecture and the training data, or the version
	Architecture string        // as Architecture.Name
	Licence      string        // SPDX identifier, of the weights
	Where        string        // address of the publication, and which of its weights these are
	Note         string        // how Files differ from the published files; "" if they are identical
	Files        []ReleaseFile // with their sizes and hashes
}

// A ReleaseFile is a file of a Release.
type ReleaseFile struct {
	Name   string // without a folder
	Bytes  int64  // size of the file
	SHA256 string // of the content, as 64 lower-case hexadecimal digits
}

// Architectures returns the architectures that [Open] reads, with the files that each needs.
func Architectures() []Architecture {
	return []Architecture{
		{"HiFi-GAN", "generators of any configuration: .safetensors or .pth with config.json"},
		{"MelGAN", "generators of any configuration: .safetensors or .pth with config.json"},
		{"multi-band MelGAN", "the same, with the filter bank that joins the sub-bands in config.json"},
		{"Lyra", "1.2.0 alone, encoder and decoder: three .tflite files of float32"},
	}
}

// An Architecture is a kind of network, with a description of its files.
type Architecture struct {
	Name    string // such as "HiFi-GAN"
	Weights string // the files that [Open] needs and the limits on them, in words
}

// KnownWeights returns the releases that this module has been tested with.
func KnownWeights() []Release {
	return []Release{
		{
			Name: "HiFi-GAN V3, LJSpeech", Architecture: "HiFi-GAN", Licence: "MIT",
			Where: "https://github.com/jik876/hifi-gan (pretrained LJ_V3)",
			Note:  "saved again: as a checkpoint, and with weight normalisation folded in",
			Files: []ReleaseFile{
				{"config.json", 724, "e5ee798d930d88debeaa29c83e2cd8ddaeffdc5711d604216fa02eda339969a7"},
				{"g_v3.pth", 5875009, "3ee9832c836cae987aee83334915249ed9d6c746d50dad75c6e103ece07f48e2"},
				{"generator_v3.safetensors", 5853692,
					"1792d4c9f7cf91e22b2f36873b6f7aa5c31a773615a4b61a8ac4a8a7fd249d2d"},
			},
		},
		{
			Name: "multi-band MelGAN, LJSpeech", Architecture: "multi-band MelGAN", Licence: "Apache-2.0",
			Where: "https://github.com/TensorSpeech/TensorFlowTTS (mb-melgan, LJSpeech)",
			Note:  "converted to safetensors, with a config.json that describes the filter bank",
			Files: []ReleaseFile{
				{"config.json", 609, "766f16765a240b4911b93e8811153eddce258857713a6e058f4cd39be0afeb87"},
				{"mb_melgan.safetensors", 10146464, "3a4d44a47bae9fea001f9d92a579fe3e8de146538fa40a2e59cc096a2860e213"},
			},
		},
		{
			Name: "Lyra 1.2.0", Architecture: "Lyra", Licence: "Apache-2.0",
			Where: "https://github.com/google/lyra (tag v1.2.0, folder model_coeffs)",
			Files: []ReleaseFile{
				{"lyragan.tflite", 2759268, "4f2a308913e16c490e8736029ad024fb4badb0adc2c5e2f398a1532418590ec1"},
				{"quantizer.tflite", 518396, "38c19c60376e6bcae416c41d486244227afb77542771c207dbee8d8e6d7f59bc"},
				{"soundstream_encoder.tflite", 2748716,
					"6110a3f31ea11a46af8686042bce725b2f0da91b5e88e3cbbed004288698ee53"},
			},
		},
	}
}

// A FileCheck is the comparison of a file in a folder with the ReleaseFile of that name.
type FileCheck struct {
	ReleaseFile
	State FileState
}

// A FileState is the result of a comparison.
type FileState int

const (
	FileSame    FileState = iota // the file has the same bytes
	FileDiffers                  // the file has other bytes, or is not a regular file
	FileMissing                  // the folder has no file of that name
)

// CompareFolder compares the files of a folder with those of the release by size and SHA-256. The results are in the
// order of r.Files. It fails if a file exists and cannot be read.
func (r Release) CompareFolder(folder string) ([]FileCheck, error) {
	var checks []FileCheck
	for _, f := range r.Files {
		state, err := f.compare(filepath.Join(folder, f.Name))
		if err != nil {
			return nil, err
		}
		checks = append(checks, FileCheck{f, state})
	}
	return checks, nil
}

func (f ReleaseFile) compare(path string) (FileState, error) {
	files := file.OS()
	st, err := files.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return FileMissing, nil
	case err != nil:
		return FileMissing, err
	case !st.Mode().IsRegular() || st.Size() != f.Bytes:
		return FileDiffers, nil
	}
	r, err := files.Open(path, f.Bytes)
	if err != nil {
		return FileMissing, err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, r.Size)); err != nil {
		return FileMissing, file.Error(path, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return FileDiffers, nil
	}
	return FileSame, nil
}
