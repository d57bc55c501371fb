package models

// An Option changes how a model is opened.
type Option func(*options)

// options are the choices of one call of Open.
type options struct {
	weightsKey  string
	allowUnused bool
}

// WithWeightsKey chooses the dictionary of a checkpoint by its key, such as "ema" or "model.generator". Without this
// option, [Open] reads the only dictionary that fits config.json. If several fit, averages of weights (ema, swa) do not
// count next to a dictionary with a usual name, such as generator or state_dict; otherwise the error is an
// [AmbiguousError].
func WithWeightsKey(key string) Option { return func(o *options) { o.weightsKey = key } }

// WithUnused opens a file that has more tensors than the model uses, although they may change its sound. They are
// listed in [Unused]. Tensors that are known to belong to another architecture remain an error: without them, another
// network would be played.
func WithUnused() Option { return func(o *options) { o.allowUnused = true } }
