package stream

import "fmt"

// A stageRun is a stage at work: it counts frames, and checks that the stage appends what its methods announced.
type stageRun struct {
	Stage
	in, out             int       // channels
	block               []float32 // empty; has the capacity for what one call appends
	framesIn, framesOut int64
}

// process returns what the stage makes of src. The result is in s.block.
func (s *stageRun) process(src []float32) ([]float32, error) {
	got := s.Process(s.block, src)
	s.framesIn += int64(len(src) / s.in)
	return got, s.check(got)
}

// finish flushes the stage at the end of a complete stream. The result is in s.block.
func (s *stageRun) finish() ([]float32, error) {
	got := s.Flush(s.block)
	if err := s.check(got); err != nil {
		return nil, err
	}
	if want := s.OutFrames(s.framesIn); s.framesOut != want {
		return nil, fmt.Errorf("emitted %d frames for %d, announced %d", s.framesOut, s.framesIn, want)
	}
	return got, nil
}

// check counts what a processor has appended to the block, if anything. An error means that it is no part of the
// stream.
func (s *stageRun) check(got []float32) error {
	switch {
	case len(got) == 0:
		return nil
	case len(got) > cap(s.block) || &got[0] != &s.block[:1][0]:
		return fmt.Errorf("appended %d values, MaxOutFrames allowed %d", len(got), cap(s.block))
	case len(got)%s.out != 0:
		return fmt.Errorf("appended %d values, not whole frames of %d channels", len(got), s.out)
	}
	s.framesOut += int64(len(got) / s.out)
	return nil
}
