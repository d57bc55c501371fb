package models

// An Option changes how a model is opened.
type Option func(*options)

// options are the choices of one call of Open.
type options struct {
	weightsKey  string
	allowUnused bool
}

// WithWeightsKey chooses the dictionary of a checkpoint that holds the weights by its key, such as "ema" or
// "model.generator". Without it, Open takes the only one that fits config.json.
func WithWeightsKey(key string) Option { return func(o *options) { o.weightsKey = key } }

// WithUnused opens a model although its file has tensors that the model does not use, and of which it is not known that
// they do not matter. Tensors that belong to another known architecture are an error all the same: without them, what
// plays is another network.
func WithUnused() Option { return func(o *options) { o.allowUnused = true } }
