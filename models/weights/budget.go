package weights

import "fmt"

// maxAllocated bounds the bytes that reading the structure of a checkpoint allocates, garbage included. A tensor of a
// state dict takes some 2500 of them, one of an optimizer 1600.
const maxAllocated = 30 << 20

// What values take, in bytes, with the garbage of the slices and maps that hold them.
const (
	wordCost    = 16 // an any
	itemCost    = 32 // a key and a value
	objectCost  = 112
	stringCost  = 32 // and its bytes
	storageCost = 256
	tensorCost  = 512 // in a Set, with its layout
	entryCost   = 480 // of a zip file, and its name
)

// A budget is how many bytes may still be allocated. It keeps a file of a few MiB that describes millions of values
// from taking the memory of the machine.
type budget int64

// spend takes n bytes.
func (b *budget) spend(n int) error {
	if *b -= budget(n); *b < 0 {
		return Unsupported(fmt.Sprintf("checkpoint needs more than the %d MiB that its structure may take: "+
			"save the state dict of the model alone", maxAllocated>>20))
	}
	return nil
}
