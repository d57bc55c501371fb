// Package kernel holds the inner loops. Each function's doc is the loop that it computes, and the Go code here is the
// definition of its bits: every product-sum is a fused multiply-add with one rounding, taken in the order of the loop.
package kernel
