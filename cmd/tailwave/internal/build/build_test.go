package build

import (
	"runtime/debug"
	"testing"
)

// TestDescribe: the linker's values come first, then those of the build information. What is not known is "unknown".
func TestDescribe(t *testing.T) {
	const revision = "1a2b3c4d5e6f708192a3b4c5d6e7f80912345678"
	info := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	vcs := debug.BuildSetting{Key: "vcs.revision", Value: revision}
	dirty := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	clean := debug.BuildSetting{Key: "vcs.modified", Value: "false"}
	for name, c := range map[string]struct {
		version, revision string
		info              *debug.BuildInfo
		want              string
	}{
		"linker":                   {"0.2.0", revision, info("(devel)"), "0.2.0 (1a2b3c4d)"},
		"linker, tag":              {"v0.2.0", revision, nil, "0.2.0 (1a2b3c4d)"},
		"linker, described":        {"v0.2.0-3-g1a2b3c4", "1a2b3c4", nil, "0.2.0-3-g1a2b3c4 (1a2b3c4)"},
		"linker, dirty checkout":   {"0.2.0", revision, info("v0.1.0+dirty", vcs, dirty), "0.2.0 (1a2b3c4d)"},
		"linker, no revision":      {"0.2.0", "", info("(devel)", vcs, clean), "0.2.0 (1a2b3c4d)"},
		"linker, nothing else":     {"0.2.0", "", nil, "0.2.0 (unknown)"},
		"tag":                      {"", "", info("v0.2.0", vcs, clean), "0.2.0 (1a2b3c4d)"},
		"tag, dirty":               {"", "", info("v0.2.0+dirty", vcs, dirty), "0.2.0+dirty (1a2b3c4d)"},
		"tag, dirty by setting":    {"", "", info("v0.2.0", vcs, dirty), "0.2.0+dirty (1a2b3c4d)"},
		"go install":               {"", "", info("v0.2.0"), "0.2.0 (unknown)"},
		"go install, pseudo":       {"", "", info("v0.2.1-0.20261128074639-4e2c09c1f00d"), "0.2.1-0.20261128074639-4e2c09c1f00d (4e2c09c1)"},
		"go install, first pseudo": {"", "", info("v0.0.0-20261128074639-4e2c09c1f00d"), "0.0.0-20261128074639-4e2c09c1f00d (4e2c09c1)"},
		"pseudo, dirty":            {"", "", info("v0.0.0-20261128074639-1a2b3c4d5e6f+dirty", vcs, dirty), "0.0.0-20261128074639-1a2b3c4d5e6f+dirty (1a2b3c4d)"},
		"pre-release":              {"", "", info("v1.0.0-rc.1", vcs, clean), "1.0.0-rc.1 (1a2b3c4d)"},
		"devel":                    {"", "", info("(devel)", vcs, clean), "devel (1a2b3c4d)"},
		"devel, dirty":             {"", "", info("(devel)", vcs, dirty), "devel+dirty (1a2b3c4d)"},
		"devel, no VCS":            {"", "", info("(devel)"), "devel (unknown)"},
		"no version":               {"", "", info("", vcs, dirty), "unknown (1a2b3c4d)"},
		"nothing":                  {"", "", nil, "unknown (unknown)"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := describe(c.version, c.revision, c.info); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
