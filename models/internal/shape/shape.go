// Package shape writes the shapes of tensors for messages.
//
//	err := fmt.Errorf("has shape %s, must be %s", shape.Text(got), shape.Text(want))
package shape

import (
	"fmt"
	"strings"
)

// Text returns a list of sizes as PyTorch and JSON write it, with commas: [80, 244].
func Text(sizes []int) string { return strings.ReplaceAll(fmt.Sprint(sizes), " ", ", ") }
