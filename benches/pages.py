#!/usr/bin/env python3
"""HTML pages: body F1, F1 of dates and pages/s on one core, beside trafilatura, htmldate and dom_smoothie in one run.

usage: pages.py --chancery BINARY [--zyte DIR] [--dates DIR] [--passes N] [--no-peers]

--zyte DIR holds KEY.html or KEY.html.gz and ground-truth.json, as Zyte's article extraction benchmark has them; --dates DIR
holds a JSON file with file and date of each address, and the files in it or in eval/ and cache/, as htmldate's tests have
them. Without them the pages are made from examples/pages, with furniture around the text.

Every tool reads all pages in one process; its rate is the processor time of further passes, so that starting costs nothing.
Bodies are scored here, by the benchmark's rule (bags of four words in a row; the mean of the pages' precisions and of their
recalls), and the figures of `chancery eval extraction` must be the same. Peers are installed from the package index into
out/peers.
"""
import argparse, collections, gzip, html, json, os, re, subprocess, sys, tempfile, venv
import bench

WORD = re.compile(r"\w+")
PEER = """
import json, sys, time
what, listing, out, passes = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
pages = [(key, url, open(path, "rb").read()) for key, url, path in json.load(open(listing))]
if what.startswith("trafilatura"):
    from trafilatura import bare_extraction
    def read(url, page):
        found = bare_extraction(page, url=url, include_comments=False, with_metadata=True, favor_precision="precision" in what)
        return {"text": (found.text if found else None) or ""}
else:
    from htmldate import find_date
    def read(url, page):
        page = page.decode("utf-8", "replace")
        try:
            return {"date": find_date(page, original_date=True, extensive_search=True, url=url if "address" in what else None)}
        except Exception:
            return {"date": None}
found = [dict(read(url, page), key=key) for key, url, page in pages]
start = time.process_time()
for _ in range(passes - 1):
    for _, url, page in pages:
        read(url, page)
json.dump(found, open(out, "w"))
print(len(pages) * (passes - 1) / (time.process_time() - start))
"""


def peer_python():
    folder = os.path.join(bench.ROOT, "out", "peers")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "trafilatura", "htmldate", "lxml_html_clean"], check=True)
    return python


def bag(text):
    words = WORD.findall(text or "")
    rows = (" ".join(words[i:i + 4]) for i in range(max(1, len(words) - 3)))
    return collections.Counter(row for row in rows if row)


def f1(p, r):
    return 2 * p * r / (p + r) if p + r else 0.0


def bodies(gold, found):
    sums = [0.0, 0.0]
    for key, entry in gold.items():
        true, pred = bag(entry["articleBody"]), bag(found.get(key, ""))
        both, n_true, n_pred = sum((true & pred).values()), sum(true.values()), sum(pred.values())
        same = both == n_true == n_pred
        sums[0] += 1 if same else both / max(1, n_pred)
        sums[1] += 1 if same else both / max(1, n_true)
    p, r = (100 * s / len(gold) for s in sums)
    return p, r, f1(p, r)


def dates(gold, found):
    right = sum(found.get(e["file"]) == e["date"] for e in gold.values())
    missing = sum(not found.get(e["file"]) for e in gold.values())
    p, r = 100 * right / max(1, len(gold) - missing), 100 * right / max(1, right + missing)
    return p, r, f1(p, r)


def cpu(command):
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nended with status {done.returncode}: {done.stderr[-2000:]}")
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system, done.stdout


def ours(o, what, folder, mode, scratch):
    """The program's own line, what it found, and its rate from the processor time of further passes."""
    out = os.path.join(scratch, "found.jsonl")
    command = [o.chancery, "eval", what, folder, "--mode", mode]
    once, line = cpu([*command, "--out", out])
    more, _ = cpu([*command, "--passes", str(o.passes)])
    with open(out, encoding="utf-8") as f:
        found = [json.loads(l) for l in f]
    pages = int(re.search(r"pages (\d+)", line)[1])
    return line, found, pages * (o.passes - 1) / max(1e-9, more - once)


def theirs(python, scratch, what, pages, passes):
    listing, out, script = (os.path.join(scratch, n) for n in ("pages.json", "found.json", "peer.py"))
    for path, text in ((listing, json.dumps(pages)), (script, PEER)):
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    _, rate = cpu([python, script, what, listing, out, str(passes)])
    with open(out, encoding="utf-8") as f:
        return json.load(f), float(rate)


def row(name, figures, rate):
    p, r, f = figures
    print(f"  {name:34} P {p:6.2f}  R {r:6.2f}  F1 {f:6.2f}  {rate:7.0f} pages/s")


def plain(path, scratch):
    """The path of the page, unpacked."""
    if os.path.exists(path):
        return path
    target = os.path.join(scratch, os.path.basename(path))
    with gzip.open(path + ".gz") as f, open(target, "wb") as out:
        out.write(f.read())
    return target


def compare_bodies(o, folder, python, scratch):
    with open(os.path.join(folder, "ground-truth.json"), encoding="utf-8") as f:
        gold = json.load(f)
    print(f"bodies of {len(gold)} pages")
    for name, mode in (("chancery", "standard"), ("chancery --fast", "fast"), ("dom_smoothie as it is", "readability")):
        line, found, rate = ours(o, "extraction", folder, mode, scratch)
        figures = bodies(gold, {f["key"]: f["text"] for f in found})
        said = float(re.search(r" F1 ([\d.]+)", line)[1])
        if abs(said - figures[2]) > 0.05:
            sys.exit(f"eval extraction says {said}, the same texts scored here give {figures[2]:.2f}")
        row(name, figures, rate)
    if python:
        pages = [(k, e.get("url"), plain(os.path.join(folder, k + ".html"), scratch)) for k, e in gold.items()]
        for name in ("trafilatura", "trafilatura, precision"):
            found, rate = theirs(python, scratch, name, pages, o.passes)
            row(name + " (Python)", bodies(gold, {f["key"]: f["text"] for f in found}), rate)


def compare_dates(o, folder, python, scratch):
    name = sorted(n for n in os.listdir(folder) if n.endswith(".json"))[0]
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        gold = json.load(f)
    print(f"dates of {len(gold)} pages")
    for name, mode in (("chancery", "standard"), ("chancery --fast", "fast")):
        _, found, rate = ours(o, "dates", folder, mode, scratch)
        row(name + " (the whole page)", dates(gold, {f["key"]: f["date"] for f in found}), rate)
    if python:
        places = lambda file: [os.path.join(folder, d, file) for d in ("", "eval", "cache")]
        pages = [(e["file"], url, next(p for p in places(e["file"]) if os.path.exists(p))) for url, e in gold.items()]
        for name in ("htmldate", "htmldate, address given"):
            found, rate = theirs(python, scratch, name, pages, o.passes)
            row(name + " (date alone)", dates(gold, {f["key"]: f["date"] for f in found}), rate)


FURNITURE = ["<nav><ul><li><a href='/w'>World</a></li><li><a href='/b'>Business</a></li></ul></nav>",
             "<div class='newsletter-box'><p>Get the best of the week in your inbox every Friday, free of charge.</p></div>",
             "<figure><img src='a.jpg'><figcaption>The harbour at dawn, seen from the old pier on Monday.</figcaption></figure>",
             "<div class='related'><h3>More</h3><ul>" + "".join(
                 f"<li><a href='/{i}'>Port {i} opens its second quay after nine years of work</a></li>" for i in range(8)) + "</ul></div>"]


def made(scratch):
    """Pages from the example texts: furniture before, within and after the paragraphs; a date in the metadata."""
    source, bodies_of, dates_of = os.path.join(bench.ROOT, "examples", "pages"), {}, {}
    for i, name in enumerate(sorted(n for n in os.listdir(source) if n.endswith(".txt"))):
        with open(os.path.join(source, name), encoding="utf-8") as f:
            title, *paragraphs = [p for p in f.read().split("\n\n") if p.strip()]
        date, middle = f"2024-03-{i + 1:02}", len(paragraphs) // 2
        parts = [f"<p>{html.escape(p)}</p>" for p in paragraphs]
        parts[middle:middle] = [FURNITURE[2], FURNITURE[1]]
        page = (f"<html lang=en><head><title>{html.escape(title)}</title><meta property='article:published_time' content='{date}T08:00:00Z'>"
                f"</head><body>{FURNITURE[0]}<article><h1>{html.escape(title)}</h1>{''.join(parts)}</article>{FURNITURE[3]}</body></html>")
        key = name.removesuffix(".txt")
        with open(os.path.join(scratch, key + ".html"), "w", encoding="utf-8") as f:
            f.write(page)
        bodies_of[key] = {"articleBody": "\n".join(paragraphs), "url": f"https://example.org/{key}"}
        dates_of[f"https://example.org/{key}"] = {"file": key + ".html", "date": date}
    for name, gold in (("ground-truth.json", bodies_of), ("dates.json", dates_of)):
        with open(os.path.join(scratch, name), "w", encoding="utf-8") as f:
            json.dump(gold, f)
    return scratch


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", default=os.path.join(bench.ROOT, "target", "release", "chancery"))
    ap.add_argument("--zyte")
    ap.add_argument("--dates")
    ap.add_argument("--passes", type=int, default=3)
    ap.add_argument("--no-peers", action="store_true")
    o = ap.parse_args()
    o.passes = max(2, o.passes)
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as own:
        python = None if o.no_peers else peer_python()
        if not o.zyte and not o.dates:
            o.zyte = o.dates = made(own)
        if o.zyte:
            compare_bodies(o, o.zyte, python, scratch)
        if o.dates:
            compare_dates(o, o.dates, python, scratch)


if __name__ == "__main__":
    main()
