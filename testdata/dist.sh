#!/bin/sh
# Makes the archives of a release in dist/: tailwave_VERSION_OS_ARCH.tar.gz, or .zip for Windows, each with the program,
# LICENSE, README.md, completions/ and man/, and SHA256SUMS, which `sha256sum -c` checks. The programs need no C library
# and cannot play. The archives have the same bytes in any folder and at any time, for one revision and one version of Go.
# Needs only Go. Uses git if this is a checkout. Prints the version line, and SHA256SUMS.
# Environment:
#   VERSION            default: git describe --tags, or 0.2.0-dev without a tag; +dirty marks files that differ
#                      from the commit, or that git does not know
#   REVISION           default: the commit of the checkout
#   SOURCE_DATE_EPOCH  time of all files, in seconds since 1970; default: time of the commit, or 1980
#   TARGETS            default: linux, darwin and windows on amd64 and arm64
set -eu
out=$PWD/dist
stage=$out/stage
package=github.com/tailwave/tailwave/cmd/tailwave/internal/build
targets=${TARGETS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64}
version=${VERSION:-} revision=${REVISION:-} epoch=${SOURCE_DATE_EPOCH:-}

# Use git only if this folder is the root of a checkout, not a folder inside another project's.
if prefix=$(git rev-parse --show-prefix 2>/dev/null) && [ -z "$prefix" ]; then
	if [ -z "$version" ]; then
		dirty=$(git status --porcelain --untracked-files=normal)
		version=$(git describe --tags --abbrev=8 2>/dev/null || echo 0.2.0-dev)${dirty:++dirty}
	fi
	revision=${revision:-$(git rev-parse HEAD)}
	epoch=${epoch:-$(git log -1 --format=%ct)}
fi
version=${version:-0.2.0-dev}
version=${version#v}
epoch=${epoch:-315532800}
case $version in
*[!0-9A-Za-z.+~-]*)
	echo "VERSION $version: must have only letters, digits, and the characters . + ~ -"
	exit 1
	;;
esac

# Settings of this machine must not reach the binaries. GOENV=off ignores those of `go env -w`, except where modules come
# from, where they are kept, and which version of Go runs.
unset TAILWAVE_CPU GOOS GOARCH GOEXPERIMENT GOFIPS140
for name in GOPROXY GONOPROXY GOPRIVATE GOSUMDB GONOSUMDB GOINSECURE GOMODCACHE GOCACHE GOTOOLCHAIN; do
	export "$name=$(go env "$name")"
done
export GOENV=off CGO_ENABLED=0 GOWORK=off GOAMD64=v1 GOARM64=v8.0 GOFLAGS='-trimpath -buildvcs=false'

build() { go build -ldflags "-s -w -X $package.version=$version -X $package.revision=$revision" -o "$1" ./cmd/tailwave; }

rm -rf "$stage" "$out"/tailwave_* "$out/SHA256SUMS" # other recipes also build to dist/
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/common/completions"
build "$stage/tailwave"
"$stage/tailwave" --version
for shell in bash:tailwave.bash zsh:_tailwave fish:tailwave.fish powershell:tailwave.ps1; do
	"$stage/tailwave" completion "${shell%%:*}" >"$stage/common/completions/${shell#*:}"
done
go -C cmd/tailwave/dist run ./man -version "$version" -date "$epoch" "$stage/common/man/man1"
cp LICENSE README.md "$stage/common"

folders=
for target in $targets; do
	os=${target%/*} arch=${target#*/}
	folder=$stage/tailwave_${version}_${os}_$arch
	program=tailwave
	if [ "$os" = windows ]; then program=tailwave.exe; fi
	cp -R "$stage/common" "$folder"
	GOOS=$os GOARCH=$arch build "$folder/$program"
	folders="$folders ${folder##*/}"
done
go -C cmd/tailwave/dist build -o "$stage/pack" ./pack
(cd "$stage" && ./pack -time "$epoch" -out "$out" $folders)
cat "$out/SHA256SUMS"
