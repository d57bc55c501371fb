#!/bin/sh
# Checks that every go.mod is tidy, that generated files are what their generators write, and that the generators of
# releases work. Needs Go, and the files that assembly.sh writes. Prints each go command with its results, and the first
# file that is not current: then it exits with 1.
set -eu
kernels=dsp/internal/kernel
generators=$kernels/_gen
releases=cmd/tailwave/dist
modules=". $generators $releases testdata/tools"

# folder NAME prints the folder of a generated file.
folder() {
	case $1 in
	peak_*) echo $kernels/peak ;;
	pcm_*) echo dsp/pcm ;;
	*) echo $kernels ;;
	esac
}

for module in $modules; do
	echo "$module: go mod tidy -diff"
	(cd "$module" && go mod tidy -diff)
done
if grep -q md2man go.mod; then
	echo "go.mod needs the formatter of manual pages, which belongs to $releases"
	exit 1
fi
for made in "$generators"/_out/*; do
	name=${made##*/}
	to=$(folder "$name")
	if ! diff -q "$made" "$to/$name"; then
		echo "$to/$name is not what its generator writes: make generate"
		exit 1
	fi
done
for file in "$kernels"/*_amd64.s "$kernels"/peak/*_amd64.s dsp/pcm/*_amd64.s; do
	if ! [ -e "$generators/_out/${file##*/}" ]; then
		echo "$file has no generator"
		exit 1
	fi
done
echo "go test -count=1 ./cmd/tailwave/internal/gen"
go test -count=1 ./cmd/tailwave/internal/gen
echo "$releases: go test -count=1 -v ./..."
{
	(cd "$releases" && go test -count=1 -v ./... 2>&1) && code=0 || code=$?
	echo "exit status $code"
} | awk -f testdata/summary.awk
