// Package schema holds the accessors that the FlatBuffers compiler, 2.0.8 as in Debian, makes of tflite.fbs. They panic
// where a file is not as it should be; package tflite recovers.
package schema

//go:generate flatc --go -o .. tflite.fbs
