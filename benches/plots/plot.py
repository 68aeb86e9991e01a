#!/usr/bin/env python3
"""Draws the plots of docs/PERFORMANCE.md from the tables that `cargo bench --bench pass -- --tsv` writes.

    benches/plots/plot.py docs/performance

reads feeds.tsv and stored.tsv of that folder and writes feeds.svg and stored.svg beside them. Needs Python and
nothing else. Both axes are logarithmic: where costs are proportional, lines rise by one decade in one.
"""

import math
import sys
from collections import defaultdict
from pathlib import Path

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 76, 216, 56, 58

STYLE = """
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }
    .title { font-size: 16px; font-weight: 600 }
    .tick { fill: #59636e }
    .grid { stroke: #d8dee4; stroke-width: 1 }
    .back { fill: #ffffff }
    .line { fill: none; stroke-width: 2.2 }
    .c0 { stroke: #0969da } .c1 { stroke: #bc4c00 } .c2 { stroke: #1a7f37 } .c3 { stroke: #8250df } .c4 { stroke: #57606a } .c5 { stroke: #bf3989 }
    circle { fill: #ffffff; stroke-width: 2.2 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .tick { fill: #9198a1 }
      .grid { stroke: #30363d }
      .back, circle { fill: #0d1117 }
      .c0 { stroke: #58a6ff } .c1 { stroke: #f0883e } .c2 { stroke: #3fb950 } .c3 { stroke: #bc8cff } .c4 { stroke: #9ea7b3 } .c5 { stroke: #f778ba }
    }
"""


def rows(path):
    """The rows of a table with tabs, as dictionaries."""
    lines = path.read_text().splitlines()
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"))) for line in lines[1:]]


def curves(table, key, passes):
    """Points of processor seconds by pass and kind; the last row of a point counts."""
    points = defaultdict(dict)
    for row in table:
        if row["pass"] in passes:
            seconds = float(row["user"]) + float(row["system"])
            points[f'{row["pass"]}, {row["kind"]} themes'][int(row[key])] = seconds
    order = sorted(points, key=lambda name: -max(points[name].values()))
    return {name: sorted(points[name].items()) for name in order}


class Axis:
    """A logarithmic axis from one place of the picture to another."""

    def __init__(self, values, begin, end):
        self.low = math.floor(math.log10(min(values)) * 2) / 2
        self.high = math.ceil(math.log10(max(values)) * 2) / 2
        self.begin, self.end = begin, end

    def place(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self):
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        ticks = [step * 10.0**decade for decade in decades for step in (1, 3)]
        return [tick for tick in ticks if self.low - 0.01 <= math.log10(tick) <= self.high + 0.01]


def spread(places, least):
    """The same places, moved apart so that labels do not cover each other."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    moved = list(places)
    for before, after in zip(order, order[1:]):
        moved[after] = max(moved[after], moved[before] + least)
    return moved


def picture(title, x_name, drawn):
    """The SVG of some curves."""
    points = [point for curve in drawn.values() for point in curve]
    x = Axis([point[0] for point in points], LEFT, WIDTH - RIGHT)
    y = Axis([point[1] for point in points], HEIGHT - BOTTOM, TOP)
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">',
        f"  <style>{STYLE}  </style>",
        f'  <rect class="back" width="{WIDTH}" height="{HEIGHT}"/>',
        f'  <text class="title" x="{LEFT}" y="26">{title}</text>',
        f'  <text class="tick" x="{LEFT}" y="45">seconds of processor time of a pass</text>',
    ]
    for tick in y.ticks():
        at = y.place(tick)
        svg.append(f'  <line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        svg.append(f'  <text class="tick" x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for tick in x.ticks():
        at = x.place(tick)
        svg.append(f'  <line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        svg.append(f'  <text class="tick" x="{at:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{tick:,.0f}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    svg.append(f'  <text x="{middle:.0f}" y="{HEIGHT - 14}" text-anchor="middle">{x_name}</text>')
    labels = spread([y.place(curve[-1][1]) for curve in drawn.values()], 17)
    for number, ((name, curve), label) in enumerate(zip(drawn.items(), labels)):
        colour = f"c{number % 6}"
        path = " ".join(f"{x.place(a):.1f},{y.place(b):.1f}" for a, b in curve)
        svg.append(f'  <polyline class="line {colour}" points="{path}"/>')
        svg += [f'  <circle class="{colour}" cx="{x.place(a):.1f}" cy="{y.place(b):.1f}" r="3.5"/>' for a, b in curve]
        begin = WIDTH - RIGHT + 10
        svg.append(f'  <line class="line {colour}" x1="{begin:.1f}" x2="{begin + 14:.1f}" y1="{label:.1f}" y2="{label:.1f}"/>')
        svg.append(f'  <text x="{begin + 20:.1f}" y="{label + 4:.1f}">{name}</text>')
    return "\n".join([*svg, "</svg>", ""])


def main():
    folder = Path(sys.argv[1])
    by_feeds = curves(rows(folder / "feeds.tsv"), "feeds", {"cold", "changed", "unchanged"})
    svg = picture("Cost against feeds (20 themes)", "feeds of 30 items", by_feeds)
    (folder / "feeds.svg").write_text(svg)
    by_stored = curves(rows(folder / "stored.tsv"), "stored", {"renewed", "changed", "unchanged"})
    svg = picture("Cost against stored items", "items in the store", by_stored)
    (folder / "stored.svg").write_text(svg)


main()
