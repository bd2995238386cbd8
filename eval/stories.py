#!/usr/bin/env python3
"""Scores copies, joined events and stories on the articles of eval/stories.

usage: stories.py --chancery BINARY [--part dev|test] [--from FOLDER] [--errors N] [--pages DIR]

The articles are written as plain text pages to a folder (with --pages, to be looked at), which `chancery copies`, `chancery
code` and `chancery stories` read. A telling counts as found where a report's evidence overlaps it; one report stands for at
most one telling, its type is not looked at. Joining is scored over the tellings that were found: pairs of one event, and
B-cubed (Bagga and Baldwin 1998). Copies are scored as pairs of articles that are one text. Layout: eval/stories/README.md.
"""
import argparse, collections, datetime, itertools, json, os, re, subprocess, sys, tempfile, tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
WRITTEN = os.path.join(HERE, "stories", "written")
MARK = re.compile(r"\{([a-z0-9-]+): ([^{}]*)\}")
PARTS = ("dev", "test")


class Article:
    """One page: its text as it is read, its tellings as (event, start, end), and what it is a copy of."""

    def __init__(self, story, row, marked):
        self.story, self.part = story["name"], story["part"]
        self.key, self.file = f"{story['name']}/{row['id']}", f"{story['name']}--{row['id']}.txt"
        self.of = f"{story['name']}/{row['of']}" if "of" in row else None
        self.relation = row.get("relation")
        date = row["date"]
        self.outlet, self.date = row["outlet"], date.isoformat()
        head = f"{row['title']}\n\n{row['outlet']}\n{date.day} {date:%B} {date.year}\n\n"
        body, self.tellings, end = "", [], 0
        for mark in MARK.finditer(marked):
            body += marked[end:mark.start()]
            start = len(head) + len(body)
            body += mark[2]
            self.tellings.append((f"{self.story}/{mark[1]}", start, len(head) + len(body)))
            end = mark.end()
        self.text = head + body + marked[end:] + "\n"


def read(folder=WRITTEN):
    """All articles of a folder of stories."""
    spellings = None
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".toml"):
            continue
        path = os.path.join(folder, name)
        with open(path, "rb") as f:
            story = tomllib.load(f)
        story["name"] = name[:-5]
        marked = {}
        for row in story["article"]:
            if "spelling" in row and spellings is None:
                with open(os.path.join(HERE, "stories", "spellings.toml"), "rb") as f:
                    spellings = tomllib.load(f)
            text = marked[row["id"]] = text_of(row, marked, spellings, path)
            unknown = {m[1] for m in MARK.finditer(text)} - set(story["events"])
            if unknown or "{" in MARK.sub("", text):
                sys.exit(f"{path}: {row['id']}: unknown event or stray brace: {unknown}")
            yield Article(story, row, text)


def text_of(row, marked, spellings, path):
    """The text with its marks; of a copy, made from the original's."""
    if "text" in row:
        return row["text"].strip()
    paragraphs = marked[row["of"]].split("\n\n")
    text = "\n\n".join(paragraphs[n - 1] for n in row.get("paragraphs", range(1, len(paragraphs) + 1)))
    for old, new in row.get("changes", []):
        if old not in text:
            sys.exit(f"{path}: {row['id']}: nothing to change: {old!r}")
        text = text.replace(old, new)
    if "spelling" in row:
        text = respell(text, row["spelling"], spellings)
    return "\n\n".join(part.strip() for part in (row.get("before", ""), text, row.get("after", "")) if part.strip())


def respell(text, to, spellings):
    """British or American words and marks; what stands in braces before a colon is no word."""
    words = {b: a for b, a in spellings["words"].items()} if to == "american" else {a: b for b, a in spellings["words"].items()}
    marks = spellings["marks"][to]

    def word(match):
        new = words.get(match[0].lower())
        return match[0] if new is None else new.capitalize() if match[0][0].isupper() else new

    text = re.sub(r"\b[A-Za-z]+\b(?![a-z0-9-]*: )", word, text)
    opening = itertools.cycle((marks["open"], marks["close"]))
    return re.sub('"', lambda _: next(opening), text).replace(" – ", marks["dash"])


def write(articles, folder):
    for a in articles:
        with open(os.path.join(folder, a.file), "w", encoding="utf-8") as f:
            f.write(a.text)


def lines(chancery, *args):
    """The JSON lines that a command prints; None where it is not there."""
    done = subprocess.run([chancery, *args, "--format", "jsonl"], capture_output=True, text=True)
    if done.returncode == 2:
        return None
    if done.returncode != 0:
        sys.exit(f"chancery {' '.join(args)} ended with status {done.returncode}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def match(article, events):
    """Telling number to report: the greatest overlaps first, one report for one telling."""
    pairs = []
    for t, (_, start, end) in enumerate(article.tellings):
        for e, event in enumerate(events):
            both = min(end, event["end"]) - max(start, event["start"])
            if both > 0:
                pairs.append((both / (max(end, event["end"]) - min(start, event["start"])), -t, -e))
    taken, found = set(), {}
    for _, t, e in sorted(pairs, reverse=True):
        if -t not in found and -e not in taken:
            found[-t] = events[-e]
            taken.add(-e)
    return found


def prf(right, predicted, gold):
    p, r = right / predicted if predicted else 1.0, right / gold if gold else 1.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def pair_score(gold, predicted):
    """Pairs of items with one label; both arguments are lists of labels."""
    pairs = lambda labels: sum(n * (n - 1) // 2 for n in collections.Counter(labels).values())
    return prf(pairs(list(zip(gold, predicted))), pairs(predicted), pairs(gold))


def b_cubed(gold, predicted):
    """Mean over items of precision and recall of the item's cluster."""
    both, in_gold, in_predicted = (collections.Counter(x) for x in (zip(gold, predicted), gold, predicted))
    n = max(1, len(gold))
    p = sum(both[g, q] / in_predicted[q] for g, q in zip(gold, predicted)) / n
    r = sum(both[g, q] / in_gold[g] for g, q in zip(gold, predicted)) / n
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def coded_as(event):
    """An event's row in a few words."""
    sides = (",".join(p["code"] or p["text"] for p in event[side]) or "?" for side in ("actors", "recipients"))
    return " ".join((event["type"], " > ".join(sides), event["status"], event.get("date") or "undated"))


def roots(links, items):
    """The last item that the links lead to from each."""
    def root(item):
        while item in links:
            item = links[item]
        return item
    return [root(item) for item in items]


def rows(name, score):
    return {f"{name}_{key}": round(value, 4) for key, value in zip(("p", "r", "f1"), score)}


def key_of(article_id, by_file):
    """`dir/story--a1.txt#1` to the article's key."""
    article = by_file.get(os.path.basename(article_id).rsplit("#", 1)[0])
    return article.key if article else article_id


class Score:
    """What was found of one part, and the figures."""

    def __init__(self, chancery, articles, errors=0, pages=None):
        self.chancery, self.articles, self.errors = chancery, articles, errors
        self.by_file = {a.file: a for a in articles}
        self.rows = {}
        with tempfile.TemporaryDirectory() as scratch:
            folder = pages or scratch
            os.makedirs(folder, exist_ok=True)
            write(articles, folder)
            self.copies(folder)
            self.joining(folder)
            self.stories(folder)

    def say(self, kind, wrong):
        for line in wrong[: self.errors]:
            print(f"{kind}: {line}", file=sys.stderr)

    def copies(self, folder):
        found = lines(self.chancery, "copies", folder) or []
        predicted = {key_of(c["id"], self.by_file): key_of(c["of"], self.by_file) for c in found}
        relation = {key_of(c["id"], self.by_file): c for c in found}
        gold = {a.key: a.of for a in self.articles if a.of}
        keys = [a.key for a in self.articles]
        self.rows |= rows("copies", pair_score(roots(gold, keys), roots(predicted, keys)))
        linked = [a for a in self.articles if a.of and predicted.get(a.key) == a.of]
        right = sum(relation[a.key]["relation"] == a.relation for a in linked)
        self.rows |= {"copies_of": round(len(linked) / max(1, len(gold)), 4), "copies_relation": round(right / max(1, len(linked)), 4)}
        self.say("copy missed", [f"{k} of {v}" for k, v in gold.items() if k not in predicted])
        self.say("no copy", [f"{k} of {v}: {relation[k]['why']}" for k, v in predicted.items() if k not in gold])
        self.say("relation", [f"{a.key} is {a.relation}: {relation[a.key]}" for a in linked if relation[a.key]["relation"] != a.relation])

    def joining(self, folder):
        coded = collections.defaultdict(list)
        for article in lines(self.chancery, "code", folder):
            coded[os.path.basename(article["file"])].append(article)
        read_well = sum(
            len(coded[a.file]) == 1 and coded[a.file][0]["outlet"] == a.outlet and coded[a.file][0]["date"] == a.date for a in self.articles
        )
        found = []
        for a in self.articles:
            events = [e for article in coded[a.file] for e in article["events"]]
            for t, event in sorted(match(a, events).items()):
                found.append((a.tellings[t][0], event["event"], a, t, event))
        tellings = sum(len(a.tellings) for a in self.articles)
        gold, predicted = [g for g, *_ in found], [p for _, p, *_ in found]
        self.rows |= {"articles": len(self.articles), "read_well": round(read_well / len(self.articles), 4), "tellings": tellings}
        self.rows |= {"found": round(len(found) / max(1, tellings), 4)}
        self.rows |= rows("join", pair_score(gold, predicted)) | rows("join_b3", b_cubed(gold, predicted))
        words = lambda row: f"{row[2].key} “{row[2].text[row[2].tellings[row[3]][1]:row[2].tellings[row[3]][2]]}” ({coded_as(row[4])})"
        pairs = [(x, y) for x, y in itertools.combinations(found, 2)]
        self.say("wrongly joined", [f"{words(x)} | {words(y)}" for x, y in pairs if x[0] != y[0] and x[1] == y[1]])
        self.say("not joined", [f"{words(x)} | {words(y)}" for x, y in pairs if x[0] == y[0] and x[1] != y[1]])

    def stories(self, folder):
        """One line a story, with `story` and its `articles`."""
        with tempfile.TemporaryDirectory() as scratch:
            ledger = os.path.join(scratch, "stories.ledger")
            subprocess.run([self.chancery, "read", folder, "--ledger", ledger], check=True, capture_output=True)
            found = lines(self.chancery, "stories", "--ledger", ledger, "--limit", "1000000")
        story = {}
        for line in found or []:
            for article_id in line.get("articles") or [line.get("id")]:
                article_id = article_id.get("id") if isinstance(article_id, dict) else article_id
                if article_id and line.get("story"):
                    story[key_of(article_id, self.by_file)] = line["story"]
        if not story:
            print("no story ids: `chancery stories PATH --format jsonl` is not there or gives none", file=sys.stderr)
            return
        gold = [a.story for a in self.articles]
        predicted = [story.get(a.key, a.key) for a in self.articles]
        self.rows |= rows("stories_b3", b_cubed(gold, predicted))


def score(chancery, part=None, folder=WRITTEN, errors=0, pages=None):
    """The figures of the parts, each key with the part before it."""
    articles, out = list(read(folder)), {}
    for name in [part] if part else PARTS:
        chosen = [a for a in articles if a.part == name]
        if chosen:
            out |= {f"{name}_{k}": v for k, v in Score(chancery, chosen, errors, pages).rows.items()}
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", required=True)
    ap.add_argument("--part", choices=PARTS)
    ap.add_argument("--from", dest="folder", default=WRITTEN, help="a folder of stories")
    ap.add_argument("--errors", type=int, default=0, help="name so many errors of each kind")
    ap.add_argument("--pages", help="write the pages there")
    o = ap.parse_args()
    for key, value in score(os.path.abspath(o.chancery), o.part, o.folder, o.errors, o.pages).items():
        print(f"{key:24} {value}")


if __name__ == "__main__":
    main()
