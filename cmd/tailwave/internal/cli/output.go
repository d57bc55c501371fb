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
	f.BoolVar(&o.Force, "force", false, "overwrite an existing OUT")
	f.BoolVar(&o.Sync, "sync", false, "wait until OUT is safely on the disk; not with standard output")
}
