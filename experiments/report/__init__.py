"""Evidence in, HTML, SVG, PNG and CSV out: reports, charts, maps, tables; a run and a comparison in words."""
