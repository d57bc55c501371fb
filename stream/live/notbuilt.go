//go:build !portaudio

package live

// PortAudio returns the sound system of PortAudio. In a build without the tag portaudio the error is [ErrNotBuilt].
// Messages that the sound libraries write to standard error are hidden unless verbose is set.
func PortAudio(verbose bool) (Host, error) { return nil, ErrNotBuilt }
