#!/usr/bin/env python3
"""Writes single articles as `.txt` files, one each: a title, an empty line, paragraphs. For `chancery train splitter`.

In: a folder with `relations/ngec-synthetic-stories.csv` and `ud/{gum,ewt}-train.conllu`, and perhaps
`pages/zyte/ground-truth.json` with its pages. Out, of every third synthetic story: OUT/held-out (those under every sixth
headline) and OUT/train (the others, GUM, EWT); where the pages are there, OUT/web.

    python3 tools/articles.py ../shared/data out/articles
"""
import csv
import gzip
import hashlib
import html
import json
import re
import sys
from pathlib import Path

MIN_PARAGRAPHS = 3
HELD_OUT = 6
EVERY = 3


def paragraphs(text):
    """The lines of a text that are not empty, with single spaces."""
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))
    return [line for line in lines if line]


def write(folder, name, title, body):
    """One article, if it is long enough."""
    if len(body) < MIN_PARAGRAPHS:
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    head = f"{title}\n\n" if title else ""
    (folder / f"{name}.txt").write_text(head + "\n\n".join(body) + "\n", encoding="utf-8")
    return 1


def stories(path, out):
    """Synthetic stories; a last paragraph that was cut off is left out."""
    written = 0
    with open(path, newline="", encoding="utf-8") as file:
        for i, row in enumerate(csv.DictReader(file)):
            body = paragraphs(row["text"])
            if body and not re.search(r'[.!?"”]$', body[-1]):
                body.pop()
            held = int(hashlib.md5(row["title"].encode()).hexdigest(), 16) % HELD_OUT == 0
            if i % EVERY == 0:
                title = row["prompt"].split("\n")[0].strip()
                written += write(out / ("held-out" if held else "train"), f"story-{i:05}", title, body)
    return written


def treebank(path, out):
    """The documents of a UD treebank, by its marks of documents and paragraphs."""
    written, name, body = 0, None, []

    def flush():
        return write(out / "train", re.sub(r"\W", "_", name), None, [" ".join(p) for p in body if p]) if name else 0

    for line in open(path, encoding="utf-8"):
        if line.startswith("# newdoc id"):
            written += flush()
            name, body = line.split("=", 1)[1].strip(), []
        elif line.startswith("# newpar") and not line.startswith("# newpar_block"):
            body.append([])
        elif line.startswith("# text ="):
            if not body:
                body.append([])
            body[-1].append(line[len("# text ="):].strip())
    return written + flush()


def web(folder, out):
    """Article bodies of web pages, with the title that the page gives itself."""
    written = 0
    for key, page in json.loads((folder / "ground-truth.json").read_text(encoding="utf-8")).items():
        with gzip.open(folder / f"{key}.html.gz", "rt", encoding="utf-8", errors="replace") as file:
            source = file.read()
        found = re.search(r'property="og:title" content="([^"]+)"|content="([^"]+)" property="og:title"', source)
        title = re.split(r" [|–-] ", html.unescape(found[1] or found[2]))[0].strip() if found else None
        written += write(out / "web", key[:10], title, paragraphs(page.get("articleBody") or ""))
    return written


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    print(stories(data / "relations" / "ngec-synthetic-stories.csv", out), "stories")
    for name in ("gum", "ewt"):
        print(treebank(data / "ud" / f"{name}-train.conllu", out), f"documents of {name}")
    if (data / "pages" / "zyte" / "ground-truth.json").exists():
        print(web(data / "pages" / "zyte", out), "web pages")


if __name__ == "__main__":
    main()
