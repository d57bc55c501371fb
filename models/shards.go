package models

import (
	"fmt"
	"io/fs"
	"strings"
)

// indexSuffix ends the name of the file that says in which of several files, shards, each tensor is.
const indexSuffix = ".index.json"

// checkShard refuses a file of weights that is a shard. Its index is next to it, and names it.
func (p *place) checkShard(path string) error {
	folder := p.files.Dir(path)
	entries, err := p.files.ReadDir(folder)
	if err != nil {
		return nil // the file may be readable in a folder that is not
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), indexSuffix) || e.IsDir() {
			continue
		}
		text, err := p.files.Read(p.files.Join(folder, e.Name()), maxConfig)
		if err == nil && strings.Contains(string(text), fmt.Sprintf("%q", p.files.Base(path))) {
			return sharded(path, "is a shard, one of several files that hold the weights", e.Name())
		}
	}
	return nil
}

// checkShards refuses a folder whose weights are in shards.
func (p *place) checkShards(folder string, entries []fs.DirEntry) error {
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), indexSuffix) {
			return sharded(folder, "has weights in shards, several files", e.Name())
		}
	}
	return nil
}

// sharded returns the error about shards.
func sharded(path, what, index string) error {
	return &UnsupportedError{File: path, What: fmt.Sprintf("%s, listed in the index %.80s: "+
		"save the weights in one file, for instance with save_file of safetensors.torch", what, index)}
}
