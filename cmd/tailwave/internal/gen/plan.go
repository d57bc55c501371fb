package main

import (
	"fmt"
	"math/rand/v2"
)

type file struct {
	name  string
	cases []*testCase
}

// plan returns the files with their cases, filled with numbers.
func plan() []file {
	files := []file{
		{"tf_grid.jsonl", grid()},
		{"tf_channels.jsonl", channels()},
		{"tf_stream.jsonl", streams()},
		{"tf_special.jsonl", specials()},
		{"torch.jsonl", torch()},
		{"onnx.jsonl", onnx()},
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	for _, f := range files {
		for _, c := range f.cases {
			c.fill(rng)
		}
	}
	return files
}

// tf starts a case; its width is the extra-th legal one, from the last if negative.
func tf(layout, padding string, batch, frames, in, out, kernel, stride, dilation, extra int) *testCase {
	c := &testCase{op: opTF, dtype: "float32", layout: layout, padding: padding, batch: batch, frames: frames, in: in, out: out,
		groups: 1, kernel: kernel, stride: stride, dilation: dilation, quarters: true}
	lo, hi, err := c.legalWidths()
	if err != nil {
		panic(err) // a mistake in this file
	}
	c.width = lo + extra
	if extra < 0 {
		c.width = hi + 1 + extra
	}
	if padding == "SAME" {
		c.left = max(0, (frames-1)*stride+c.span()-c.width) / 2
	}
	return c
}

// grid has one channel, both paddings, the first and the last legal width.
func grid() (list []*testCase) {
	for _, kernel := range []int{1, 2, 4, 7} {
		for _, stride := range []int{1, 2, 3} {
			for _, padding := range []string{"SAME", "VALID"} {
				for _, dilation := range []int{1, 2} {
					if kernel == 1 && dilation > 1 {
						continue
					}
					list = append(list, tf("NWC", padding, 1, 3, 1, 1, kernel, stride, dilation, 0))
					if stride > 1 {
						list = append(list, tf("NWC", padding, 1, 3, 1, 1, kernel, stride, dilation, -1))
					}
				}
			}
		}
	}
	return list
}

// channels has batches, channels, groups and both layouts, and values that are not exact.
func channels() []*testCase {
	list := []*testCase{
		tf("NWC", "SAME", 2, 4, 3, 2, 4, 2, 1, -1),
		tf("NWC", "VALID", 2, 3, 2, 3, 9, 3, 1, 0),
		tf("NWC", "SAME", 1, 5, 2, 2, 10, 3, 1, 1),
		tf("NWC", "SAME", 2, 4, 1, 2, 2, 5, 1, 2),
		tf("NCW", "SAME", 2, 4, 3, 2, 4, 2, 1, -1),
		tf("NCW", "VALID", 2, 3, 2, 3, 9, 3, 1, 2),
		tf("NCW", "SAME", 2, 4, 2, 2, 3, 2, 3, 0),
		tf("NCW", "VALID", 1, 3, 2, 1, 1, 4, 1, -1),
		tf("NWC", "SAME", 1, 4, 2, 2, 3, 4, 2, -1),
		tf("NWC", "VALID", 1, 4, 2, 2, 4, 3, 2, 1),
	}
	for _, layout := range []string{"NWC", "NCW"} {
		for _, groups := range []int{2, 3} {
			c := tf(layout, "SAME", 2, 3, 2*groups, 2*groups, 5, 2, 1, -1)
			c.groups, c.listGroups = groups, layout == "NWC"
			list = append(list, c)
		}
		for _, dtype := range []string{"float32", "float64"} {
			c := tf(layout, "SAME", 2, 5, 4, 3, 7, 2, 1, -1)
			c.dtype, c.quarters = dtype, false
			d := tf(layout, "VALID", 1, 4, 9, 2, 4, 3, 2, 0)
			d.dtype, d.quarters = dtype, false
			list = append(list, c, d)
		}
	}
	return list
}

// streams has longer inputs with chunks: kernels of three strides and more, no multiples of the stride, and short ones.
func streams() (list []*testCase) {
	add := func(c *testCase, quarters bool, chunks ...int) {
		c.quarters, c.chunks = quarters, chunks
		list = append(list, c)
	}
	add(tf("NWC", "SAME", 1, 16, 2, 2, 6, 2, 1, -1), true, 1, 2, 0, 5, 1, 7)
	add(tf("NWC", "SAME", 1, 16, 3, 2, 13, 4, 1, -1), false, 2, 2, 2, 0, 0, 3, 7)
	add(tf("NWC", "SAME", 1, 12, 1, 1, 16, 5, 1, 0), false, 2, 2, 2, 2, 2, 2)
	add(tf("NWC", "VALID", 1, 12, 2, 1, 11, 3, 1, 1), true, 0, 4, 1, 7)
	add(tf("NWC", "SAME", 2, 10, 2, 2, 2, 5, 1, 1), true, 3, 3, 3, 1)
	add(tf("NWC", "SAME", 1, 10, 1, 2, 1, 4, 1, 0), true, 1, 1, 8)
	add(tf("NWC", "SAME", 1, 12, 1, 1, 4, 2, 3, -1), true, 1, 1, 1, 9)
	add(tf("NCW", "SAME", 2, 12, 2, 3, 9, 3, 1, -1), false, 5, 0, 7)
	add(tf("NWC", "SAME", 1, 1, 1, 1, 9, 2, 1, 0), true, 0, 1, 0)
	return list
}

// specials has empty tensors, and infinities and NaN, which must reach only what they touch.
func specials() []*testCase {
	list := []*testCase{
		tf("NWC", "SAME", 0, 4, 2, 3, 3, 2, 1, -1),
		tf("NCW", "VALID", 0, 4, 2, 3, 3, 2, 1, 0),
	}
	empty := func(padding string, width int) *testCase {
		return &testCase{op: opTF, dtype: "float32", layout: "NWC", padding: padding, batch: 2, in: 1, out: 2, groups: 1,
			kernel: 5, stride: 2, dilation: 1, width: width, quarters: true}
	}
	list = append(list, empty("SAME", 0), empty("VALID", 2), empty("VALID", 4))
	for _, c := range []*testCase{
		tf("NWC", "SAME", 1, 6, 1, 1, 2, 3, 1, -1),
		tf("NWC", "SAME", 1, 6, 2, 2, 5, 2, 1, -1),
		tf("NWC", "VALID", 1, 6, 1, 1, 3, 2, 2, 1),
		tf("NCW", "SAME", 2, 5, 2, 1, 3, 4, 1, 0),
	} {
		c.notANumbers = true
		list = append(list, c)
	}
	return list
}

// torch has a bias other than zero almost everywhere.
func torch() (list []*testCase) {
	add := func(frames, in, out, groups, kernel, stride, dilation, padding, outputPadding int, dtype string, quarters bool) {
		c := &testCase{op: opTorch, dtype: dtype, layout: "NCW", batch: 1 + len(list)%2, frames: frames, in: in, out: out, groups: groups,
			kernel: kernel, stride: stride, dilation: dilation, left: padding, torchPadding: padding, torchOutputPadding: outputPadding,
			quarters: quarters, withBias: len(list)%5 != 4}
		c.width = (frames-1)*stride - 2*padding + c.span() + outputPadding
		list = append(list, c)
	}
	for _, quarters := range []bool{true, false} {
		add(5, 2, 2, 1, 4, 2, 1, 1, 0, "float32", quarters)
		add(5, 2, 3, 1, 9, 3, 1, 3, 0, "float32", quarters)
		add(4, 1, 2, 1, 6, 3, 1, 2, 1, "float32", quarters)
		add(4, 2, 1, 1, 2, 5, 1, 0, 3, "float32", quarters)
		add(6, 4, 6, 2, 7, 2, 1, 2, 1, "float32", quarters)
		add(3, 3, 3, 3, 3, 2, 3, 1, 2, "float32", quarters)
		add(7, 2, 2, 1, 16, 5, 1, 5, 0, "float64", quarters)
	}
	add(9, 1, 1, 1, 1, 1, 1, 3, 0, "float32", true) // drops more than one frame adds
	add(0, 1, 2, 1, 5, 2, 1, 0, 1, "float32", true) // no frames: bias only
	return list
}

// onnx has every rule for the trims.
func onnx() (list []*testCase) {
	add := func(frames, in, out, groups, kernel, stride, dilation, left, width int, attrs map[string]any) {
		c := &testCase{op: opONNX, dtype: "float32", layout: "NCW", batch: 1, frames: frames, in: in, out: out, groups: groups,
			kernel: kernel, stride: stride, dilation: dilation, left: left, width: width, attrs: attrs, quarters: true, withBias: len(list)%2 == 1}
		list = append(list, c)
	}
	type m = map[string]any
	one := func(n int) []int { return []int{n} }
	add(3, 2, 2, 1, 3, 1, 1, 0, 5, m{})
	add(3, 2, 2, 1, 3, 1, 1, 0, 5, m{"auto_pad": "NOTSET", "kernel_shape": one(3)})
	// The full width is 2*2+5 = 9: 3 samples are too many.
	add(3, 1, 2, 1, 5, 2, 1, 1, 6, m{"auto_pad": "SAME_UPPER", "strides": one(2)})
	add(3, 1, 2, 1, 5, 2, 1, 2, 6, m{"auto_pad": "SAME_LOWER", "strides": one(2)})
	add(3, 1, 2, 1, 5, 2, 1, 2, 6, m{"strides": one(2), "output_shape": one(6)})
	add(3, 1, 2, 1, 5, 2, 1, 1, 6, m{"auto_pad": "SAME_UPPER", "strides": one(2), "output_shape": one(6)})
	add(3, 1, 2, 1, 5, 2, 1, 2, 6, m{"auto_pad": "VALID", "strides": one(2), "output_shape": one(6)})
	add(3, 1, 2, 1, 5, 2, 1, 0, 11, m{"strides": one(2), "output_shape": one(11)})
	add(3, 1, 2, 1, 5, 2, 1, 2, 6, m{"strides": one(2), "output_shape": one(6), "pads": []int{0, 4}})
	// output_padding counts as width to be dropped again.
	add(3, 1, 2, 1, 5, 2, 1, 2, 6, m{"auto_pad": "SAME_UPPER", "strides": one(2), "output_padding": one(1)})
	add(3, 2, 2, 1, 4, 3, 1, 2, 9, m{"strides": one(3), "pads": []int{2, 1}, "output_padding": one(2)})
	add(3, 2, 4, 2, 3, 2, 2, 1, 8, m{"strides": one(2), "dilations": one(2), "group": 2, "pads": []int{1, 0}})
	add(3, 2, 1, 1, 2, 4, 1, 0, 13, m{"auto_pad": "VALID", "strides": one(4), "output_padding": one(3)})
	add(2, 1, 1, 1, 2, 4, 1, 0, 8, m{"auto_pad": "SAME_LOWER", "strides": one(4), "output_shape": one(8)})
	add(0, 1, 2, 1, 4, 1, 1, 0, 3, m{})
	return list
}

// errorRows are cases that "expect" an error, with the text of "names" in it, or the answer "ok".
func errorRows() (rows []string) {
	const (
		in  = `"input":{"shape":[1,4,2],"data":[1,2,3,4,5,6,7,8]}`
		f   = `"filters":{"shape":[3,1,2],"data":[1,2,3,4,5,6]}`
		out = `"output_shape":[1,8,1]`
		wt  = `"op":"torch.conv_transpose1d","input":{"shape":[1,2,2],"data":[1,2,3,4]},"weight":{"shape":[2,1,2],"data":[1,2,3,4]}`
		wo  = `"op":"onnx.ConvTranspose","input":{"shape":[1,2,2],"data":[1,2,3,4]},"weight":{"shape":[2,1,2],"data":[1,2,3,4]}`
		arg = `"input_shape":[2,4,3],"filters_shape":[3,2,3]`
	)
	add := func(names string, body string) {
		expect := "error"
		if names == "" {
			expect = "ok"
		}
		rows = append(rows, fmt.Sprintf(`{"id":"errors-%02d","expect":%q,"names":%q,%s}`, len(rows), expect, names, body))
	}
	add("", in+","+f+","+out+`,"stride":2`)
	add("", in+","+f+","+out+`,"stride":[1,2,1],"dilation":[1]`)
	add("", in+","+f+","+out+`,"stride":2,"strides":[1,2,1],"strides_as_passed":[2]`)
	add("", in+","+f+`,"output_shape":[1,7,1],"stride":2,"data_format":null,"dilation":null`)
	add("input", f+","+out+`,"stride":2`)
	add("filters", in+","+out+`,"stride":2`)
	add("output_shape", in+","+f+`,"stride":2`)
	add("stride", in+","+f+","+out)
	add("output_shape", in+","+f+`,"output_shape":8,"stride":2`)
	add("output_shape", in+","+f+`,"output_shape":[1,8],"stride":2`)
	add("from 7 to 8", in+","+f+`,"output_shape":[1,9,1],"stride":2`)
	add("from 9 to 10", in+","+f+`,"output_shape":[1,8,1],"stride":2,"padding":"VALID"`)
	add("padding", in+","+f+","+out+`,"stride":2,"padding":"same"`)
	add("data_format", in+","+f+","+out+`,"stride":2,"data_format":"nwc"`)
	add("stride", in+","+f+","+out+`,"stride":0`)
	add("stride", in+","+f+","+out+`,"stride":1000000000000000`)
	add("stride", in+","+f+","+out+`,"stride":2.5`)
	add("stride", in+","+f+","+out+`,"stride":"2"`)
	add("strides (field stride)", in+","+f+","+out+`,"stride":[2,2,1]`)
	add("stride", in+","+f+","+out+`,"stride":[1,2,null]`)
	add("dilation", in+","+f+","+out+`,"stride":2,"dilation":-1`)
	add("groups", in+","+f+","+out+`,"stride":2,"groups":2`)
	add("output_shape channels", in+`,"output_shape":[1,8,4],"stride":2,"filters":{"shape":[1,3,2],"data":[1,2,3,4,5,6]}`)
	add("batch", in+","+f+`,"output_shape":[2,8,1],"stride":2`)
	add("dtype", in+","+f+","+out+`,"stride":2,"dtype":"half"`)
	add("filters_dtype", in+","+f+","+out+`,"stride":2,"filters_dtype":"float64"`)
	add("op", in+","+f+","+out+`,"stride":2,"op":"tf.nn.conv2d_transpose"`)
	add("input", f+","+out+`,"stride":2,"input":{"shape":[1,4,2],"data":[1]}`)
	add("input", f+","+out+`,"stride":2,"input":{"shape":[1,4,2],"f32":"AAAA"}`)
	add("input", f+","+out+`,"stride":2,"input":{"shape":[1,4,2],"f64":""}`)
	add("input", f+","+out+`,"stride":2,"input":{"shape":[4611686018427387904,4,2],"data":[]}`)
	add("input", f+","+out+`,"stride":2,"input":{"shape":[1,1,2],"data":[1,null]}`)
	add("", wt)
	add("bias", wt+`,"bias":{"shape":[2],"data":[1,2]}`)
	add("output_padding", wt+`,"output_padding":1`)
	add("groups", wt+`,"groups":3`)
	add("output width", wt+`,"padding":2`)
	add("", wo+`,"attrs":{"auto_pad":"SAME_LOWER"}`)
	add("auto_pad", wo+`,"attrs":{"auto_pad":"SAME_LOWER","strides":[3]}`)
	add("pads", wo+`,"attrs":{"auto_pad":"SAME_LOWER","pads":[1,1]}`)
	add("kernel_shape", wo+`,"attrs":{"kernel_shape":[3]}`)
	add("group", wo+`,"attrs":{"group":0}`)
	add("", `"args":{`+arg+`,"output_shape":[2,8,2],"strides":2,"padding":"SAME","data_format":"NWC","dilations":null}`)
	add("filters_dtype", `"args":{`+arg+`,"output_shape":[2,8,2],"strides":2,"filters_dtype":"float64"}`)
	add("output_shape", `"args":{`+arg+`,"output_shape":[2,4611686018427387904,2],"strides":2}`)
	add("strides", `"args":{`+arg+`,"output_shape":[2,8,2]}`)
	add("stride 3", in+","+f+","+out+`,"stride":2,"strides_as_passed":[1,3,1]`)
	add(`field "filters" twice`, in+","+f+","+out+`,"stride":2,`+f)
	add(`unknown field "bias"`, in+","+f+","+out+`,"stride":2,"bias":null`)
	add(`unknown field "strides"`, wt+`,"strides":2`)
	add(`unknown field "strides"`, wo+`,"strides":[2]`)
	add(`unknown field "stride"`, wo+`,"attrs":{"stride":[2]}`)
	add(`unknown field "stride"`, `"args":{`+arg+`,"output_shape":[2,8,2],"stride":2}`)
	add("has both args and input", in+`,"args":{`+arg+`,"output_shape":[2,8,2],"strides":2}`)
	return rows
}
