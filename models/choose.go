package models

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/weights"
)

// config returns the configuration of the weights, and its path.
func (p place) config() (config, string, error) {
	path, err := findConfig(p.files, p.files.Dir(p.weights[0]))
	if err != nil {
		return nil, "", err
	}
	a, err := readConfig(p.files, path)
	return a, path, err
}

// blame returns the error about weights whose configuration cannot be used for the reason err. If the weights
// themselves cannot be used, that is reported instead: no configuration would help.
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

// choose returns the weights file to read: the only one, or the preferred one of several that hold the same weights for
// the configuration. Files that only training needs do not count.
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
	case len(list) == 0: // opening the file will report the reason
		return p.weights[0], nil
	case len(list) == 1:
		return append(fitting, others...)[0], nil
	case len(others) > 0:
		return "", fmt.Errorf("%s: has weights of different models: pass the path of one file: %s",
			p.files.Dir(p.weights[0]), enumerate(list))
	}
	for _, path := range fitting[1:] {
		switch same, err := p.same(a, o, fitting[0], path); {
		case err != nil:
			return "", err
		case !same:
			return "", fmt.Errorf("%s: has different weights for the %s of config.json: "+
				"pass the path of one file: %s, %s",
				p.files.Dir(path), a.info().Architecture, p.files.Base(fitting[0]), p.files.Base(path))
		}
	}
	return fitting[0], nil
}

// content describes the content of a weights file; "" if only training needs it. fits reports whether the file holds
// the network of the configuration.
func (p place) content(path string, a config) (holds string, fits bool, err error) {
	err = p.withWeights(path, func(file *weights.File) error {
		_, want := a.first()
		all := candidates(file, a)
		fits = slices.ContainsFunc(all, func(c candidate) bool { return slices.Equal(c.shape, want) })
		names := tensorNames(file)
		switch {
		case fits:
			holds = "the " + a.info().Architecture + " of config.json"
		case len(all) > 0:
			holds = fmt.Sprintf("another %s, whose first layer has shape %s", a.info().Architecture,
				dsp.ListText(all[0].shape))
		case holdsMore(file):
			if holds = describe(names); holds == "" {
				holds = "other tensors"
			}
		}
		return nil
	})
	return holds, fits, err
}

// holdsMore reports whether a file has a tensor that may be part of a network: of a floating-point type, and not known
// to serve training only. Files with nothing but integers and NumPy arrays are states of random number generators, such
// as rng_state.pth of Hugging Face.
func holdsMore(file *weights.File) bool {
	for _, d := range file.Dictionaries {
		for name, t := range d.Tensors {
			if t.Floating() && !isStep(t) && !isHarmless(weights.Join(d.Key, name)) {
				return true
			}
		}
	}
	return false
}

// same reports whether two files hold the same weights.
func (p place) same(a config, o options, first, second string) (same bool, err error) {
	err = p.withWeights(first, func(x *weights.File) error {
		return p.withWeights(second, func(y *weights.File) error {
			same, err = sameNetwork(a, o, x, y)
			return err
		})
	})
	return same, err
}

// sameNetwork reports whether two files hold the same weights for the configuration. It returns false if one of them
// does not hold the whole network.
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

// used returns the candidate of a file, and the names of the tensors that the network takes from it.
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
