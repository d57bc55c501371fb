package weights

import "fmt"

// maxAllocated bounds the bytes allocated to read the structure of a checkpoint, garbage included. A tensor of a state
// dict takes about 2500 bytes, a tensor of an optimizer 1600.
const maxAllocated = 30 << 20

// The cost of values in bytes, with the garbage of the slices and maps that hold them.
const (
	wordCost    = 16 // an any
	itemCost    = 32 // a key and a value
	objectCost  = 112
	stringCost  = 32 // plus the bytes of the string
	storageCost = 256
	tensorCost  = 512 // a tensor in a Set, with its layout
	entryCost   = 480 // an entry of a zip file, with its name
)

// A budget is the number of bytes that may still be allocated. Without it, a file of a few MiB that describes millions
// of values could exhaust the memory of the machine.
type budget int64

// spend takes n bytes from the budget. It fails if the budget is exhausted.
func (b *budget) spend(n int) error {
	if *b -= budget(n); *b < 0 {
		return Unsupported(fmt.Sprintf("checkpoint has a structure that takes more than %d MiB of memory: "+saveState,
			maxAllocated>>20))
	}
	return nil
}
