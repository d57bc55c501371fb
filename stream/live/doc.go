// Package live plays a stream on a sound device while the stream is being computed.
//
// [Play] runs a pipeline and plays its sound:
//
//	host, err := live.PortAudio(false) // ErrNotBuilt in a build without the tag portaudio
//	if err != nil { return err }
//	defer host.Close()
//	stats, err := live.Play(ctx, host, "", stream.Pipeline{Source: source, Stages: stages}) // "": the default device
//	fmt.Println(stats.Frames, "frames,", stats.Underruns, "underruns")
//
// A [Sink] is the sink of any [stream.Pipeline], for callers that choose the device ([Find]), the format
// ([ChooseFormat]) and the latency themselves. stream.Tee writes the same frames to a file too. The bytes that the
// device receives are those that stream/wav would write with the same sample format and dither.
//
// # Devices
//
// [PortAudio] returns the devices of PortAudio, in a build with the tag portaudio. That build needs cgo, pkg-config and
// PortAudio (portaudio19-dev on Debian and Ubuntu, portaudio in Homebrew): "make build" where pkg-config finds it, or
// "go build -tags portaudio ./cmd/tailwave". Without the tag everything else in this package works with a [Host] of
// another kind.
//
// PortAudio and the libraries below it report every sound system that they try in vain, such as a JACK server that is
// not running, on the standard error of the C library. PortAudio(false) hides these messages, with glibc and on macOS,
// for the life of the process; what Go writes to os.Stderr is not affected. PortAudio(true) lets them through.
//
// Playing is tested on Linux without a sound card: byte for byte through the file plugin of ALSA, and sample for sample
// in real time through PulseAudio.
//
// # Threads and memory
//
// A Sink has a ring of encoded frames and one goroutine, the player, which moves frames from the ring to the device in
// blocking writes of at most 10 ms. No Go code runs on the audio thread of the sound system. No block allocates memory.
//
// On Linux the thread of the player asks for a time slice of 100 µs, which Linux 6.12 and later grant to any process,
// and for the nice value -11, unless the program runs at a positive one. Where the system grants neither, playing works
// the same, but gaps are more likely while other programs use all processors. Do not start the program with a real-time
// policy (chrt): a Go thread may spin until another one has made progress, and a spinning thread of real-time priority
// can keep that other thread from running.
//
// # Latency
//
// Options.Latency is the length of the device's buffer. Playing begins when the ring holds as much sound as that. When
// ctx ends or the run fails, the device first plays the sound in its buffer, then 10 ms that fade out: an interrupt is
// heard after the latency. [Sink.Suspend] lets a program stop itself, as on Ctrl-Z, without losing a frame.
//
// # Gaps
//
// If the pipeline is late, the device runs empty and the listener hears a gap. The gap is counted in [Stats], the
// player waits until the ring holds the latency again, and no frame is lost. Every underrun that the device reports is
// counted. Not every sound system reports all of them, so the player also compares the frames that the device has taken
// from its buffer with the time that has passed. An underrun found this way is counted if
//
//	time during which the device took no frames > max(5 ms, buffer/4) + sound taken ahead of time
//
// where buffer is the length of the device's buffer. The maximum covers the imprecision of the room that a device
// reports. The sound taken ahead of time is what the sound system took from the buffer before it was due, and plays
// while the buffer is empty. A shorter gap is counted only if the device reports it. A gap that a sound server causes
// after it has taken the frames in time cannot be seen from here; the server has to report it.
//
// "make soak" plays a vocoder for ten minutes from a buffer of 20 ms while the program allocates 200 MB of garbage per
// second. It fails if a recorder hears a gap, or if the counted gaps are not those that the recorder hears. It needs a
// machine that does nothing else: a Go thread must get a processor between two requests of the sound system. On a
// virtual machine the processors themselves may stop for longer than 20 ms; where cyclictest (package rt-tests of
// Debian) is installed, the soak says which gaps the machine caused.
package live
