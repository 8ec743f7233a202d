"""Counts verdicts, and prints them as a table."""

import statistics

from .cases import KINDS


def summary(rows):
    """Counts the verdicts of rows with the keys kind, verdict, and milliseconds."""
    count = {name: sum(1 for row in rows if row["verdict"] == name)
             for name in ("right", "wrong", "silent", "false alarm", "error")}
    asking = sum(1 for row in rows if row["kind"] != "silent")
    shown = count["right"] + count["wrong"] + count["false alarm"]
    times = [row["milliseconds"] for row in rows if row["milliseconds"] is not None]
    return {
        "cases": len(rows), "shown": shown, "right": count["right"], "wrong": count["wrong"],
        "silent": count["silent"], "errors": count["error"],
        "precision": count["right"] / shown if shown else None,
        "yield": count["right"] / asking if asking else None,
        "false alarms": count["false alarm"],
        "median ms": round(statistics.median(times)) if times else None,
    }


def table(rows):
    """Returns the lines of a table with a row for each kind and one for all."""
    groups = [(kind, [row for row in rows if row["kind"] == kind]) for kind in KINDS]
    groups = [(name, group) for name, group in groups if group] + [("all", rows)]
    sums = [(name, summary(group)) for name, group in groups]
    head = ["kind", *sums[0][1]]
    lines = [head] + [[name, *(_shown(key, value) for key, value in values.items())]
                      for name, values in sums]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return ["  ".join([line[0].ljust(widths[0]),
                       *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))])
            for line in lines]


def _shown(key, value):
    if value is None:
        return "-"
    return f"{100 * value:.0f} %" if key in ("precision", "yield") else str(value)
