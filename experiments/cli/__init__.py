"""The `inkspot` command: one file a command, and what commands share."""
