"""How many processor cores there are for this process: its own limits, and those of the container that it runs in."""

import math
import os
from pathlib import Path

GROUPS, CONTROLS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")


def available_cores() -> int:
    """Cores that this process may use: those of its affinity, but no more than a container's quota of time gives."""
    counted = getattr(os, "process_cpu_count", None)  # of Python 3.13, which also heeds PYTHON_CPU_COUNT
    if counted is not None:
        cores = counted() or 1
    else:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.ceil(min(cores, quota())))


def quota(groups: Path = GROUPS, controls: Path = CONTROLS) -> float:
    """Return how many cores' time the control groups (version 1 or 2) of this process have, inf without a limit."""
    try:
        lines = groups.read_text(encoding="utf-8").splitlines()
    except OSError:
        return math.inf
    limits = [math.inf]
    for _, names, path in (line.split(":", 2) for line in lines if line.count(":") >= 2):
        root = controls / names if names else controls
        if names and "cpu" not in names.split(","):
            continue
        inner = root / path.lstrip("/")
        for place in (inner, *inner.parents):
            limits.append(_limit(place))
            if place == root:
                break
    return min(limits)


def _limit(place: Path) -> float:
    """Return the quota of one group: cpu.max is "quota period" or "max period"; version 1 has two files, -1 for none."""
    try:
        if (place / "cpu.max").exists():
            allowed, period = (place / "cpu.max").read_text(encoding="utf-8").split()
        else:
            allowed = (place / "cpu.cfs_quota_us").read_text(encoding="utf-8")
            period = (place / "cpu.cfs_period_us").read_text(encoding="utf-8")
        return float(allowed) / float(period) if float(allowed) > 0 else math.inf
    except (OSError, ValueError, ZeroDivisionError):  # "max" among them
        return math.inf
