// Package playback plays what the commands compute on a sound device, with a meter on a terminal and a summary at the
// end.
package playback
