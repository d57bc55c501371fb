// Package stream moves frames from a Source through Stages to a Sink. Stages run concurrently and are connected by
// channels over which a fixed number of blocks circulates, so memory is fixed from the start and a slow stage holds
// back the ones before it. What comes out does not depend on block size, queue depth or scheduling.
package stream
