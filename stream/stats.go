package stream

import "time"

// Stats says what a run did. After a failed run it counts what was done until then.
type Stats struct {
	FramesIn  int64         // frames read from the source
	FramesOut int64         // frames written to the sink
	Opened    bool          // the sink was opened: a run that fails before has written nothing
	Elapsed   time.Duration // wall time of the run, opening and closing the sink included
	Stages    []StageStats  // one per stage, in order
}

// StageStats says what one stage did.
type StageStats struct {
	Name      string        // Stage.Name
	FramesIn  int64         // frames consumed
	FramesOut int64         // frames produced
	Busy      time.Duration // wall time inside Process and Flush, waiting for neighbours excluded
}
