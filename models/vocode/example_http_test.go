package vocode_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/vocode"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/raw"
)

// A server answers float32 frames, little-endian and without a header, with 16-bit samples. All requests share the
// weights of one model, and each has a pipeline of its own.
type server struct{ vocoder *vocode.Vocoder }

func (s server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	format := s.vocoder.FrameFormat()
	if r.ContentLength > 0 && r.ContentLength%int64(4*format.Channels) != 0 { // -1 if it is not known
		http.Error(w, fmt.Sprintf("body: must be frames of %d bytes", 4*format.Channels), http.StatusBadRequest)
		return
	}
	frames, err := raw.NewReader(r.Body, format, pcm.F32)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	p, err := s.vocoder.FromFrames(frames, vocode.Options{})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	control := http.NewResponseController(w)
	if err := control.EnableFullDuplex(); err != nil { // samples are sent while frames are still read
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	p.Sink = raw.NewWriter(flushing{w, control}, raw.Options{Encoding: pcm.S16})
	stats, err := p.Run(r.Context())
	switch {
	case err == nil && stats.FramesIn == 0: // an empty stream: the Writer has sent nothing
		http.Error(w, "body: no frames", http.StatusBadRequest)
	case err == nil:
	case stats.Opened: // samples may have been sent: a client must not treat them as complete
		panic(http.ErrAbortHandler)
	case errors.As(err, new(*stream.PanicError)):
		http.Error(w, "internal error", http.StatusInternalServerError)
	default:
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// A flushing writer sends each block as soon as it is written.
type flushing struct {
	io.Writer
	control *http.ResponseController
}

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.Writer.Write(p)
	if err != nil {
		return n, err
	}
	return n, f.control.Flush()
}

// An HTTP server turns mel frames into sound while they arrive, for any number of clients at once.
func ExampleVocoder_http() {
	model, err := models.Open("../../testdata/hifigan-tiny")
	if err != nil {
		log.Fatal(err)
	}
	vocoder := vocode.New(model)
	site := httptest.NewServer(server{vocoder})
	defer site.Close()

	frames := make([]float32, 500*vocoder.FrameFormat().Channels)
	for i := range frames {
		frames[i] = float32(math.Sin(float64(i)))
	}
	body, err := binary.Append(nil, binary.LittleEndian, frames)
	if err != nil {
		log.Fatal(err)
	}
	post := func(body []byte) (status int, samples []byte) {
		answer, err := http.Post(site.URL, "application/octet-stream", bytes.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		defer answer.Body.Close()
		samples, err = io.ReadAll(answer.Body)
		if err != nil {
			log.Fatal(err)
		}
		return answer.StatusCode, samples
	}

	var sounds [4][]byte
	var clients sync.WaitGroup
	for i := range sounds {
		clients.Go(func() { _, sounds[i] = post(body) })
	}
	clients.Wait()
	same := true
	for _, sound := range sounds {
		same = same && bytes.Equal(sound, sounds[0])
	}
	fmt.Println(len(sounds[0])/2, "samples for each client, all the same:", same)

	status, text := post(body[:len(body)-1])
	fmt.Printf("%d %s", status, text)
	status, text = post(nil)
	fmt.Printf("%d %s", status, text)
	// Output:
	// 32000 samples for each client, all the same: true
	// 400 body: must be frames of 32 bytes
	// 400 body: no frames
}
