"""The processes, one a file: they read and write the state's arrays; no agent, no file, no screen."""
