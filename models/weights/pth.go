package weights

import (
	"archive/zip"
	"fmt"
	"io"
)

// openPth reads the pickle of a PyTorch checkpoint, as torch.save writes it: of the zip file of PyTorch 1.6 and later,
// or of the format before. Each dictionary that holds tensors is one of the file's, however deep. Tensors in lists, and
// in dictionaries without words for keys, are listed in the dictionary around, such as 0.exp_avg.
//
// A checkpoint is a program for Python's pickle machine. The reader runs the program without executing anything of
// Python: it makes dictionaries, numbers, strings and tensors, and placeholders of whatever else the program imports or
// calls. The tensors of a dictionary together hold at most one number for each byte of the file, shared ones counted
// each time.
func (c *checkpoint) openPth() (*File, error) {
	open, f := c.openLegacy, &File{Format: "PyTorch checkpoint, in the format before PyTorch 1.6"}
	if c.entries != nil {
		open, f.Format = c.openZip, "PyTorch checkpoint"
	}
	root, err := open()
	if err != nil {
		return nil, err
	}
	top, ok := root.(*object)
	switch {
	case !ok || top.maker.array():
		return nil, Unsupported(fmt.Sprintf("checkpoint is %s, not weights by their names: "+
			"save the state dict of the model", describe(root)))
	case top.module():
		return nil, c.wholeModule("is", top)
	}
	if err := c.walk("", top, 0); err != nil {
		return nil, err
	}
	switch {
	case c.dictionaries != nil:
		f.Dictionaries = c.dictionaries
		return f, nil
	case c.module != nil:
		return nil, c.wholeModule(fmt.Sprintf("holds under %s", quote(c.moduleKey)), c.module)
	}
	return nil, fmt.Errorf("checkpoint has %w, its keys are %s: save the state dict of the model", ErrNoTensors, top.contents())
}

func (c *checkpoint) wholeModule(where string, o *object) error {
	return Unsupported(fmt.Sprintf("checkpoint %s a whole module, %s, whose code is not in the file: "+
		"save model.state_dict() instead", where, o.maker))
}

// A checkpoint is a file being read.
type checkpoint struct {
	budget
	r        io.ReaderAt
	size     int64
	storages map[string]*storage
	entries  map[string]*zip.File // of a zip file
	folder   string               // in the zip file

	dictionaries []Dictionary // those with tensors, or arrays that are not read
	module       *object      // the first module, and the keys that lead to it
	moduleKey    string
}
