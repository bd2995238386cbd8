#!/usr/bin/env python3
"""Scores PETRARCH's unit records: with its small dictionaries imported, do the actors come out as it expects?

usage: petrarch.py --chancery BINARY --records FILE.xml --dictionaries ACTORS AGENTS [--errors N]

The records are sentences of an invented world, each with the events that PETRARCH codes. A sentence counts where every
source and target code is the code of one of its mentions; the second figure is of those whose events bear both.
PETRARCH's codes are mapped to PLOVER as the import maps them (GON GOV for GONGOV; nothing for the null codes ---).
"""
import argparse, collections, csv, json, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def records(path):
    text = re.sub(r"<!--.*?-->", "", open(path, encoding="utf-8", errors="replace").read(), flags=re.S)
    for head, body in re.findall(r"<Sentence ([^>]*)>(.*?)</Sentence>", text, flags=re.S):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', head))
        events = [dict(re.findall(r'(\w+)\s*=\s*"([^"]*)"', e)) for e in re.findall(r"<EventCoding([^>]*)>", body)]
        words = re.search(r"<Text>(.*?)</Text>", body, flags=re.S)
        if words and fields.get("date"):
            d = fields["date"]
            yield fields["id"], f"{d[:4]}-{d[4:6]}-{d[6:8]}", " ".join(words.group(1).split()), events


def vocabulary():
    first, rest = {}, {}
    for line in open(os.path.join(HERE, "..", "data", "actors", "import.tsv"), encoding="utf-8"):
        cells = line.rstrip("\n").split("\t")
        if cells[0] == "cameo-first":
            first[cells[1]] = cells[3]
        elif cells[0] == "cameo":
            rest[cells[1]] = cells[3].split()
    return first, rest


def plover(code, first, rest):
    """The set of parts of a code: order tells nothing here."""
    code = code.split("/")[0]
    if not code or not code.isalnum():
        return None
    parts = [code[i : i + 3] for i in range(0, len(code), 3)]
    found = [] if parts[0] in rest else [first.get(parts[0], parts[0])]
    parts = parts[len(found) :]
    for part in parts:
        found += rest.get(part, [part])
    return frozenset(p for p in found if p != "-")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", required=True)
    ap.add_argument("--records", required=True)
    ap.add_argument("--dictionaries", required=True, nargs="+")
    ap.add_argument("--errors", type=int, default=0)
    o = ap.parse_args()
    first, rest = vocabulary()
    code = lambda c: frozenset(p for p in (c or "").split() if p != "-")
    with tempfile.TemporaryDirectory() as folder:
        own = os.path.join(folder, "own.tsv")
        done = subprocess.run([o.chancery, "actors", "import", *o.dictionaries, "--format", "petrarch", "--into", own], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        days = collections.defaultdict(list)
        for id_, day, text, events in records(o.records):
            days[day].append((id_, text, events))
        total = right = coded = 0
        wrong = []
        for day, rows in sorted(days.items()):
            texts = os.path.join(folder, day)
            os.mkdir(texts)
            for i, (id_, text, _) in enumerate(rows):
                open(os.path.join(texts, f"{i:04}.txt"), "w", encoding="utf-8").write(f"Record\n\n{text}\n")
            done = subprocess.run([o.chancery, "--actors", own, "code", texts, "--date", day], capture_output=True, text=True)
            articles = collections.defaultdict(list)
            for line in done.stdout.splitlines():
                article = json.loads(line)
                articles[os.path.basename(article["file"])].append(article)
            for i, (id_, text, events) in enumerate(rows):
                found = articles.get(f"{i:04}.txt", [])
                mentions = {code(m["code"]) or code(" ".join(m.get("sectors", []))) for a in found for m in a["mentions"]}
                sides = [({code(p["code"]) for p in e["actors"]}, {code(p["code"]) for p in e["recipients"]}) for a in found for e in a["events"]]
                pairs = [(plover(e.get("sourcecode", ""), first, rest), plover(e.get("targetcode", ""), first, rest)) for e in events if "sourcecode" in e]
                expected = {c for pair in pairs for c in pair if c}
                total += 1
                all_in = expected <= mentions
                right += all_in
                coded += all(any((not a or a in s) and (not b or b in t) for s, t in sides) or any((not a or a in t) and (not b or b in s) for s, t in sides) for a, b in pairs)
                if not all_in:
                    wrong.append((id_, sorted(" ".join(sorted(c)) for c in expected - mentions), sorted(" ".join(sorted(c)) for c in mentions), text))
        print(f"sentences {total}  actors {right / max(1, total):.3f} ({right})  events with these parties {coded / max(1, total):.3f} ({coded})")
        for row in wrong[: o.errors]:
            print(*row, sep="\n    ")


if __name__ == "__main__":
    main()
