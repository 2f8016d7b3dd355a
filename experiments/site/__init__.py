"""The static site: replays, lessons, claims and glossary as a folder that any browser opens without a server."""
