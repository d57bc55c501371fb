#!/bin/sh
# Generates the assembly of the kernels and the Go declarations of its functions. Needs only Go. Writes to _gen/_out.
set -eu
generators=dsp/internal/kernel/_gen
kernels="tile plane depthwise elementwise transform peak pcm"

mkdir -p "$generators/_out"
rm -f "$generators"/_out/*
cd "$generators"
for kernel in $kernels; do
	case $kernel in
	peak | pcm) package=$kernel ;;
	*) package=kernel ;;
	esac
	go run "./$kernel" -out "_out/${kernel}_amd64.s" -stubs "_out/${kernel}_amd64.go" -pkg "$package"
done
