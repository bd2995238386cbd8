#!/usr/bin/env python3
"""Draws office holders over states and years from another source than the directory's rows and asks who they are.

usage: offices.py --chancery BINARY --facts DIR [--count 40] [--seed 1]

DIR holds reign-leaders-1921-2021.csv (leaders of all states by month), world-leaders-wikidata-2022.csv and
foreign-ministers-wikidata-2023.csv. A holder is only drawn where no row of data/actors/people.tsv for that person names
the list as its source. Asked is for the phrase ("Brazilian leader Lula" for a leader of whom that list gives little more than the
family name, the full name else) on a day in the middle of the term; right is a person of the directory with that name, the state's code, GOV.
"""
import argparse, csv, json, os, random, re, subprocess, sys, tempfile, unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
ACTORS = os.path.join(HERE, "..", "data", "actors")


def table(name):
    header = None
    for line in open(os.path.join(ACTORS, name), encoding="utf-8"):
        line = line.rstrip("\n")
        if line and not line.startswith("#"):
            if header is None:
                header = line.split("\t")
            else:
                yield dict(zip(header, line.split("\t") + [""] * len(header)))


def fold(name):
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def holders(facts):
    """List, name or family name, state, day in office, title."""
    states = [r for r in table("states.tsv") if r["kind"] == "state"]
    by_cow = {r["cow"]: r["code"] for r in states if r["cow"]}
    by_id = {r["wikidata"]: r["code"] for r in states}
    for r in csv.DictReader(open(os.path.join(facts, "reign-leaders-1921-2021.csv"), encoding="utf-8", errors="replace")):
        if r["stateabb"] in by_cow and r["syear"].isdigit() and int(r["syear"]) >= 1995 and r["eyear"].isdigit() and r["emonth"].isdigit():
            months = (int(r["syear"]) * 12 + int(r["smonth"]) + int(r["eyear"]) * 12 + int(r["emonth"])) // 2
            length = int(r["eyear"]) * 12 + int(r["emonth"]) - int(r["syear"]) * 12 - int(r["smonth"])
            name = re.sub(r"\(.*?\)", "", r["leader"]).strip()
            if length >= 6 and " and " not in name:
                yield "REIGN", name, by_cow[r["stateabb"]], f"{(months - 1) // 12}-{(months - 1) % 12 + 1:02}", "leader"
    for r in csv.DictReader(open(os.path.join(facts, "world-leaders-wikidata-2022.csv"), encoding="utf-8")):
        if r["countryid"] in by_id and r["start_year"].isdigit():
            end = int(r["end_year"]) if r["end_year"].isdigit() else 2022
            if end - int(r["start_year"]) >= 2:
                yield "Wikidata", r["officeholderLabel"], by_id[r["countryid"]], str((int(r["start_year"]) + end) // 2), r["positionLabel"]
    for r in csv.DictReader(open(os.path.join(facts, "foreign-ministers-wikidata-2023.csv"), encoding="utf-8")):
        if r["country"] in by_id and r["name"] and r["start"] and "2000" <= r["start"] < "2022-06":
            yield "Wikidata", r["name"], by_id[r["country"]], "2022-09" if r["start"] > "2019" else str(int(r["start"][:4]) + 1), "foreign minister"


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", required=True)
    ap.add_argument("--facts", required=True)
    ap.add_argument("--count", type=int, default=40)
    ap.add_argument("--seed", type=int, default=1)
    o = ap.parse_args()
    sources = {}
    for r in table("people.tsv"):
        for name in [r["name"], *r["aliases"].split("; ")]:
            sources.setdefault((r["code"].split(" ")[0], fold(name)), set()).add(r["source"])
    people = {}
    for code, name in sources:
        people.setdefault(code, set()).add(name)
    def other_source(row):
        kind, name, code, *_ = row
        own = [s for (c, n), found in sources.items() if c == code and (fold(name) == n or fold(name) in n.split(" ")) for s in found]
        return not any(kind in s for s in own)

    rows = [r for r in holders(o.facts) if r[1] and not re.match(r"Q\d", r[1]) and other_source(r)]
    realms = {(name, code) for _, name, code, *_ in rows}
    several = {name for name, _ in realms if sum(name == other for other, _ in realms) > 1}
    rows = [r for r in rows if r[1] not in several]  # a monarch of fifteen realms is coded by the first
    drawn = random.Random(o.seed).sample(sorted(set(rows)), o.count)
    # as the list writes it ("Garcia Perez"), without initials
    family = lambda name: " ".join(w for w in name.replace(".", ". ").split() if not re.fullmatch(r"[A-Z]\.?", w)) or name
    adjective = {r["code"]: r["adjectives"].split("; ")[0] for r in table("states.tsv") if r["kind"] == "state"}
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as f:
        for kind, name, code, day, title in drawn:
            phrase = f"{adjective[code]} leader {family(name)}" if title == "leader" else name
            f.write(json.dumps({"phrase": phrase, "context": "", "date": day}) + "\n")
        f.flush()
        out = subprocess.run([o.chancery, "actors", "resolve", f.name], capture_output=True, text=True, check=True).stdout
    right = 0
    for (kind, name, code, day, title), line in zip(drawn, out.splitlines()):
        a = json.loads(line)
        # a title alone would give the code: the answer must be a person of the directory with that family name
        words = set(fold(name).replace("-", " ").replace(".", " ").split())
        named = words & set(fold(a["name"] or "").replace("-", " ").split())
        ok = a["country"] == code and "GOV" in a["sectors"] and bool(named) and fold(a["name"]) in people.get(code, ())
        right += ok
        print(f"{'right' if ok else 'WRONG':6}{kind:9} {day:8} {code} {name} ({title}) -> {a['name']} {a['country']} {' '.join(a['sectors'])}")
    print(f"{right} of {len(drawn)} right")


if __name__ == "__main__":
    main()
