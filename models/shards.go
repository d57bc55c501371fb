package models

import (
	"fmt"
	"io/fs"
	"strings"
)

// indexSuffix is the end of the name of an index, which lists the tensors of each of several files, shards.
const indexSuffix = ".index.json"

// checkShard refuses a weights file that is a shard. The index in its folder names it.
func (p *place) checkShard(path string) error {
	folder := p.files.Dir(path)
	entries, err := p.files.ReadDir(folder)
	if err != nil {
		return nil // a file may be readable in a folder that is not
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), indexSuffix) || e.IsDir() {
			continue
		}
		text, err := p.files.Read(p.files.Join(folder, e.Name()), maxConfig)
		if err == nil && strings.Contains(string(text), fmt.Sprintf("%q", p.files.Base(path))) {
			return sharded(path, "is a shard, one of several files with the weights", e.Name())
		}
	}
	return nil
}

// checkShards refuses a folder whose weights are in shards.
func (p *place) checkShards(folder string, entries []fs.DirEntry) error {
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), indexSuffix) {
			return sharded(folder, "has its weights in several files (shards)", e.Name())
		}
	}
	return nil
}

// sharded returns the error about shards.
func sharded(path, what, index string) error {
	return &UnsupportedError{File: path, What: fmt.Sprintf("%s, listed in the index %.80s: "+
		"save the weights in one file, for instance with save_file of safetensors.torch", what, index)}
}
