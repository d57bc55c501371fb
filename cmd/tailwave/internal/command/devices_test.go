package command

import (
	"testing"
)

// TestListDevices: devices prints a table in which a star marks the default device.
func TestListDevices(t *testing.T) {
	o := on(&soundless{channels: 2}, nil, "devices")
	want := "  INDEX  DEVICE   SYSTEM  CHANNELS  RATE      LOW     HIGH\n" +
		"* 4      nowhere  none    2         48000 Hz  5.0 ms  20.0 ms\n"
	if o.out != want || o.code != exitDone {
		t.Errorf("got exit %d and %q, want exit %d and %q; standard error is %q", o.code, o.out, exitDone, want, o.err)
	}
}
