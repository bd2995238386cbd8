#!/usr/bin/env python3
"""Makes articles about invented happenings with the gold of eval/stories, from the words in eval/stories/made.toml.

usage: stories_made.py --out FOLDER [--articles N] [--seed S]      files as in eval/stories/written, to be scored and learnt from
       stories_made.py --reports N [--seed S] > FILE.jsonl         coded articles with N reports, as `chancery code` prints
                                                                  them, with the gold in `event` and `story`; for measuring speed

The same seed gives the same bytes. States are drawn as words are, a few very often (Zipf), so that some pairs have many
events on neighbouring days.
"""
import argparse, datetime, itertools, json, os, random, string, sys, tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
START = datetime.date(2024, 1, 1)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class World:
    def __init__(self, seed, days):
        with open(os.path.join(HERE, "stories", "made.toml"), "rb") as f:
            self.words = tomllib.load(f)
        self.random, self.days = random.Random(seed), days
        self.weights = [1 / (rank + 1) for rank in range(len(self.words["states"]))]

    def pair(self):
        first = self.random.choices(self.words["states"], self.weights)[0]
        second = first
        while second is first:
            second = self.random.choices(self.words["states"], self.weights)[0]
        return first, second

    def story(self):
        """Two states and what happens between them within two weeks, a day or more apart where it is of one kind."""
        a, b = self.pair()
        day, topic, events = self.random.randrange(self.days), self.random.choice(self.words["topics"]), []
        for number in range(self.random.randint(2, 5)):
            day += self.random.choice((0, 1, 1, 2, 3, 5)) + (number > 0 and events[-1]["day"] == day)
            kind = self.random.choice(self.words["kind"])
            sides = (a, b) if self.random.random() < 0.6 else (b, a)
            events.append({
                "name": f"e{number + 1}", "kind": kind, "sides": sides, "day": day, "topic": topic,
                "place": self.random.choice(self.words["places"]), "n": self.random.randint(3, 60),
                "role": self.random.choice(self.words["roles"]),
            })
        return events

    def telling(self, event, written):
        """A clause, and the event's status on the day of writing; the number of dead differs between tellings."""
        ahead = event["day"] > written
        kind = event["kind"]
        pattern = self.random.choice(kind["planned"] if ahead else kind["told"])
        n = event["n"] + (self.random.choice((0, 0, 1, 3)) if kind["type"] == "ASSAULT" else 0)
        return self.fill(pattern, event, written, n), "planned" if ahead else "occurred"

    def fill(self, pattern, event, written, n):
        a, b = event["sides"]
        day = WEEKDAYS[(START + datetime.timedelta(event["day"])).weekday()]
        if written - event["day"] > 6:
            day = "a day that month"
        return string.Template(pattern).substitute(
            a=a[0], aa=a[1], ac=a[2], ar=event["role"], b=b[0], bb=b[1], bc=b[2], br=event["role"], day=day,
            topic=event["topic"], place=event["place"], n=n,
        )

    def fillers(self, count, event, written):
        """Sentences that tell no event."""
        return [self.fill(pattern, event, written, event["n"]) for pattern in self.random.sample(self.words["fillers"], count)]

    def articles(self):
        """The articles of one story: day of writing, outlet, and the events with their tellings."""
        events = self.story()
        for event in events:
            ahead = "planned" in event["kind"] and self.random.random() < 0.3
            for outlet in self.random.sample(self.words["outlets"], self.random.randint(1, 4)):
                written = event["day"] - self.random.randint(1, 3) if ahead else event["day"] + self.random.choice((0, 0, 1))
                ahead = False
                known = [e for e in events if e is event or e["day"] <= written and self.random.random() < 0.4]
                yield max(0, written), outlet, [(e, *self.telling(e, max(0, written))) for e in known]


def date_of(day):
    return START + datetime.timedelta(day)


def toml_text(text):
    return json.dumps(text, ensure_ascii=False)


def write_story(world, number, folder):
    """One file; gives how many articles it has."""
    rows, events, keys = [], {}, itertools.count(1)
    for written, outlet, told in world.articles():
        key = f"a{next(keys)}"
        paragraphs = []
        for event, clause, _ in told:
            events[event["name"]] = f"{event['kind']['mode']} on {date_of(event['day'])}"
            sentences = ["{%s: %s}." % (event["name"], clause)] + world.fillers(world.random.randint(1, 3), event, written)
            paragraphs.append(" ".join(sentences))
        paragraphs.append(" ".join(world.fillers(3, told[0][0], written)))
        title = told[0][1]
        rows.append(article(key, outlet, written, title, text="\n\n".join(paragraphs)))
        if world.random.random() < 0.2:
            rows.append(copy(world, f"a{next(keys)}", key, outlet, written, title, len(paragraphs)))
    head = "# Made by eval/stories_made.py. CC0-1.0.\n" + f'part = "dev"\nstory = "story {number}"\n\n[events]\n'
    with open(os.path.join(folder, f"made-{number:06}.toml"), "w", encoding="utf-8") as f:
        f.write(head + "".join(f"{name} = {toml_text(what)}\n" for name, what in sorted(events.items())) + "".join(rows))
    return len(rows)


def article(key, outlet, written, title, **rest):
    fields = {"id": key, "outlet": outlet, "date": None, "title": title, **rest}
    value = lambda name, x: date_of(written).isoformat() if name == "date" else json.dumps(x, ensure_ascii=False)
    return "\n[[article]]\n" + "".join(f"{name} = {value(name, x)}\n" for name, x in fields.items())


def copy(world, key, of, outlet, written, title, paragraphs):
    other = world.random.choice([o for o in world.words["outlets"] if o != outlet])
    relation = world.random.choice(("same", "copy", "reprint", "version"))
    if relation == "same":
        return article(key, other, written + 1, title, of=of, relation=relation, spelling=world.random.choice(("american", "british")))
    if relation == "copy":
        return article(key, other, written, title, of=of, relation=relation, paragraphs=list(range(1, max(2, paragraphs))))
    if relation == "reprint":
        before = f"{world.random.choice(world.words['introductions'])} We reprint the report of the {outlet}."
        return article(key, other, written + 1, title, of=of, relation=relation, before=before)
    return article(key, outlet, written + 1, title, of=of, relation=relation, after="Correction: an earlier version gave a wrong number.")


def print_reports(world, count):
    """Coded articles until there are so many reports."""
    reports, number = 0, 0
    while reports < count:
        number += 1
        for at, (written, outlet, told) in enumerate(world.articles()):
            name = f"made/{number:07}-{at}.txt"
            events, end = [], 0
            for event, clause, status in told:
                kind, (a, b) = event["kind"], event["sides"]
                party = lambda s: {"text": s[0], "name": s[0], "code": s[3] if event["n"] % 2 else s[3] + " GOV"}
                events.append({
                    "start": end, "end": end + len(clause), "text": clause, "type": kind["type"], "mode": kind["mode"], "cameo": None,
                    "contexts": [], "actors": [] if kind.get("unknown_actor") else [party(a)], "recipients": [party(b)], "status": status,
                    "date": date_of(event["day"]).isoformat(), "place": event["place"] if event["place"] in clause else None,
                    "claimant": None, "event": f"{number}/{event['name']}", "confidence": 0.9, "why": "made",
                })
                end += len(clause) + 1
            reports += len(events)
            print(json.dumps({
                "file": name, "id": name + "#1", "start": 0, "end": end, "kind": "article", "title": told[0][1], "outlet": outlet,
                "authors": [], "date": date_of(written).isoformat(), "language": "en", "reprinted_from": [], "mentions": [],
                "events": events, "quotes": [], "notes": [], "story": str(number),
            }, ensure_ascii=False))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", help="folder for files with gold")
    ap.add_argument("--articles", type=int, default=1000)
    ap.add_argument("--reports", type=int, help="print coded articles with so many reports instead")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--days", type=int, default=365, help="length of the period")
    o = ap.parse_args()
    world = World(o.seed, o.days)
    if o.reports:
        return print_reports(world, o.reports)
    if not o.out:
        sys.exit("say --out FOLDER or --reports N")
    os.makedirs(o.out, exist_ok=True)
    made, number = 0, 0
    while made < o.articles:
        number += 1
        made += write_story(world, number, o.out)
    print(f"{made} articles in {number} stories")


if __name__ == "__main__":
    main()
