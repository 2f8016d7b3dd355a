"""Runs, many of them: on one process, on several, or on a cluster; stored, resumable, never made twice."""
