// Package opcase runs the transposed convolution on cases written as JSON, one object per line. `tailwave op
// conv1d-transpose` and the tests with golden vectors are loops around it.
//
// A case names the operator in "op": "tf.nn.conv1d_transpose" (if absent), "torch.conv_transpose1d" or
// "onnx.ConvTranspose". "dtype" is "float32" (if absent) or "float64". A tensor is {"shape":[...]} with one of "data"
// (numbers in row-major order), "f32" or "f64" (base64, standard alphabet with padding, of little-endian IEEE 754
// values in that order). Arguments with a default in the framework may be absent or null. A value that is present must
// be legal:
//
//	tf     input, filters, output_shape, stride; data_format, padding, dilation; groups, if present, must agree with
//	       the shapes. stride and dilation are an integer or a list, also under the names strides, strides_as_passed
//	       and dilations; all that are present must agree
//	torch  input (also [channels, frames]), weight; bias, stride, padding, output_padding, dilation, groups
//	onnx   input, weight; bias, attrs {auto_pad, strides, dilations, pads, output_padding, output_shape, group,
//	       kernel_shape}
//
// "chunks" are the input frames of successive calls for a streamed run. An object with "args" instead of tensors is
// only checked. It holds input_shape, filters_shape and the arguments of tf.nn.conv1d_transpose.
//
// Any other field is an error that names it, in nested objects too: a field of another operator, a name in another
// case, a name that occurs twice. Annotations are allowed and do not change the answer: id, kind, output (what a test
// expects; the answer is not compared with it), exact, tol, oracles, eager_emit, flush_emit, expect, names, tf,
// tf_raises, tf_stage, gist, remark and advice.
//
// The answer is {"id":...,"output":{"shape":[...],"f32":"..."}}, "f64" for float64 and only the shape for args, or
// {"id":...,"error":"..."}.
package opcase
