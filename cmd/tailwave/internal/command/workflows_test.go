package command

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWorkflows: the workflows of GitHub name each action by its commit, and limit their permissions and their time.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob("../../../../.github/workflows/*.yml")
	if err != nil || len(files) != 2 {
		t.Fatalf("got %v and error %v, want 2 files", files, err)
	}
	pinned := regexp.MustCompile(`^actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text := string(readFile(t, file))
			for line := range strings.Lines(text) {
				if _, action, ok := strings.Cut(strings.TrimSpace(line), "uses: "); ok && !pinned.MatchString(action) {
					t.Errorf("got action %q, want a match of %s", action, pinned)
				}
			}
			if jobs, limits := strings.Count(text, "runs-on:"), strings.Count(text, "timeout-minutes:"); jobs < 1 || jobs != limits {
				t.Errorf("got %d jobs and %d limits of time, want one for each job", jobs, limits)
			}
			wantParts(t, "workflow", text, "\npermissions:", "\nconcurrency:", "go-version-file: go.mod")
		})
	}
}
