"""What `fuzz.py` writes into files and command lines: odd tokens, options of commands, odd values."""

TOKENS = (
    "nan", "inf", "-inf", "-1", "0", "1e308", "9" * 400, "9" * 5000, '""', '"=x"', "[]", "{}", "true", "false", "[[",
    "]]", "{", "}", "2014-06-09", "9999-12-31", "0001-01-01", "٣", "²", "\u202e", "\0", "\ud800", '"""', "'''", "\\",
    "#", "=", "[a.b]", "[[a]]", '"../x"', '"/dev/zero"', '"levant_2014"', '"core"', '"IRQ"', "12:00:00", "1_000",
    "0x", "[" * 3000, "a." * 300, "null", '"\\u0000"',
)  # fmt: skip

COMMANDS = {
    "run": ("--policy", "--seed", "--weeks", "--set", "--explain", "--from"),
    "compare": ("--policies", "--seeds", "--weeks", "--set", "--baseline", "--draws", "--ensemble", "--chart", "--jobs"),
    "check": ("--schema", "--run"), "list": (), "describe": (),
    "claims": ("--only", "--seeds", "--draws", "--ledger", "--jobs"), "sweep": ("--jobs", "--dask"), "results": (),
    "sensitivity": ("--method", "--blocks"), "discover": ("--outcomes", "--policy", "--against", "--margin"),
    "calibrate": ("--until", "--points", "--targets"), "backtest": ("--from", "--to", "--targets", "--ensemble", "--policy"),
    "forecast": ("--to", "--policy", "--score", "--ensemble"), "structure": ("--draws",),
}  # fmt: skip
VALUES = (
    "", " ", "0", "-1", "1", "999999999999999999999999", "9" * 5000, "nan", "1e400", "٣", "x", "..", "/", "/dev/zero",
    "/dev/null", "/proc/self/mem", "~nobody/x", "levant_2014", "core_only", "sever_links", "weeks=0", "weeks=2", "=",
    "a=b", "core.prestige=nan", "territory.growth=[", "start=9999-12-31", "9999-12-31", "0001-01-01", "2015-01-01",
    "A,B", ",", ",,", "\udcff", "\u202e", "a\nb", "-", "--", "C1", "IRQ", "territory.growth", "shipped", "saltelli",
    "tornado", "a" * 300, "[x]", "{}", "no_such.toml", "policy.name=a/b", "name=..",
)  # fmt: skip
