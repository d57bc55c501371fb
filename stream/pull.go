package stream

import (
	"errors"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp"
)

// A Puller is a [Source] of the frames that its last stage emits. It is [Sized]. [Pull] creates one. One goroutine owns
// it.
type Puller struct {
	source  Source
	plan    *plan
	stages  []stageRun
	block   []float32 // the source reads into it
	out     []float32 // frames that the last stage has emitted and Read has not returned
	read    int64     // frames read from the source
	left    int64     // frames that Read has yet to return, or -1
	ended   bool      // the source is complete
	flushed int       // number of stages that have been flushed
	err     error     // of every Read once out is empty
	release func()    // ends the ownership of the stages
}

var (
	errClosed   = errors.New("pull: read after Close: create another Puller")
	errPanicked = errors.New("pull: an earlier read panicked: create another Puller")
)

// Pull returns a source of the frames that the last of the stages emits. It is for a caller that asks for samples: an
// audio library such as oto or beep, or an io.Reader.
//
//	p, err := stream.Pull(stream.FromSlice(format, samples), stream.Stage{Name: "vocode", Processor: vocoder})
//	if err != nil { return err }
//	defer p.Close()
//	n, err := p.Read(dst) // again and again, until io.EOF
//
// Pull starts no goroutine: the goroutine that calls Read runs all stages. Choose it where the caller sets the pace and
// one goroutine is fast enough. A [Pipeline] runs the stages concurrently, reads ahead, and ends with a context: choose
// it to move a whole stream into a [Sink].
//
// Pull makes the checks that [Pipeline.Run] makes before it starts anything. Then it becomes the owner of the stages
// until [Puller.Close], and resets them. It does not read the source. The error is
//
//   - a *StageError if a stage does not fit; it wraps a *dsp.TooShortError if a Sized source is too short, and a
//     *dsp.InUseError if the stage has another owner;
//   - a *PanicError if a method of the source or of a stage panics.
func Pull(source Source, stages ...Stage) (*Puller, error) {
	p, err := newPuller(source, stages)
	if err != nil {
		return nil, fmt.Errorf("pull: %w", hideEOF(err))
	}
	return p, nil
}

func newPuller(source Source, stages []Stage) (*Puller, error) {
	pl, err := newPlan(source, stages, 0, 1)
	if err != nil {
		return nil, err
	}
	release, err := begin(stages)
	if err != nil {
		return nil, err
	}
	p := &Puller{source: source, plan: pl, left: pl.total, release: release}
	in := pl.edges[0]
	p.block = make([]float32, in.frames*in.channels)
	for i, out := range pl.edges[1:] {
		p.stages = append(p.stages, stageRun{
			Stage: stages[i],
			in:    in.channels,
			out:   out.channels,
			block: make([]float32, 0, out.frames*out.channels),
		})
		in = out
	}
	return p, nil
}

// Format returns the format of the frames that Read returns. The rate is in lowest terms.
func (p *Puller) Format() Format { return p.plan.format }

// Frames returns the number of frames that have not been read yet, or -1 if the source is not Sized.
func (p *Puller) Frames() int64 { return p.left }

// Read copies the next frames to dst, as many whole frames as dst has room for, and returns their number. Like
// io.Reader it returns as soon as it has frames, and may return fewer than dst has room for. After the last frame it
// returns io.EOF itself. If dst has no room for one frame, the error is io.ErrShortBuffer, and the next Read continues
// as if that call had not been made.
//
// When no frames are left from earlier calls, Read reads one block from the source, of the size that a Pipeline would
// choose. It reads more only while the stages emit nothing. At the end of the source it flushes the stages.
//
// A failure is permanent: every later Read returns the same error. The errors of the source and the stages are those of
// [Pipeline.Run], so they never wrap io.EOF. Frames that the source returns together with an error other than io.EOF
// are dropped, and no stage is flushed. A panic of the source or of a stage is not recovered, and every later Read
// fails.
//
// Read allocates nothing unless the source or a stage does.
func (p *Puller) Read(dst []float32) (frames int, err error) {
	channels := p.plan.format.Channels
	room := len(dst) / channels * channels
	if room == 0 && p.err == nil {
		return 0, io.ErrShortBuffer
	}
	for len(p.out) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		p.err = errPanicked // remains if advance panics
		p.err = p.advance()
	}
	n := copy(dst[:room], p.out)
	p.out = p.out[n:]
	if p.left >= 0 {
		p.left = max(0, p.left-int64(n/channels))
	}
	return n / channels, nil
}

// advance makes one step, and sets p.out to the frames that the last stage emits in it, if any. After the last step the
// error is io.EOF. Any other error says where the stream failed.
func (p *Puller) advance() error {
	err := p.step()
	if err == nil || err == io.EOF {
		return err
	}
	return fmt.Errorf("pull: %w", err)
}

// step reads one block and processes it. After the end of the source it flushes one stage instead.
func (p *Puller) step() error {
	if p.ended {
		return p.flush()
	}
	channels := p.plan.edges[0].channels
	n, err := readFrames(p.source, p.block, channels, readFailure)
	if err != nil && err != io.EOF {
		return err
	}
	p.read += int64(n)
	p.ended = err == io.EOF
	if err := p.plan.checkTotal(p.read, p.ended); err != nil {
		return err
	}
	return p.pass(0, p.block[:n*channels])
}

// readFailure adds to an error of Source.Read where it happened. It returns nil for nil.
func readFailure(err error) error {
	if err == nil {
		return nil
	}
	return failure("source", "read", err)
}

// flush flushes the next stage, and processes what it emits in the stages after it. After the last stage the error is
// io.EOF.
func (p *Puller) flush() error {
	i := p.flushed
	if i == len(p.stages) {
		return io.EOF
	}
	s := &p.stages[i]
	if err := dsp.CheckLength(s.Stage, s.framesIn); err != nil {
		return stageError(p.plan.names[i], err)
	}
	p.flushed++
	got, err := s.finish()
	if err != nil {
		return stageError(p.plan.names[i], err)
	}
	return p.pass(i+1, got)
}

// pass processes a block in stage i and those after it, until one of them emits nothing, and sets p.out.
func (p *Puller) pass(i int, block []float32) (err error) {
	for ; i < len(p.stages) && len(block) > 0; i++ {
		if block, err = p.stages[i].process(block); err != nil {
			return stageError(p.plan.names[i], err)
		}
	}
	p.out = block
	return nil
}

// Close ends the ownership of the stages, so that another Puller or Pipeline can run them. A Puller holds nothing else:
// it need not be closed if its stages are not run again. Close does not close the source. Every later Read fails, even
// if frames are left. Further calls do nothing. The error is always nil; Close implements [io.Closer].
func (p *Puller) Close() error {
	if p.err != errClosed {
		p.release()
		p.err, p.out = errClosed, nil
	}
	return nil
}
