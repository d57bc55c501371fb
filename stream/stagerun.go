package stream

import "fmt"

// A stageRun runs one stage. It counts frames, and checks that the stage appends no more than MaxOutFrames allows and
// emits as many frames as OutFrames announces.
type stageRun struct {
	Stage
	in, out             int       // channels
	block               []float32 // of length 0, with the capacity for what one call appends
	framesIn, framesOut int64
}

// process returns the frames that the stage emits for src. They are in the memory of s.block.
func (s *stageRun) process(src []float32) ([]float32, error) {
	got := s.Process(s.block, src)
	s.framesIn += int64(len(src) / s.in)
	return got, s.check(got)
}

// finish flushes the stage at the end of a complete stream. The frames are in the memory of s.block.
func (s *stageRun) finish() ([]float32, error) {
	got := s.Flush(s.block)
	if err := s.check(got); err != nil {
		return nil, err
	}
	if want := s.OutFrames(s.framesIn); s.framesOut != want {
		return nil, fmt.Errorf("emitted %d frames for %d, but OutFrames announced %d", s.framesOut, s.framesIn, want)
	}
	return got, nil
}

// check counts the frames that a processor has appended to the block. It fails if they are not in the memory of the
// block or not whole frames; they must then not be passed on.
func (s *stageRun) check(got []float32) error {
	switch {
	case len(got) == 0:
		return nil
	case len(got) <= cap(s.block) && &got[0] != &s.block[:1][0]:
		return fmt.Errorf("returned %d values in a slice of its own: append them to dst", len(got))
	case len(got) > cap(s.block):
		return fmt.Errorf("appended %d values, but MaxOutFrames allows %d", len(got), cap(s.block))
	case len(got)%s.out != 0:
		return fmt.Errorf("appended %d values: not whole frames of %d channels", len(got), s.out)
	}
	s.framesOut += int64(len(got) / s.out)
	return nil
}
