// Package build says which version of the program runs:
//
//	fmt.Println("tailwave", build.Version()) // tailwave 0.2.0 (1a2b3c4d)
//
// The version and the revision come from the first of two sources that provides them: the linker, which sets the
// variables of this package (`make dist`), and the build information that the go command puts into every binary.
// [Version] uses "unknown" for what no source provides.
package build

import (
	"regexp"
	"runtime/debug"
	"strings"
)

// version and revision are set by the linker alone: -ldflags "-X PACKAGE.version=0.2.0 -X PACKAGE.revision=HASH".
// Everything else that this package reports follows from them and from [debug.ReadBuildInfo].
var version, revision string

// unknown stands for a version or revision that no source provides.
const unknown = "unknown"

// shortRevision is the length of a revision for people, in hexadecimal digits.
const shortRevision = 8

// Version returns the version and the revision of this binary, such as "0.2.0 (1a2b3c4d)". "+dirty" follows a version
// that was built from files with changes that are not committed, and "devel" replaces the version of a build outside
// any release.
func Version() string {
	info, _ := debug.ReadBuildInfo()
	return describe(version, revision, info)
}

// pseudo matches the end of the version that the go command makes up for a revision without a tag: its time in UTC, and
// 12 digits of the revision.
var pseudo = regexp.MustCompile(`[-.]\d{14}-([0-9a-f]{12})(?:\+|$)`)

// describe is [Version] for the linker's values ("" if unset) and the build information (nil if missing).
func describe(version, revision string, info *debug.BuildInfo) string {
	dirty := false
	if info != nil {
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if version == "" {
			version = info.Main.Version
			dirty = settings["vcs.modified"] == "true"
		}
		if revision == "" {
			revision = settings["vcs.revision"]
		}
		if m := pseudo.FindStringSubmatch(info.Main.Version); m != nil && revision == "" {
			revision = m[1]
		}
		if version == "(devel)" {
			version = "devel"
		}
	}
	if version == "" {
		version, dirty = unknown, false
	}
	if dirty && !strings.Contains(version, "+dirty") {
		version += "+dirty"
	}
	if revision == "" {
		revision = unknown
	} else {
		revision = revision[:min(shortRevision, len(revision))]
	}
	return strings.TrimPrefix(version, "v") + " (" + revision + ")"
}
