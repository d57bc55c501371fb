// Package codec assembles pipelines around the Lyra speech codec of package lyra: sound becomes a .lyra file, and a
// .lyra file becomes sound of the same length.
//
//	e, err := codec.Encode(weights, source, codec.EncodeOptions{Bitrate: 9200})
//	e.Sink = e.NewWriter(file)
//	_, err = e.Run(ctx)
//
//	r, err := codec.NewReader(file, weights)
//	p, err := r.Decode(codec.DecodeOptions{})
//	p.Sink = sink
//	_, err = p.Run(ctx)
//	err = r.Err() // what is damaged
package codec
