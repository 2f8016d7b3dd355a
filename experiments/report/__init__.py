"""Evidence in, HTML, SVG, PNG and CSV out: reports, charts, maps, tables; a run and a comparison in words."""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.report.comparison import write_report
    from experiments.report.maps import map_png

__all__ = ["map_png", "write_report"]

__getattr__ = exported(__name__, {"map_png": "maps", "write_report": "comparison"})
