"""Rows of what was measured as a table that grows, and as pictures."""
import math

TITLES = {
    "skus": "SKUs, in two regions that hear each other",
    "pending": "pending reservations of 1000 SKUs, in one region",
    "connections": "connections, one reservation under way on each, 1000 SKUs",
    "regions": "regions (simulated), each with shoppers of its own and linked with all others",
}
# What a column says, and how many digits behind the point.
COLUMNS = {
    "import_s": ("import s", 2),
    "heard_s": ("heard s", 2),
    "row_bytes": ("bytes/row", 0),
    "idle_bytes_per_s": ("idle B/s a link", 0),
    "idle_region_bytes_per_s": ("idle B/s a region", 0),
    "sale_bytes": ("bytes/sale", 0),
    "mb": ("MB", 1),
    "per_s": ("reservations/s", 0),
    "p50_ms": ("p50 ms", 2),
    "p99_ms": ("p99 ms", 2),
    "restart_s": ("restart s", 2),
    "took_s": ("simulated in s", 1),
}


def number(value, digits):
    return "-" if value is None else f"{value:,.{digits}f}".replace(",", " ")


class Table:
    """Its columns are those of its first row."""

    def __init__(self, axis, out):
        self.axis, self.out, self.names = axis, out, None

    def row(self, row):
        if self.names is None:
            self.names = [name for name in row if name != "size"]
            heads = "  ".join(f"{COLUMNS[name][0]:>{self._width(name)}}" for name in self.names)
            print(f"{TITLES[self.axis]}\n{self.axis:>12}  {heads}", file=self.out)
        cells = "  ".join(f"{number(row[name], COLUMNS[name][1]):>{self._width(name)}}" for name in self.names)
        print(f"{number(row['size'], 0):>12}  {cells}", file=self.out, flush=True)

    @staticmethod
    def _width(name):
        return max(9, len(COLUMNS[name][0]))


WIDTH, HEIGHT, MARGIN = 300, 170, 46


def picture(measured):
    """One SVG: for each axis, each of its columns over the size, both on logarithmic scales."""
    frames = [(axis, name) for axis, rows in measured.items() if len(rows) > 1
              for name in rows[0] if name not in ("size", "took_s")]
    across = 4
    down = math.ceil(len(frames) / across)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{across * WIDTH}" height="{down * HEIGHT}" '
             'font-family="sans-serif" font-size="10"><rect width="100%" height="100%" fill="white"/>']
    for place, (axis, name) in enumerate(frames):
        points = [(row["size"], row[name]) for row in measured[axis] if row[name] is not None]
        parts.append(_frame(axis, name, points, place % across * WIDTH, place // across * HEIGHT))
    return "\n".join(parts + ["</svg>", ""])


def _scale(values, length):
    """A place within `length` for each value: logarithmic, 0 at the very beginning."""
    positive = [value for value in values if value > 0] or [1]
    low, high = math.floor(math.log10(min(positive))), math.ceil(math.log10(max(positive)))
    if high == low:
        high += 1
    return low, high, lambda value: length * (math.log10(value) - low) / (high - low) if value > 0 else 0


def _frame(axis, name, points, left, top):
    width, height = WIDTH - MARGIN - 14, HEIGHT - MARGIN - 8
    x_low, x_high, x = _scale([size for size, _ in points], width)
    y_low, y_high, y = _scale([value for _, value in points], height)
    parts = [f'<g transform="translate({left + MARGIN},{top + 20})">',
             f'<text y="-6" font-weight="bold">{COLUMNS[name][0]} by {axis}</text>',
             f'<path d="M0 0V{height}H{width}" fill="none" stroke="#888"/>']
    for power in range(x_low, x_high + 1):
        parts.append(f'<text x="{x(10.0 ** power):.0f}" y="{height + 12}" text-anchor="middle">{_power(power)}</text>')
    for power in range(y_low, y_high + 1):
        level = height - y(10.0 ** power)
        parts.append(f'<path d="M0 {level:.0f}H{width}" stroke="#ddd"/>'
                     f'<text x="-4" y="{level + 3:.0f}" text-anchor="end">{_power(power)}</text>')
    line = " ".join(f"{x(size):.1f},{height - y(value):.1f}" for size, value in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#06c" stroke-width="1.5"/>')
    for size, value in points:
        parts.append(f'<circle cx="{x(size):.1f}" cy="{height - y(value):.1f}" r="2.5" fill="#06c">'
                     f"<title>{size}: {value:.6g}</title></circle>")
    return "".join(parts + ["</g>"])


def _power(power):
    names = {3: "1k", 4: "10k", 5: "100k", 6: "1M", 7: "10M", 8: "100M", 9: "1G"}
    return names.get(power, f"{10.0 ** power:g}")
