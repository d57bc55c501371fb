package resample

// A copyEngine serves equal rates: output frame k is input frame k, with the same bits. It holds nothing.
type copyEngine struct{}

func (copyEngine) latency() int                         { return 0 }
func (copyEngine) period() int64                        { return 1 }
func (copyEngine) taps() int                            { return 1 }
func (copyEngine) emitted(n int64) int64                { return n }
func (copyEngine) reset()                               {}
func (copyEngine) process(dst, src []float32) []float32 { return append(dst, src...) }
func (copyEngine) flush(dst []float32) []float32        { return dst }
func (copyEngine) weightBytes() int64                   { return 0 }
func (copyEngine) stateBytes() int64                    { return 0 }
