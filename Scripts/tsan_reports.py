#!/usr/bin/env python3
"""Reads a log of ThreadSanitizer's and tells the reports that count; exits with 1 where there are any.

    Scripts/tsan_reports.py LOG

It does not see a contended `Synchronization.Mutex` being taken, since that part of the library is not built for it, so what two
threads do one after the other under one mutex is reported as a "Swift access race". A report is left out when each of its two
accesses stands in a closure that a `withLock` of the same file calls, by the source lines of its first two frames.
"""
import re
import sys
from pathlib import Path

FRAME = re.compile(r"^\s+#(\d+) .*? (/\S+?\.swift):(\d+)(?::\d+)? ")
ACCESS = re.compile(r"(?i)^\s+(?:previous )?(?:modifying access|read|write|access)\b.* by (?:thread|main thread)")


def reports(text):
    return re.findall(r"WARNING: ThreadSanitizer:.*?(?=^=+$|\Z)", text, re.S | re.M)


def accesses(report):
    """The files and lines of the first two frames of each access."""
    found = []
    for line in report.splitlines():
        if ACCESS.match(line):
            found.append([])
        elif re.match(r"^\s+Location is|^\s+Thread T|^\s+Mutex", line):
            break
        elif found and (frame := FRAME.match(line)) and int(frame[1]) < 2:
            found[-1].append((frame[2], int(frame[3])))
    return found


def is_locked(frames):
    for file, number in frames:
        lines = Path(file).read_text().splitlines()
        if 0 < number <= len(lines) and "withLock" in lines[number - 1]:
            return file
    return None


def main():
    counted, left_out = [], 0
    for report in reports(Path(sys.argv[1]).read_text(errors="replace")):
        places = [is_locked(frames) for frames in accesses(report)]
        if report.startswith("WARNING: ThreadSanitizer: Swift access race") and len(places) == 2 and None not in places and places[0] == places[1]:
            left_out += 1
        else:
            counted.append(report)
    if left_out:
        print(f"  {left_out} reports of a contended mutex are left out")
    for report in counted:
        print(report)
    return 1 if counted else 0


if __name__ == "__main__":
    raise SystemExit(main())
