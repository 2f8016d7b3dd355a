"""The argument as a ledger of experiments: claims, the runs that test them, and what may be concluded."""
