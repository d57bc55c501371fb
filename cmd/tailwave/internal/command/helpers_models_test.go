package command

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/testdata/reference"
)

// A modelFile collects tensors of random numbers.
type modelFile struct {
	t       *testing.T
	tensors map[string]safetensors.TensorView
}

func (m *modelFile) add(name string, shape ...uint64) {
	n := uint64(1)
	for _, d := range shape {
		n *= d
	}
	var raw bytes.Buffer
	binary.Write(&raw, binary.LittleEndian, dsptest.Noise[float32](uint64(len(m.tensors)+1), int(n)))
	v, err := safetensors.NewTensorView(safetensors.F32, shape, raw.Bytes())
	if err != nil {
		m.t.Fatal(err)
	}
	m.tensors[name] = v
}

// layer adds a layer's weights and its bias, which has one dimension.
func (m *modelFile) layer(name string, bias uint64, shape ...uint64) {
	m.add(name+".weight", shape...)
	m.add(name+".bias", bias)
}

// write makes a folder of the tensors and the configuration.
func (m *modelFile) write(config string) string {
	dir := m.t.TempDir()
	b, err := safetensors.Serialize(m.tensors, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	writeFile(m.t, filepath.Join(dir, "generator.safetensors"), b)
	writeFile(m.t, filepath.Join(dir, "config.json"), []byte(config))
	return dir
}

// tinyModel writes a HiFi-GAN generator of 3 mels and a hop of 8 samples, at 8000 Hz, to a folder.
func tinyModel(t *testing.T) string {
	t.Helper()
	m := &modelFile{t, map[string]safetensors.TensorView{}}
	m.layer("conv_pre", 8, 8, 3, 7)
	m.layer("ups.0", 4, 8, 4, 8)
	m.layer("ups.1", 2, 4, 2, 4)
	for i, c := range []uint64{4, 2} {
		m.layer(fmt.Sprintf("resblocks.%d.convs.0", i), c, c, c, 3)
	}
	m.layer("conv_post", 1, 1, 2, 7)
	return m.write(`{"resblock": "2", "upsample_rates": [4, 2], "upsample_kernel_sizes": [8, 4],
		"upsample_initial_channel": 8, "resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[2]],
		"num_mels": 3, "sampling_rate": 8000}`)
}

// tinyMelGAN writes a MelGAN generator of 3 mels and a hop of 2 samples to a folder. Its first layer reflects 3 frames.
func tinyMelGAN(t *testing.T) string {
	t.Helper()
	m := &modelFile{t, map[string]safetensors.TensorView{}}
	m.layer("melgan.1", 4, 4, 3, 7)
	m.layer("melgan.3", 2, 4, 2, 4)
	m.layer("melgan.4.skip_layer", 2, 2, 2, 1)
	m.layer("melgan.4.stack.2", 2, 2, 2, 3)
	m.layer("melgan.4.stack.4", 2, 2, 2, 1)
	m.layer("melgan.7", 1, 1, 2, 7)
	m.add("mel.mean", 3)
	m.add("mel.scale", 3)
	return m.write(`{"model_type": "melgan", "sampling_rate": 8000, "num_mels": 3, "channels": 4,
		"kernel_size": 7, "stack_kernel_size": 3, "stacks": 1, "upsample_scales": [2], "leaky_relu_slope": 0.2,
		"padding": "reflect", "out_channels": 1, "final_activation": "tanh"}`)
}

// melFile returns 50 frames as a mels-first .npy file, and as bare frames.
func melFile() (array, bare []byte) {
	const mels, n = 3, 50
	values := dsptest.Noise[float32](9, mels*n)
	var raw, byFrame bytes.Buffer
	binary.Write(&raw, binary.LittleEndian, values)
	for f := range n {
		for m := range mels {
			binary.Write(&byFrame, binary.LittleEndian, values[m*n+f])
		}
	}
	return npyBytes("(1, 3, 50)", raw.Bytes()), byFrame.Bytes()
}

// npyBytes makes a .npy file of float32.
func npyBytes(shape string, raw []byte) []byte {
	header := "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n"
	return append(append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), 0), append([]byte(header), raw...)...)
}

// npyFile makes a .npy file, version 1, little-endian.
func npyFile[T dsp.Float](t *testing.T, path, shape string, data []T) string {
	t.Helper()
	var zero T
	header := fmt.Sprintf("{'descr': '<f%d', 'fortran_order': False, 'shape': %s, }", binary.Size(zero), shape)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	b = append(b, header...)
	b, err := binary.Append(b, binary.LittleEndian, data)
	if err != nil {
		t.Fatal(err)
	}
	return writeFile(t, path, b)
}

// lyraModel returns the folder of the codec's weights.
func lyraModel(t testing.TB) string { return reference.File(t, "weights", "lyra-1.2.0") }
