"""The model held against history: targets, calibration, a non-implausible ensemble, forecasts with scores."""
