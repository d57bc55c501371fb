// Package schema holds the accessors that the FlatBuffers compiler 2.0.8 (Debian) generates from tflite.fbs, a part of
// TensorFlow Lite's schema, version 3 (tensorflow/lite/schema/schema.fbs).
//
//	root := schema.GetRootAsModel(file, 0) // file holds the bytes of a .tflite file
//	var graph schema.SubGraph
//	if root.Subgraphs(&graph, 0) {
//		fmt.Println(graph.TensorsLength(), graph.OperatorsLength())
//	}
//
// The accessors check nothing. They panic on a malformed file, and package tflite recovers.
package schema

//go:generate flatc --go -o .. tflite.fbs
