#!/usr/bin/env python3
"""Scores Chancery on eval/roles (single sentences) or eval/passages (two to four sentences): who does what to whom, written
without looking at the program. Of the passages, rules were made while looking at "a" and "c"; "b" only reports.

usage: roles.py --chancery BINARY [--set roles|passages] [--family NAME ...] [--errors]

An expected event reads "TYPE|OTHER status: AAA+BBB > CCC", with " ?" behind it where a strict judge may leave it out. It is
found where an event of one of its types shares a country with each of its sides that names one; meetings and what else is
done together may be turned round, and what the program codes as symmetric where both directions are expected. Measures,
over the events without "?":
  pair       some event, of whatever type, lies between these parties
  event      the type is right too
  status     of the events found, the status is right ("ongoing" counts as "occurred")
  precision  of all events of the program, those that an expected one (with or without "?") accounts for
  top        of the sentences with an event of the program, those whose most confident one is right
"""
import argparse, collections, glob, json, os, re, subprocess, sys, tempfile, tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
LINE = re.compile(r"^([A-Z|]+) ([a-z-]+): ?(.*?) ?> ?(.*?)( \?)?$")
# The benchmark names some organisations more closely than a code does.
UNDER = {"NAT": "IGO", "EUR": "IGO", "UNO": "IGO"}
TOGETHER = {"CONSULT", "COOPERATE", "AGREE"}

Expected = collections.namedtuple("Expected", "types status actors recipients optional answered")
Coded = collections.namedtuple("Coded", "type status actors recipients confidence text why symmetric")


def sentences(folder, families):
    for path in sorted(glob.glob(os.path.join(HERE, folder, "*.toml"))):
        family = os.path.basename(path)[:-5]
        if not families or family in families:
            with open(path, "rb") as f:
                for s in tomllib.load(f)["sentence"]:
                    yield family, s["text"], with_answers([expected(line) for line in s["events"]])


def expected(line):
    types, status, actors, recipients, optional = LINE.match(line.strip()).groups()
    side = lambda s: frozenset(c for c in s.strip().split("+") if c)
    return Expected(types.split("|"), status, side(actors), side(recipients), bool(optional), False)


def with_answers(wanted):
    """Marks what is expected in both directions."""
    turned = [(w.types, w.recipients, w.actors) for w in wanted if w.actors != w.recipients]
    return [w._replace(answered=(w.types, w.actors, w.recipients) in turned) for w in wanted]


def events_of(chancery, texts):
    """The events that the program codes in each text, by the number of the text."""
    with tempfile.TemporaryDirectory() as folder:
        for i, text in enumerate(texts):
            with open(os.path.join(folder, f"{i:05}.txt"), "w", encoding="utf-8") as f:
                f.write(text + "\n")
        done = subprocess.run([chancery, "code", folder, "--date", "2026-03-04"], capture_output=True, text=True, check=True)
    found = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        article = json.loads(line)
        found[int(os.path.basename(article["file"])[:5])] += article["events"]
    return found


def coded(e):
    side = lambda name: frozenset(p["code"].split()[0] for p in e[name] if p["code"])
    return Coded(e["type"], e["status"], side("actors"), side("recipients"), e["confidence"], e["text"], e["why"], e["symmetric"])


def shares(side, coded_side):
    return not side or any(c in coded_side or UNDER.get(c) in coded_side for c in side)


def between(want, got):
    if shares(want.actors, got.actors) and shares(want.recipients, got.recipients):
        return True
    both, all_got = want.actors | want.recipients, got.actors | got.recipients
    turned = want.types[0] in TOGETHER or want.answered and got.symmetric
    return turned and len(both & all_got) >= min(2, len(both))


def is_right(want, got):
    return got.type in want.types and between(want, got)


def same_status(a, b):
    return a.replace("ongoing", "occurred") == b.replace("ongoing", "occurred")


class Counts:
    def __init__(self):
        self.core = self.pair = self.event = self.status = self.coded = self.right = self.answered = self.top = 0

    def add(self, wanted, got):
        for want in (w for w in wanted if not w.optional):
            hits = [g for g in got if is_right(want, g)]
            self.core += 1
            self.pair += any(between(want, g) for g in got)
            self.event += bool(hits)
            self.status += any(same_status(want.status, g.status) for g in hits)
        right = [any(is_right(w, g) for w in wanted) for g in got]
        self.coded, self.right = self.coded + len(got), self.right + sum(right)
        if got:
            self.answered += 1
            self.top += right[max(range(len(got)), key=lambda i: (got[i].confidence, -i))]

    def rows(self):
        share = lambda a, b: round(a / max(1, b), 4)
        return {
            "pair": share(self.pair, self.core),
            "event": share(self.event, self.core),
            "status": share(self.status, self.event),
            "precision": share(self.right, self.coded),
            "top": share(self.top, self.answered),
        }


def show(event):
    sides = "+".join(sorted(event.actors)), "+".join(sorted(event.recipients))
    return f"{event.status}: {sides[0]} > {sides[1]}"


def print_errors(family, text, wanted, got):
    missed = [w for w in wanted if not w.optional and not any(is_right(w, g) for g in got)]
    wrong = [g for g in got if not any(is_right(w, g) for w in wanted)]
    if missed or wrong:
        print(f"[{family}] {text}")
    for w in missed:
        print("    missed", "|".join(w.types), show(w))
    for g in wrong:
        print("    wrong ", g.type, show(g), f"“{g.text}” {g.why}")


def score(chancery, families=(), errors=False, folder="roles"):
    """Counts by family, and over all under "all"."""
    asked = list(sentences(folder, families))
    found = events_of(chancery, [text for _, text, _ in asked])
    counts = collections.defaultdict(Counts)
    for i, (family, text, wanted) in enumerate(asked):
        got = [coded(e) for e in found[i]]
        counts[family].add(wanted, got)
        counts["all"].add(wanted, got)
        if errors:
            print_errors(family, text, wanted, got)
    return counts


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", required=True)
    ap.add_argument("--set", choices=["roles", "passages"], default="roles")
    ap.add_argument("--family", nargs="*", default=())
    ap.add_argument("--errors", action="store_true", help="also print what was missed and what was wrong")
    o = ap.parse_args()
    for name, counts in score(os.path.abspath(o.chancery), o.family, o.errors, o.set).items():
        row = "  ".join(f"{k} {v:.3f}" for k, v in counts.rows().items())
        print(f"{name:14} expected {counts.core:4}  {row}  coded {counts.coded}")


if __name__ == "__main__":
    main()
