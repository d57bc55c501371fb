// Package models opens trained neural vocoders and runs them as streams: mel frames, or the latents of a codec, go in,
// and samples come out.
//
//	model, err := models.Open("hifigan")        // a folder with weights and config.json, or the weights file
//	s, err := model.NewStream()                 // a dsp.Processor with one owner; make as many as you need
//	for chunk := range chunks {                 // frames of model.Info().Mels values, any number at a time
//		samples = s.Process(samples, chunk) // appends the samples that are final
//	}
//	samples = s.Flush(samples)                  // the end of the stream: n frames make n*Hop samples
//
// Package vocode builds whole pipelines around a model: from sound to frames, from frames to sound, to another sample
// rate.
//
// # Guarantees
//
//   - The network in the files is played, or nothing. A tensor that the network does not use is an error that names it,
//     unless the tensor is known not to matter (discriminators, optimizers, averages of weights). A key of config.json
//     that asks for another network is an error too (use_causal_conv, activation, gin_channels). Files of other
//     architectures and publishers are recognized and named.
//   - Nothing is guessed. If a checkpoint or a folder can be read in two ways, the error lists both.
//   - The bits do not depend on chunks, workers or processors. Both ends of a stream are those of the one-shot result.
//   - A checkpoint is read, never executed. Memory is bounded, also for hostile files.
//
// # Files
//
// [Open] reads HiFi-GAN generators of any configuration, MelGAN and multi-band MelGAN: .safetensors files or PyTorch
// checkpoints of any name, with config.json next to them. Weight norm may be folded or in either of PyTorch's forms. It
// also reads the decoder of Lyra 1.2.0. [KnownWeights] lists published weights that the project is tested with.
//
// Checkpoints often hold more than one network. [WithWeightsKey] (the flag --weights-key) chooses a dictionary where
// several fit, and [WithUnused] (--allow-unused) accepts tensors that the model does not use, unless they are known to
// belong to another architecture. The command tailwave info lists the dictionaries, tensors, shapes and types of a
// file.
//
// # Frames
//
// A model plays any frames, but sounds right only for frames on the scale of its training. [Model.FrontEnd] describes
// how they are computed from sound, and [Model.CheckFrames] finds NaN, infinity and frames on another scale.
//
// # Accuracy
//
// For models trained on LJSpeech, samples are within 4.1e-6 (HiFi-GAN V3) and 5.2e-6 (multi-band MelGAN) of PyTorch's.
//
// # Cost
//
// Measured by make bench on one core of an AMD EPYC (Zen 5, AVX-512), in blocks of 32 frames (Lyra: 50 hops of 20 ms).
// Latency is the sound that a stream holds, at most. Speed is in multiples of real time. Streams share the packed
// weights.
//
//	                        latency    speed    weights    each stream
//	HiFi-GAN V1              148 ms      5.0    55.8 MB        20.4 MB
//	HiFi-GAN V2              148 ms       68     3.8 MB        10.2 MB
//	HiFi-GAN V3              117 ms       63     5.9 MB         6.8 MB
//	multi-band MelGAN        123 ms       79    10.2 MB         4.4 MB
//	Lyra 1.2.0, encoder           0      660     2.7 MB        0.23 MB
//	Lyra 1.2.0, decoder           0      690     2.7 MB        0.22 MB
//
// One hop of Lyra takes 41 µs to decode (99th percentile 61 µs; with AVX2 52 and 82 µs) and 49 µs to encode, and
// allocates nothing. [Model.Info] has the latency, the receptive field, the multiply-adds and the memory of any model.
//
// Speed in turn with ONNX Runtime 1.30, measured by make bench-peers on two cores of the same machine, in chunks of 32
// frames. ONNX Runtime runs multi-band MelGAN without its filter bank.
//
//	                         1 thread             2 threads
//	                     tailwave    ONNX     tailwave    ONNX
//	HiFi-GAN V1               5.0     3.9          9.6     7.3
//	HiFi-GAN V2                68      36          107      44
//	HiFi-GAN V3                63      37          111      62
//	multi-band MelGAN          79      57          119      91
//
// Two threads ([dsp.WithWorkers]) run a vocoder 1.5 to 1.9 times as fast as one: layers divide their work, and branches
// whose outputs are added run at the same time.
//
// On an EPYC of Zen 4, tailwave is 1.5 times as fast as ONNX Runtime for HiFi-GAN V3, and 1.3 and 1.2 times for
// multi-band MelGAN, with 1 and 2 threads.
//
// Chunks of 8 frames are at most 10 % slower. HiFi-GAN V3 makes an hour of sound, through a pipe, in 33 MB of
// memory (make soak).
//
// # Sources
//
// Kong, Kim and Bae, "HiFi-GAN: Generative Adversarial Networks for Efficient and High Fidelity Speech Synthesis",
// 2020. Kumar et al., "MelGAN: Generative Adversarial Networks for Conditional Waveform Synthesis", 2019. Yang et al.,
// "Multi-band MelGAN: Faster Waveform Generation for High-Quality Text-to-Speech", 2020.
package models
