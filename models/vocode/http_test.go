package vocode_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/vocode"
)

// site serves the small model by the handler of the example. Its frames have 32 bytes.
func site(t *testing.T) *httptest.Server {
	t.Helper()
	model, err := models.Open("../../testdata/hifigan-tiny")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(server{vocode.New(model)})
	t.Cleanup(s.Close)
	return s
}

// firstFrames and firstBytes are what a client sends, and then waits for: less sound than the server would buffer.
const firstFrames, firstBytes = 10, 600

// post sends the first frames of a body that stays open. It waits for the first bytes of the answer, and returns the
// writer of the rest of the body and the answer.
func post(t *testing.T, url string) (*io.PipeWriter, *http.Response) {
	t.Helper()
	body, rest := io.Pipe()
	go rest.Write(make([]byte, firstFrames*32))
	answer, err := http.Post(url, "", body)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	if _, err := io.ReadFull(answer.Body, make([]byte, firstBytes)); err != nil {
		t.Fatalf("sound while frames are missing: got error %v, want none", err)
	}
	return rest, answer
}

// TestServerStreams: a client receives sound before it has sent its last frames, and then the rest. If the body then
// ends inside a frame, the answer is cut.
func TestServerStreams(t *testing.T) {
	for name, c := range map[string]struct {
		more int // bytes
		cut  bool
	}{
		"whole frames": {10 * 32, false}, "nothing": {0, false}, "part of a frame": {10*32 + 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			rest, answer := post(t, site(t).URL)
			if _, err := rest.Write(make([]byte, c.more)); err != nil {
				t.Fatal(err)
			}
			rest.Close()
			sound, err := io.ReadAll(answer.Body)
			if (err != nil) != c.cut {
				t.Errorf("rest: got error %v, want one: %v", err, c.cut)
			}
			if want := (firstFrames+c.more/32)*64*2 - firstBytes; !c.cut && len(sound) != want {
				t.Errorf("rest: got %d bytes, want %d", len(sound), want)
			}
		})
	}
}

// TestServerShort: a body of unknown length without a whole frame is refused. One frame is enough.
func TestServerShort(t *testing.T) {
	for name, c := range map[string]struct{ bytes, status int }{
		"empty":           {0, http.StatusBadRequest},
		"part of a frame": {31, http.StatusBadRequest},
		"one frame":       {32, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			body := io.MultiReader(bytes.NewReader(make([]byte, c.bytes))) // hides the length
			answer, err := http.Post(site(t).URL, "", body)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if answer.StatusCode != c.status {
				t.Errorf("status: got %d, want %d", answer.StatusCode, c.status)
			}
		})
	}
}

// TestServerClientLeaves: the run of a client that leaves ends. Close of the server waits for it.
func TestServerClientLeaves(t *testing.T) {
	s := site(t)
	_, answer := post(t, s.URL)
	answer.Body.Close()
	closed := make(chan struct{})
	go func() {
		s.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Fatal("got a request that goes on after its client has left, want none")
	}
}
