//go:build !portaudio

package live

// PortAudio returns the devices of PortAudio. The error is ErrNotBuilt in a build without the tag portaudio. With
// verbose, what the sound libraries themselves write to standard error is let through.
func PortAudio(verbose bool) (Host, error) { return nil, ErrNotBuilt }
