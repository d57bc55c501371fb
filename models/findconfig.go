package models

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tailwave/tailwave/models/internal/file"
)

// findConfig returns the path of the configuration of the weights in a folder: config.json, or else the only JSON file
// whose name begins with config, or else the only JSON file that describes a model, or the only JSON file. Indexes of
// shards and hidden files do not count. If there is no such file, or more than one, the error is a noConfig.
func findConfig(files file.System, folder string) (string, error) {
	usual := files.Join(folder, "config.json")
	_, missing := files.Stat(usual)
	if missing == nil {
		return usual, nil
	}
	entries, err := files.ReadDir(folder)
	if err != nil { // a file system without folders, such as HTTP, has files under their usual names only
		return "", noConfig{fmt.Errorf("%w: copy the config.json of the model next to its weights", missing)}
	}
	var named, others, yaml []string
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		switch {
		case e.IsDir() || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".index.json"):
		case extension(name) == ".yml" || extension(name) == ".yaml":
			yaml = append(yaml, e.Name())
		case extension(name) == ".json" && strings.HasPrefix(name, "config"):
			named = append(named, e.Name())
		case extension(name) == ".json":
			others = append(others, e.Name())
		}
	}
	if named == nil {
		if named = describing(files, folder, others); named == nil && yaml == nil {
			named = others
		}
	}
	switch {
	case len(named) == 1:
		return files.Join(folder, named[0]), nil
	case len(named) > 1:
		err = fmt.Errorf("%s: has several .json files that may describe the weights: %s: "+
			"copy the right one to config.json", folder, listed(named))
	case yaml != nil:
		err = fmt.Errorf("%w: weights need it next to them, and YAML such as %s is not read: "+
			"write the same values to a config.json", missing, listed(yaml))
	default:
		err = fmt.Errorf("%w: copy the config.json of the model next to its weights", missing)
	}
	return "", noConfig{err}
}

// describing returns the files of a folder that describe a model, of ours or of another network.
func describing(files file.System, folder string, names []string) []string {
	var list []string
	for _, name := range names {
		text, err := files.Read(files.Join(folder, name), maxConfig)
		if err != nil {
			continue
		}
		if _, err := architecture(text); !errors.Is(err, errUnknownModel) {
			list = append(list, name)
		}
	}
	return list
}
