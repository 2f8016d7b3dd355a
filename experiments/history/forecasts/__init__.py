"""Forecasts in the field's form: draws of deaths by country and cell each month, chances, land, fighters, towns; scores."""
