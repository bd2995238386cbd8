#!/usr/bin/env python3
"""Makes archives of invented news pages, to measure how much can be read and to break readings off.

usage: made_archive.py OUT.warc.gz --pages N [--seed S] [--words N] [--script BYTES] [--plain]
       made_archive.py OUT.zip --pages N                                           the same pages as files in a ZIP archive

The pages tell the invented happenings of eval/stories (states drawn as words are, a few very often; several outlets tell
each), filled up with sentences about nothing to about as many words as news pages have, inside the furniture of a web page with
a script of so many bytes (default 300; of a news page it is most of the page). --plain: an OUT.warc that is not packed. The same
seed gives the same bytes.
"""
import argparse, gzip, html, os, sys, zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "eval"))
from stories_made import World, date_of  # noqa: E402

NOUNS = """harbour market school bridge village orchestra river library factory garden museum station farmer baker teacher
painter doctor sailor winter summer morning ceiling window kitchen bicycle engine timber copper barley cattle carpet lantern
newspaper telephone staircase courtyard festival concert ticket season railway tunnel valley forest""".split()
ADJECTIVES = """quiet narrow wooden early late famous empty crowded modest costly careful distant northern southern friendly
grey bright heavy simple curious patient former local regional annual""".split()
VERBS = "opened closed grew waited slept shone changed returned arrived stood sank rested".split()
TEMPLATES = [
    "The {a} {n} near the {m} {v} before the {a2} {m2} did.",
    "Nobody in the {n} could say why the {a} {m} {v} that year.",
    "A {n} of {k} rooms and a {a} {m} belong to the {a2} {m2}.",
    "In the {a} {n}, {k} people looked at a {m} and a {a2} {m2}.",
    "It had rained for {k} hours, and the {n} {v} like a {a} {m}.",
    "Some remember the {a} {n}; others think of the {m} and its {a2} {m2}.",
    "The {n} {v}, the {m} {v2}, and the {a} {m2} was {a2} again.",
    "About {k} visitors a day come for the {a} {n} and stay for the {m}.",
]


class Pages:
    def __init__(self, seed, words, script):
        self.world, self.words, self.story = World(seed, 365), words, 0
        self.random = self.world.random
        self.script = "".join(f"s[{i}]={self.random.randint(1, 10**6)};" for i in range(script // 14 + 1))

    def __iter__(self):
        while True:
            self.story += 1
            for at, (written, outlet, told) in enumerate(self.world.articles()):
                day = date_of(written)
                url = f"https://{outlet.lower().replace(' ', '-')}.example/{day:%Y/%m/%d}/{self.story}-{at}.html"
                yield url, day, self.page(url, outlet, day, written, told)

    def nothing(self):
        pick, number = self.random.choice, self.random.randint(3, 900)
        return pick(TEMPLATES).format(
            n=pick(NOUNS), m=pick(NOUNS), m2=pick(NOUNS), a=pick(ADJECTIVES), a2=pick(ADJECTIVES), v=pick(VERBS), v2=pick(VERBS),
            k=number)

    def page(self, url, outlet, day, written, told):
        paragraphs = []
        for event, clause, _ in told:
            sentences = [f"{clause}."] + self.world.fillers(2, event, written)
            paragraphs.append(" ".join(sentences))
        wanted = max(60, int(self.random.gauss(self.words, self.words / 3)))
        while sum(len(p.split()) for p in paragraphs) < wanted:
            paragraphs.append(" ".join(self.nothing() for _ in range(self.random.randint(2, 5))))
        body = "\n".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
        links = "\n".join(
            f'<li class="teaser"><a href="/archive/{self.random.randint(1, 10**6)}"><span>{self.nothing()}</span></a></li>' for _ in range(25))
        title = html.escape(told[0][1])
        return f"""<!DOCTYPE html><html lang="en"><head><title>{title} | {outlet}</title><meta charset="utf-8">
<link rel="canonical" href="{url}"><meta property="og:site_name" content="{outlet}">
<meta property="article:published_time" content="{day.isoformat()}T06:00:00Z">
<script>var id={self.random.randint(1, 10**9)},s={{}};{self.script}</script></head>
<body><nav><ul>{links}</ul></nav><main><article><h1>{title}</h1><time datetime="{day.isoformat()}">{day:%d %B %Y}</time>
{body}
</article></main><aside><ul>{links}</ul></aside><footer><p>All rights reserved by {outlet}.</p></footer></body></html>
"""


def record(number, url, day, page):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
        f"WARC-Date: {day.isoformat()}T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n")
    return head.encode() + block + b"\r\n\r\n"


def write(path, pages, seed=1, words=450, script=300, plain=False):
    """Writes an archive; gives how many bytes it unpacks to."""
    size, made = 0, zip(range(pages), Pages(seed, words, script))
    if path.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, (_, _, page) in made:
                archive.writestr(zipfile.ZipInfo(f"{number:07}.html"), page, zipfile.ZIP_DEFLATED)
                size += len(page)
        return size
    with open(path, "wb") as f:
        for number, (url, day, page) in made:
            one = record(number, url, day, page)
            f.write(one if plain else gzip.compress(one, 1, mtime=0))
            size += len(one)
    return size


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("out")
    ap.add_argument("--pages", type=int, default=1000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--words", type=int, default=450)
    ap.add_argument("--script", type=int, default=300)
    ap.add_argument("--plain", action="store_true")
    o = ap.parse_args()
    size = write(o.out, o.pages, o.seed, o.words, o.script, o.plain)
    print(f"{o.pages:,} pages, {size / 1e6:,.0f} MB, {os.path.getsize(o.out) / 1e6:,.0f} MB in the file")


if __name__ == "__main__":
    main()
