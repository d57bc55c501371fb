package main

import (
	"testing"
)

func TestListDevices(t *testing.T) {
	o := on(&soundless{channels: 2}, nil, "devices")
	want := "  INDEX  DEVICE   SYSTEM  CHANNELS  RATE      LOW     HIGH\n" +
		"* 4      nowhere  none    2         48000 Hz  5.0 ms  20.0 ms\n"
	if o.out != want || o.code != exitDone {
		t.Errorf("%q, want %q; %s", o.out, want, o.err)
	}
}
