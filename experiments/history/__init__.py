"""The model held against history: targets, calibration, a posterior ensemble, forecasts with scores."""
