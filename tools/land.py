#!/usr/bin/env python3
"""Writes crates/chancery-server/src/land.txt: the coastlines that the map of the page lies on.

python3 tools/land.py land-110m.json > crates/chancery-server/src/land.txt

`land-110m.json` is in the npm package `world-atlas` (ISC; made from Natural Earth, public domain). Rings are simplified
(Douglas and Peucker 1973), small islands and Antarctica left out, and points rounded to tenths of a degree.
"""

import json
import math
import sys

TOLERANCE = 0.35  # degrees
SMALLEST = 1.2  # square degrees
SOUTH = -58.0

HEAD = """# version: 1
# licence: ISC (world-atlas), public domain (Natural Earth)
# origin: coastlines of world-atlas 2.0.2, land-110m.json, made from Natural Earth 1:110m; simplified by tools/land.py
# date: 2026-11-22
# One ring a line, in tenths of a degree: longitude and latitude of its first point, then the steps to the others.
"""


def arcs_of(topology: dict) -> list[list[tuple[float, float]]]:
    """The arcs in degrees."""
    (kx, ky), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * kx + tx, y * ky + ty))
        arcs.append(points)
    return arcs


def rings_of(topology: dict):
    """The outer rings of all land."""
    arcs = arcs_of(topology)
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"]:
            ring = []
            for number in polygon[0]:
                part = arcs[number] if number >= 0 else arcs[~number][::-1]
                ring.extend(part[1:] if ring else part)
            yield within(ring)


def within(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A ring that goes on behind the 180th meridian is cut there, not drawn back across the whole map."""
    turns, found = 0, []
    for (before, _), (x, y) in zip([ring[0]] + ring, ring):
        turns += (x - before < -180) - (x - before > 180)
        found.append((x + 360 * turns, y))
    # Most of it is to lie on the map.
    off = 360 * round(sum(x for x, _ in found) / len(found) / 360)
    found = [(x - off, y) for x, y in found]
    return [(max(-180.0, min(180.0, x)), y) for x, y in found]


def area(ring: list[tuple[float, float]]) -> float:
    """Square degrees."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))) / 2


def distance(point, a, b) -> float:
    """From a point to the line through two."""
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    if length == 0:
        return math.hypot(point[0] - a[0], point[1] - a[1])
    return abs((b[0] - a[0]) * (a[1] - point[1]) - (a[0] - point[0]) * (b[1] - a[1])) / length


def simplified(line):
    """Without the points that lie near a line between others."""
    if len(line) < 3:
        return line
    at, far = max(((i, distance(line[i], line[0], line[-1])) for i in range(1, len(line) - 1)), key=lambda p: p[1])
    if far <= TOLERANCE:
        return [line[0], line[-1]]
    return simplified(line[: at + 1])[:-1] + simplified(line[at:])


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        topology = json.load(file)
    sys.stdout.write(HEAD)
    for ring in rings_of(topology):
        if area(ring) < SMALLEST or max(y for _, y in ring) < SOUTH:
            continue
        half = len(ring) // 2
        points = simplified(ring[: half + 1])[:-1] + simplified(ring[half:])
        tenths = [(round(x * 10), round(y * 10)) for x, y in points[:-1]]
        steps = [tenths[0]] + [(b[0] - a[0], b[1] - a[1]) for a, b in zip(tenths, tenths[1:])]
        print(" ".join(f"{x} {y}" for x, y in steps if (x, y) != (0, 0)))


if __name__ == "__main__":
    main()
