package layer

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// AtLevel packs the weights for a kernel level, and so chooses the kernels of all streams.
func AtLevel(l kernel.Level) Option { return func(o *layer) { o.level = l } }

// PartsOf makes a part of macs multiply-adds worth waking a worker.
func PartsOf(macs int64) Option { return func(o *layer) { o.minPart = macs } }
