package models

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/models/weights"
)

// config returns what the configuration of the weights describes, and its path.
func (p place) config() (config, string, error) {
	path, err := findConfig(p.files, p.files.Dir(p.weights[0]))
	if err != nil {
		return nil, "", err
	}
	a, err := readConfig(p.files, path)
	return a, path, err
}

// blame returns the error about weights without a configuration that is understood: that the only file holds none, what
// the weights are, if that is known and is not one of ours, or else err.
func (p place) blame(err error) error {
	if len(p.weights) == 1 {
		if e := p.withWeights(p.weights[0], func(*weights.File) error { return nil }); e != nil {
			return e
		}
	}
	if _, ok := errors.AsType[noConfig](err); !ok {
		return err
	}
	for _, path := range p.weights {
		known := p.withWeights(path, func(file *weights.File) error {
			if what := recognize(tensorNames(file)); what != "" {
				return unsupported(what)
			}
			return nil
		})
		if known != nil {
			return known
		}
	}
	return err
}

// choose returns the file of weights that is meant: the only one, or one of several that hold the same network, that of
// the configuration. Files with what only training needs do not count.
func (p place) choose(a config, o options) (string, error) {
	if len(p.weights) == 1 {
		return p.weights[0], nil
	}
	var fitting, others, list []string
	for _, path := range p.weights {
		holds, fits, err := p.content(path, a)
		switch {
		case errors.Is(err, weights.ErrNoTensors):
			continue
		case err != nil:
			others, holds = append(others, path), fmt.Sprintf("%.80s", strings.TrimPrefix(err.Error(), path+": "))
		case fits:
			fitting = append(fitting, path)
		case holds == "":
			continue
		default:
			others = append(others, path)
		}
		list = append(list, fmt.Sprintf("%.40s (%s)", p.files.Base(path), holds))
	}
	switch {
	case len(list) == 0: // the error about the file will say so
		return p.weights[0], nil
	case len(list) == 1:
		return append(fitting, others...)[0], nil
	case len(others) > 0:
		return "", fmt.Errorf("%s: has files of different models: name the one that is meant: %s",
			p.files.Dir(p.weights[0]), enumerate(list))
	}
	for _, path := range fitting[1:] {
		switch same, err := p.same(a, o, fitting[0], path); {
		case err != nil:
			return "", err
		case !same:
			return "", fmt.Errorf("%s: has different weights of the %s of config.json: name the file that is meant: %s, %s",
				p.files.Dir(path), a.info().Architecture, p.files.Base(fitting[0]), p.files.Base(path))
		}
	}
	return fitting[0], nil
}

// content says what a file of weights holds: "" if it is what only training needs.
func (p place) content(path string, a config) (holds string, fits bool, err error) {
	err = p.withWeights(path, func(file *weights.File) error {
		_, shape := a.first()
		all := candidates(file, a)
		fits = slices.ContainsFunc(all, func(c candidate) bool { return slices.Equal(c.shape, shape) })
		names := tensorNames(file)
		switch {
		case fits:
			holds = "the " + a.info().Architecture + " of config.json"
		case len(all) > 0:
			holds = fmt.Sprintf("another %s, its first layer has shape %v", a.info().Architecture, all[0].shape)
		case holdsMore(file):
			if holds = describe(names); holds == "" {
				holds = "something else"
			}
		}
		return nil
	})
	return holds, fits, err
}

// holdsMore reports whether a file has anything that may be part of a network: numbers that are read, and not for
// training alone. Whole numbers and arrays of NumPy alone are the states of random numbers, such as rng_state.pth of
// Hugging Face.
func holdsMore(file *weights.File) bool {
	for _, d := range file.Dictionaries {
		for name, t := range d.Tensors {
			if t.Floating() && !isStep(t) && !isHarmless(join(d.Key, name)) {
				return true
			}
		}
	}
	return false
}

// same reports whether two files hold the same network, saved twice.
func (p place) same(a config, o options, first, second string) (same bool, err error) {
	err = p.withWeights(first, func(x *weights.File) error {
		return p.withWeights(second, func(y *weights.File) error {
			same, err = sameNetwork(a, o, x, y)
			return err
		})
	})
	return same, err
}

// sameNetwork reports whether two files hold the same network. A file that holds none that is complete does not.
func sameNetwork(a config, o options, x, y *weights.File) (bool, error) {
	first, names, err := used(a, o, x)
	if err != nil {
		return false, nil
	}
	second, more, err := used(a, o, y)
	if err != nil {
		return false, nil
	}
	return weights.Same(first.set, second.set, append(names, more...))
}

// used returns the candidate of a file, and the names of the tensors that the network takes of it.
func used(a config, o options, file *weights.File) (candidate, []string, error) {
	c, _, err := pick(file, a, o.weightsKey)
	if err != nil {
		return c, nil, err
	}
	left := c.set.Shapes()
	if _, err := a.build(left); err != nil {
		return c, nil, err
	}
	var names []string
	for name := range c.set {
		if _, ok := left[name]; !ok {
			names = append(names, name)
		}
	}
	return c, names, nil
}
