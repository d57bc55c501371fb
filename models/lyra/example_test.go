package lyra_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"

	"github.com/tailwave/tailwave/models/lyra"
)

// A Writer writes codes to a container, and a Reader reads them second by second. Codes come from a Quantizer; here
// they just count up.
func ExampleWriter() {
	header := lyra.Header{Bitrate: 3200, Rate: 16000}
	codebooks, err := lyra.CodebooksFor(header.Bitrate)
	if err != nil {
		log.Fatal(err)
	}
	const samples = 16100 // a little more than a second
	codes := make([]byte, int(header.Hops(samples))*codebooks)
	for i := range codes {
		codes[i] = byte(i % lyra.Entries)
	}
	var file bytes.Buffer
	w, err := lyra.NewWriter(&file, header)
	if err != nil {
		log.Fatal(err)
	}
	if err := w.Write(codes); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(samples); err != nil {
		log.Fatal(err)
	}
	fmt.Println(header.Hops(samples), "hops of", codebooks, "codes in", file.Len(), "bytes")
	// Output:
	// 51 hops of 16 codes in 451 bytes
}

// A Reader returns the codes of each second. A damaged second is an error, after which reading can continue.
func ExampleReader() {
	var file bytes.Buffer
	w, err := lyra.NewWriter(&file, lyra.Header{Bitrate: 3200, Rate: 16000})
	if err != nil {
		log.Fatal(err)
	}
	if err := w.Write(make([]byte, 120*16)); err != nil { // 120 hops of 16 codes
		log.Fatal(err)
	}
	if err := w.Close(120 * lyra.Hop); err != nil {
		log.Fatal(err)
	}
	file.Bytes()[100] ^= 1 // a bit of the first second

	r, err := lyra.NewReader(&file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Header().Bitrate, "bits per second,", r.Codebooks(), "codes of each hop")
	for {
		codes, err := r.Next()
		if err == io.EOF {
			break
		}
		if damage, ok := errors.AsType[*lyra.DamageError](err); ok {
			fmt.Println("second", damage.Second, "is damaged:", damage.Hops, "hops")
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(codes)/r.Codebooks(), "hops")
	}
	fmt.Println(r.Samples(), "samples")
	// Output:
	// 3200 bits per second, 16 codes of each hop
	// second 0 is damaged: 50 hops
	// 50 hops
	// 20 hops
	// 38400 samples
}
