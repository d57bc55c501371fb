package cli

import "github.com/spf13/cobra"

// OutputFlags are the flags of commands that write OUT.
type OutputFlags struct {
	Force bool // an existing file is replaced
	Sync  bool // the file is on the disk before success is reported
}

// Add defines the flags.
func (o *OutputFlags) Add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.Force, "force", false, "overwrite an existing OUT: owner and mode stay where permitted, a symbolic link stays and its target is replaced, other hard links keep the old content")
	f.BoolVar(&o.Sync, "sync", false, "wait until OUT and its folder are on the disk before success is reported; OUT must be a file")
}
