// Package live plays a stream on a sound device while it is being computed.
//
// A Sink is the end of a pipeline. It keeps a ring of encoded frames, and a goroutine of its own hands them to the
// device in blocking writes: no Go code runs on the audio thread. Playing begins when as much has been gathered as the
// device's buffer holds. If the pipeline is late, the device runs empty: that is counted, as much is gathered again,
// and no frame is lost.
//
// The devices are those of PortAudio, and part of a build with the tag portaudio. Without it PortAudio returns
// ErrNotBuilt; everything else is there, for a Host of another kind.
package live
