package weights

import (
	"archive/zip"
	"fmt"
	"io"
)

// openPth reads the pickle of a PyTorch checkpoint: a zip file of PyTorch 1.6 and later, or the older format. Each
// dictionary with tensors, however deep, becomes a Dictionary. Tensors in lists, and in dictionaries whose keys are not
// strings, are listed in the enclosing dictionary under names such as 0.exp_avg.
//
// The reader runs the program of the pickle without executing Python: it makes dictionaries, numbers, strings and
// tensors, and placeholders for everything else that the program imports or calls. The tensors of a dictionary together
// have at most one number for each byte of the file. Shared numbers count each time, so that a small file cannot
// describe a vast set.
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
		return nil, Unsupported(fmt.Sprintf("checkpoint is %s, not a dictionary of tensors: "+saveState,
			describe(root)))
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
	keys := "it is empty"
	if list := top.contents(); list != "" {
		keys = "its keys are " + list
	} else if top.maker != "" && !top.maker.isDictionary() {
		keys = "it is " + describe(top)
	}
	return nil, fmt.Errorf("checkpoint has %w, %s: "+saveState, ErrNoTensors, keys)
}

func (c *checkpoint) wholeModule(where string, o *object) error {
	return Unsupported(fmt.Sprintf("checkpoint %s a whole module, %s, whose code is not in the file: "+
		"save model.state_dict() instead", where, o.maker))
}

// A checkpoint is a file that is being read.
type checkpoint struct {
	budget
	r        io.ReaderAt
	size     int64
	storages map[string]*storage
	entries  map[string]*zip.File // nil unless the file is a zip file
	folder   string               // of data.pkl in the zip file, with the final slash

	dictionaries []Dictionary // those with tensors, or with arrays that are not read
	module       *object      // the first torch.nn.Module
	moduleKey    string       // the keys that lead to module
}
