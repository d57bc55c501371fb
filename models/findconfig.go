package models

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tailwave/tailwave/models/internal/file"
)

// findConfig returns the path of the configuration of the weights in a folder: config.json, or else the only JSON file
// whose name begins with config, or else the only JSON file that describes a model, or the only one at all. Indexes of
// shards and hidden files do not count. Where it finds none, or several, the error is a noConfig.
func findConfig(files file.System, folder string) (string, error) {
	usual := files.Join(folder, "config.json")
	_, missing := files.Stat(usual)
	if missing == nil {
		return usual, nil
	}
	entries, err := files.ReadDir(folder)
	if err != nil { // files that come one by one, as over HTTP, are found by their usual names alone
		return "", noConfig{fmt.Errorf("%w: weights need the config.json of their model next to them", missing)}
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
		err = fmt.Errorf("%w: weights need it next to them: YAML such as %s is not read: "+
			"write a config.json with the same values", missing, listed(yaml))
	default:
		err = fmt.Errorf("%w: weights need the config.json of their model next to them", missing)
	}
	return "", noConfig{err}
}

// describing returns the files of a folder that describe a model, one of ours or another.
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
