package stream

import (
	"errors"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp"
)

// A Puller is a [Source] of the frames that come out of stages. It is [Sized]. One goroutine owns it.
type Puller struct {
	source  Source
	plan    *plan
	stages  []stageRun
	block   []float32 // that the source reads into
	out     []float32 // emitted by the last stage, not read yet
	read    int64     // frames from the source
	left    int64     // frames that Read has yet to return, or -1
	ended   bool      // the source is complete
	flushed int       // stages
	err     error     // of every Read once out is empty
	release func()    // gives up the stages
}

var (
	errClosed   = errors.New("pull: closed: no further reads")
	errPanicked = errors.New("pull: an earlier read panicked: create another Puller")
)

// Pull returns a source of the frames that come out of stages, for a caller that asks for samples: an audio library
// such as oto or beep, or an io.Reader. It starts no goroutine. Choose Pull where the caller sets the pace and one
// goroutine is fast enough for all stages. A [Pipeline] runs the stages concurrently, reads ahead, and ends with a
// context: choose it to move a whole stream into a [Sink].
//
//	p, err := stream.Pull(stream.FromSlice(format, samples), stream.Stage{Name: "vocode", Processor: vocoder})
//	if err != nil { return err }
//	defer p.Close()
//	n, err := p.Read(dst) // again and again, until io.EOF
//
// Pull checks what [Pipeline.Run] checks before it starts anything. Then it becomes the owner of the stages until
// [Puller.Close], and resets them. The error is a *StageError if a stage does not fit: it wraps a *dsp.TooShortError if
// a Sized source is too short, and a *dsp.InUseError if the stage has another owner. It is a *PanicError if a method of
// the source or of a stage panics. Pull does not read the source.
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

// Format returns the format of the frames after the last stage. The rate is in lowest terms.
func (p *Puller) Format() Format { return p.plan.format }

// Frames returns the number of frames that are not read yet, or -1 if the source is not Sized.
func (p *Puller) Frames() int64 { return p.left }

// Read copies the next frames to dst, as many whole frames as it holds, and returns how many. Like io.Reader it returns
// as soon as there are some, and may return fewer than asked for. After the last frame it returns io.EOF itself. A dst
// without room for a frame is an io.ErrShortBuffer, and the next Read goes on as if nothing had happened.
//
// When it has no frames left, Read reads the source: one block of the size that a Pipeline would choose, or the part of
// it that Source.Read returns, and more only while the stages emit nothing. At the end of the source it flushes the
// stages.
//
// A failure is permanent: every later Read returns the same error. The errors of source and stages are those of
// [Pipeline.Run], so they never wrap io.EOF. Frames that the source returns together with an error other than io.EOF
// are dropped, and no stage is flushed then. A panic of the source or of a stage reaches the caller, and every later
// Read fails.
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
		p.err = errPanicked // unless advance returns
		p.err = p.advance()
	}
	n := copy(dst[:room], p.out)
	p.out = p.out[n:]
	if p.left >= 0 {
		p.left = max(0, p.left-int64(n/channels))
	}
	return n / channels, nil
}

// advance makes one step towards further frames, which are in p.out if there are any. The error is io.EOF after the
// last step, or says where the stream failed.
func (p *Puller) advance() error {
	err := p.step()
	if err == nil || err == io.EOF {
		return err
	}
	return fmt.Errorf("pull: %w", err)
}

// step reads one block and passes it on. After the end of the source it flushes one stage instead.
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

// readFailure names an error of Source.Read, which may be nil.
func readFailure(err error) error {
	if err == nil {
		return nil
	}
	return failure("source", "read", err)
}

// flush ends the next stage, and passes on what that emits. After the last stage it returns io.EOF.
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

// pass sends a block through the stages from i on, as far as it yields frames.
func (p *Puller) pass(i int, block []float32) (err error) {
	for ; i < len(p.stages) && len(block) > 0; i++ {
		if block, err = p.stages[i].process(block); err != nil {
			return stageError(p.plan.names[i], err)
		}
	}
	p.out = block
	return nil
}

// Close releases the stages, so that others can run them. It releases nothing else, so a Puller whose stages nobody
// else runs need not be closed. Every later Read fails, even if frames are left. The source stays open: its owner
// closes it. Further calls do nothing. The error is nil: Close implements [io.Closer].
func (p *Puller) Close() error {
	if p.err != errClosed {
		p.release()
		p.err, p.out = errClosed, nil
	}
	return nil
}
