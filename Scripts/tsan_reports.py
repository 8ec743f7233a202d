#!/usr/bin/env python3
"""Reads a log of ThreadSanitizer's and tells the reports that count; exits with 1 where there are any.

    Scripts/tsan_reports.py LOG

It does not see a contended `Synchronization.Mutex` being taken, since that part of the library is not built for it, so what two
threads do one after the other under one mutex is reported as a race. A report is left out when each of its two accesses stands in
a closure that a `withLock` of the same file calls, by the source lines of its first frames; or when one of them is the
initialiser of an object that the other reads, since objects are handed on through such a mutex; or when they are about the empty
array that all arrays share, whose count is set to 0 again and again.
"""
import re
import sys
from pathlib import Path

FRAME = re.compile(r"^\s+#(\d+) (\S+).*? (/\S+?\.swift):(\d+)(?::\d+)? ")
FRAMES = 6
ACCESS = re.compile(r"(?i)^\s+(?:previous )?(?:modifying access|read|write|access)\b.* by (?:thread|main thread)")


def reports(text):
    return re.findall(r"WARNING: ThreadSanitizer:.*?(?=^=+$|\Z)", text, re.S | re.M)


def accesses(report):
    """The files, lines and functions of the first frames of each access."""
    found = []
    for line in report.splitlines():
        if ACCESS.match(line):
            found.append([])
        elif re.match(r"^\s+Location is|^\s+Thread T|^\s+Mutex", line):
            break
        elif found and (frame := FRAME.match(line)) and int(frame[1]) < FRAMES:
            found[-1].append((frame[3], int(frame[4]), frame[2]))
    return found


def is_locked(frames):
    for file, number, _ in frames:
        lines = Path(file).read_text().splitlines()
        if 0 < number <= len(lines) and "withLock" in lines[number - 1]:
            return file
    return None


def is_initialiser(frames):
    return bool(frames) and frames[0][2].endswith(("fc", "fC"))


def is_left_out(report):
    if "Location is global '_swiftEmptyArrayStorage'" in report:
        return True
    found = accesses(report)
    if len(found) != 2:
        return False
    first, second = (is_locked(frames) for frames in found)
    return first is not None and first == second or any(is_initialiser(frames) for frames in found)


def main():
    counted, left_out = [], 0
    for report in reports(Path(sys.argv[1]).read_text(errors="replace")):
        if is_left_out(report):
            left_out += 1
        else:
            counted.append(report)
    if left_out:
        print(f"  {left_out} reports about a contended mutex or an empty array are left out")
    for report in counted:
        print(report)
    return 1 if counted else 0


if __name__ == "__main__":
    raise SystemExit(main())
