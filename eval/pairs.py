#!/usr/bin/env python3
"""Scores Chancery on eval/pairs/pairs.tsv: 1,070 invented sentences with one event each, by type, in as many wordings as the
press has for it; written without looking at the program. `<s>` marks who does it, `<t>` to whom; the root YIELD stands for
CONCEDE and RETREAT.

usage: pairs.py --chancery BINARY [--missed]

Measures, in parts of 1:
  named   `relate`, told the two parties, gives the root
  careful `relate --careful` does
  type    `code` finds an event of the root in the sentence
  found   `code` finds it between these two parties
"""
import argparse, collections, json, os, re, subprocess

import roles

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, "pairs", "pairs.tsv")
ROOTS = {"RETREAT": "YIELD", "CONCEDE": "YIELD"}
# What is done together may be told with either party first.
TOGETHER = {"COOPERATE", "CONSULT", "AGREE", "SUPPORT"}

Pair = collections.namedtuple("Pair", "root marked text source target")


def pairs():
    with open(TABLE, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f][1:]
    return [read(root, marked) for root, marked in rows]


def read(root, marked):
    text, open_at, spans = "", {}, {}
    for part in re.split(r"(</?[st]>)", marked):
        if part in ("<s>", "<t>"):
            open_at[part[1]] = len(text)
        elif part in ("</s>", "</t>"):
            spans[part[2]] = (open_at[part[2]], len(text))
        else:
            text += part
    return Pair(root, marked, text, spans["s"], spans["t"])


def related(chancery, *flags):
    done = subprocess.run([chancery, "relate", *flags, TABLE], capture_output=True, text=True, check=True)
    return [json.loads(line)["root"] for line in done.stdout.splitlines()]


def names(parties, text, span):
    words = text[span[0] : span[1]]
    return any(p["text"] and (p["text"] in words or words in p["text"]) for p in parties)


def is_between(event, pair):
    actors, recipients = event["actors"], event["recipients"]
    if pair.root in TOGETHER:
        actors = recipients = actors + recipients
    return names(actors, pair.text, pair.source) and names(recipients, pair.text, pair.target)


def score(chancery, missed=False):
    """Counts by root, and over all under "all"."""
    all_pairs = pairs()
    roots, careful = related(chancery), related(chancery, "--careful")
    events = roles.events_of(chancery, [pair.text for pair in all_pairs])
    counts = collections.defaultdict(collections.Counter)
    for i, pair in enumerate(all_pairs):
        typed = [e for e in events[i] if ROOTS.get(e["type"], e["type"]) == pair.root]
        found = any(is_between(e, pair) for e in typed)
        for key in (pair.root, "all"):
            counts[key].update(n=1, named=roots[i] == pair.root, careful=careful[i] == pair.root, type=bool(typed), found=found)
        if missed and not found:
            print(f"{pair.root:10} {'wrong parties' if typed else 'not found':14} {pair.marked}")
    return counts


def shares(counts):
    return {key: round(counts[key] / max(1, counts["n"]), 4) for key in ("named", "careful", "type", "found")}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", required=True)
    ap.add_argument("--missed", action="store_true", help="also print the sentences whose event was not found")
    o = ap.parse_args()
    for root, counts in sorted(score(os.path.abspath(o.chancery), o.missed).items()):
        print(f"{root:10} {counts['n']:5}  " + "  ".join(f"{k} {v:.3f}" for k, v in shares(counts).items()))


if __name__ == "__main__":
    main()
