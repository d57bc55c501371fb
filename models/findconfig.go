package models

import (
	"fmt"
	"strings"

	"github.com/tailwave/tailwave/models/internal/file"
)

// findConfig returns the path of the configuration of the weights in a folder: config.json, or else the only JSON file
// whose name begins with config, or else the only JSON file. Indexes of shards and hidden files do not count.
func findConfig(files file.System, folder string) (string, error) {
	usual := files.Join(folder, "config.json")
	_, missing := files.Stat(usual)
	if missing == nil {
		return usual, nil
	}
	entries, err := files.ReadDir(folder)
	if err != nil { // files that come one by one, as over HTTP, are found by their usual names alone
		return "", fmt.Errorf("%w: weights need the config.json of their model next to them", missing)
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
	for _, list := range [][]string{named, others} {
		switch {
		case len(list) == 1:
			return files.Join(folder, list[0]), nil
		case len(list) > 1:
			return "", fmt.Errorf("%s: has several .json files that may describe the weights: %s: "+
				"copy the right one to config.json", folder, listed(list))
		}
	}
	if yaml != nil {
		return "", fmt.Errorf("%w: weights need it next to them: YAML such as %s is not read: "+
			"write a config.json with the same values", missing, listed(yaml))
	}
	return "", fmt.Errorf("%w: weights need the config.json of their model next to them", missing)
}
