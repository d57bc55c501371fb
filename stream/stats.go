package stream

import "time"

// Stats describes one run of a [Pipeline]. After a failure it describes the run up to that point.
type Stats struct {
	FramesIn  int64         // frames read from the source
	FramesOut int64         // frames written to the sink
	Opened    bool          // the sink was opened; if not, the run has written nothing
	Elapsed   time.Duration // wall time of the run, including Open and Close of the sink
	Stages    []StageStats  // one per stage, in order
}

// StageStats describes one stage in one run.
type StageStats struct {
	Name      string        // Stage.Name
	FramesIn  int64         // frames consumed
	FramesOut int64         // frames emitted
	Busy      time.Duration // wall time inside Process and Flush, without the time spent waiting for neighbours
}
