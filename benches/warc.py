#!/usr/bin/env python3
"""Reading a web archive: chancery beside FastWARC, in one run.

usage: warc.py --chancery BINARY [--records N] [--runs N]

Makes a WARC file of N records (default 2,000; each packed as a gzip member of its own) with invented pages of about
150 kB, as news pages are, and reads it to the last byte of every page: `chancery formats FILE --count`, and FastWARC from
the package index, in a folder of its own. Prints records/s and MB/s (unpacked) of processor time, as medians over the runs,
and the peak memory.
"""
import argparse, gzip, os, random, subprocess, sys, tempfile
import bench

PEER = """
import sys
from fastwarc.warc import ArchiveIterator, WarcRecordType
pages = size = 0
for record in ArchiveIterator(open(sys.argv[1], "rb"), record_types=WarcRecordType.response, parse_http=True):
    size += len(record.reader.read())
    pages += 1
print(pages, size)
"""


def words(rng):
    letters = "etaoinshrdlucmfwypvbgk"
    return ["".join(rng.choice(letters) for _ in range(rng.randint(2, 10))) for _ in range(6000)]


def part(rng, vocabulary):
    text = " ".join(rng.choices(vocabulary, k=rng.randint(20, 90)))
    kind = rng.random()
    if kind < 0.3:
        return f'<p class="story-{rng.randint(1, 9)}">{text}</p>\n'
    if kind < 0.7:
        return f'<div class="teaser card"><a href="/news/{rng.randint(1, 10**6)}"><span>{text[:80]}</span></a></div>\n'
    return f"<script>window.data.push({{id: {rng.randint(1, 10**9)}, value: '{text[:200]}'}});</script>\n"


def page(rng, vocabulary, furniture, size):
    """A page, two thirds of it furniture that other parts of it repeat."""
    parts = [f"<!DOCTYPE html><html lang=en><head><title>{' '.join(rng.choices(vocabulary, k=7))}</title></head><body>"]
    while size > 0:
        parts.append(rng.choice(furniture) if rng.random() < 0.67 else part(rng, vocabulary))
        size -= len(parts[-1])
    return "".join(parts) + "</body></html>"


def archive(path, records):
    rng, size = random.Random(7), 0
    vocabulary = words(rng)
    furniture = [part(rng, vocabulary) for _ in range(60)]
    with open(path, "wb") as f:
        for i in range(records):
            body = page(rng, vocabulary, furniture, rng.randint(40_000, 260_000)).encode()
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{i:032x}>\r\n"
                f"WARC-Date: 2024-05-03T10:00:00Z\r\nWARC-Target-URI: https://example.org/news/{i}\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
            )
            record = head.encode() + block + b"\r\n\r\n"
            f.write(gzip.compress(record, 6, mtime=0))
            size += len(record)
    return size


def peer(scratch):
    folder = os.path.join(bench.ROOT, "out", "peers")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        import venv
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "fastwarc"], check=True)
    script = os.path.join(scratch, "peer.py")
    with open(script, "w") as f:
        f.write(PEER)
    return [python, script]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", default=os.path.join(bench.ROOT, "target", "release", "chancery"))
    ap.add_argument("--records", type=int, default=2_000)
    ap.add_argument("--runs", type=int, default=5)
    o = ap.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "pages.warc.gz")
        size = archive(path, o.records)
        print(f"{o.records:,} records, {size / 1e6:,.0f} MB, {os.path.getsize(path) / 1e6:,.0f} MB packed; medians of {o.runs} runs")
        ours, theirs = [o.chancery, "formats", path, "--count"], [*peer(scratch), path]
        counts = [subprocess.run(c, capture_output=True, text=True, check=True).stdout.split()[0] for c in (ours, theirs)]
        if counts != [str(o.records)] * 2:
            sys.exit(f"not all pages were read: {counts}")
        # By turns, so that both meet the same neighbours on a shared machine.
        rows = {"FastWARC": [], "chancery formats --count": []}
        for _ in range(o.runs):
            for name, command in zip(rows, (theirs, ours)):
                rows[name].append(bench.run(command))
        rates = []
        for name, runs in rows.items():
            wall, cpu, mib = (sorted(column)[len(runs) // 2] for column in zip(*runs))
            rates.append(o.records / cpu)
            print(f"{name:26} {o.records / cpu:8,.0f} records/s  {size / cpu / 1e6:6,.0f} MB/s  {mib:6.0f} MiB peak  ({wall:.2f} s)")
        print(f"ratio: {rates[1] / rates[0]:.2f}")


if __name__ == "__main__":
    main()
