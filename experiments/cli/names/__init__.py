"""What has a name, kind by kind: each kind is declared once, in `experiments/cli/catalogue.py`."""
