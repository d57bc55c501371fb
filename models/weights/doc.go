// Package weights reads the tensors of trained models: .safetensors files and PyTorch checkpoints.
//
// [Open] reads the header of a file, names and shapes only. The numbers of a tensor are read when a model takes them:
//
//	opened, err := weights.Open(file, size)             // file is any io.ReaderAt
//	set := opened.Dictionaries[0].Tensors               // a checkpoint may have several dictionaries
//	fmt.Println(set["conv_pre.bias"].Shape)             // known without reading a number
//	bias, err := set.Take("conv_pre.bias", 512)         // checks type and shape, then reads
//	filters, bias, err := set.Conv("ups.0", 256, 80, 7) // in the order of package layer, weight norm folded
//	fmt.Println(len(set), "tensors are left")           // a model that leaves tensors may be another model
//
// [Recognize] says what a file is that Open does not read, such as an ONNX model or a web page, and what to do about
// it.
//
// # Guarantees
//
//   - A checkpoint is read, never executed. It is a program for Python's pickle machine, which may import and call
//     anything. The reader follows the program, but only makes dictionaries, numbers, strings and tensors. Everything
//     else becomes a placeholder.
//   - A tensor in the file is in a [Set], also if its numbers cannot be read. [Set.Take] then refuses it by name. A
//     tensor that vanished without a word would change the network.
//   - Memory is bounded whatever the file claims: Open allocates less than 40 MB, and tensors are checked against the
//     length of the file before their numbers are read.
//   - Numbers are exact: float16 and bfloat16 are widened without rounding, float64 is rounded once to float32.
//
// # Formats
//
// A .safetensors file is the length of a JSON header in 8 bytes, the header, and the numbers
// (https://github.com/huggingface/safetensors). Since version 1.6, PyTorch writes a zip file: data.pkl is a pickle of
// the structure, and data/0, data/1 and so on are the numbers (torch/serialization.py). Older versions wrote five
// pickles followed by the numbers. The operations of pickles, protocols 0 to 5, are described in pickletools.py of
// CPython. Weight norm is folded as in Salimans and Kingma, "Weight Normalization", 2016.
//
// # Why these readers exist
//
// Two Go modules read such files. nlpodyssey/safetensors reads all tensors at once. This package reads the header
// first, so that a model can be compared with its configuration, and then one tensor at a time. nlpodyssey/gopickle
// reads checkpoints by path only, panics on some files (a tar file is enough), and trusts the sizes in a file: one
// length prefix makes it allocate 1.5 GiB. This reader accepts any io.ReaderAt and is fuzzed, and its memory is
// bounded.
package weights
