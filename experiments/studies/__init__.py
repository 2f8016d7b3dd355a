"""What may be concluded from a sweep: sensitivity, discovery, tornado, robustness; the EMA Workbench."""
