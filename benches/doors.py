#!/usr/bin/env python3
"""First byte of every page and route of `chancery serve`, with several readers while one writer reads pages in.

usage: doors.py --chancery BINARY [--ledger FILE] [--events N] [--readers 8] [--pause SECONDS] [--seconds 60] [--no-writer]

Without --ledger one of N events (default a million) is made by large_ledger.py in out/bench (two minutes, 3 GB) and kept for the
next time; the writer adds to it. Each reader is a process that asks for one address after another, all kinds in turn, and looks
at it for --pause seconds (default 0.5; 0 asks without rest, which measures how much the machine can serve). Actors, events,
articles and words are drawn anew for each question, so that no answer is known from before; the frequent ones are among
them. The first byte is that of the answer's head. Prints a table of medians, 95th percentiles and the slowest, in
milliseconds, and ends with status 1 where a 95th percentile is above 100 ms.
"""
import argparse, http.client, json, multiprocessing, os, random, socket, sqlite3, subprocess, sys, tempfile, threading, time
from urllib.parse import quote, urlencode

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PAGES = 400
WORDS = ["talks", "president", "sanctions", "war", "agreement partnership", "minister visit", "drones", "\"special military operation\"", "summit*", "embassy"]


class World:
    """What the ledger holds, for addresses that lead somewhere."""

    def __init__(self, path):
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        column = lambda sql: [r[0] for r in db.execute(sql)]
        most = {t: db.execute(f"SELECT max(row) FROM {t}").fetchone()[0] for t in ("events", "articles", "stories", "reports")}
        some = lambda t, c, n=400: column(f"SELECT {c} FROM {t} WHERE row IN ({','.join(str(random.randint(1, most[t])) for _ in range(n))})")
        self.events, self.articles, self.stories = some("events", "id"), some("articles", "key"), some("stories", "id")
        self.reports = some("reports", "key")
        self.codes = column("SELECT DISTINCT country FROM actors WHERE country IS NOT NULL")
        self.frequent = column("SELECT coalesce(name, code) FROM actors WHERE row < 300")
        self.rare = [f"Person {random.randint(0, 49999):05}" for _ in range(300)]
        self.outlets = column("SELECT DISTINCT outlet FROM articles WHERE outlet IS NOT NULL")
        self.places = column("SELECT DISTINCT place FROM events WHERE place IS NOT NULL")
        self.types = column("SELECT DISTINCT type FROM events")
        self.days = column("SELECT DISTINCT day FROM events WHERE length(day) = 10")
        db.close()

    def actor(self):
        return random.choice(random.choice([self.codes, self.frequent, self.rare]))

    def filter(self):
        """Some of the filters of a list of events."""
        day = random.choice(self.days)
        kinds = [
            {}, {"actor": self.actor()}, {"actor": self.actor(), "other": self.actor()}, {"type": random.choice(self.types)},
            {"outlet": random.choice(self.outlets)}, {"place": random.choice(self.places)}, {"text": random.choice(WORDS)},
            {"status": "planned", "from": day}, {"actor": self.actor(), "type": random.choice(self.types), "to": day},
        ]
        return random.choice(kinds)

    def said(self):
        kinds = [{}, {"speaker": self.actor()}, {"about": self.actor()}, {"speaker": self.actor(), "about": self.actor()},
                 {"stance": "deny"}, {"outlet": random.choice(self.outlets)}, {"text": random.choice(WORDS)}]
        return random.choice(kinds)


def addresses(w):
    """A maker of addresses for each kind."""
    one, pick = (lambda path: lambda: path), random.choice
    with_query = lambda path, query: path + ("?" + urlencode(query) if query else "")
    name = lambda: quote(w.actor(), safe="")
    word = lambda: {"q": pick(WORDS)}
    pages = {
        "/": lambda: with_query("/", w.filter()), "/today": one("/today"), "/stories": one("/stories"),
        "/story": lambda: "/story/" + pick(w.stories), "/event": lambda: "/event/" + pick(w.events),
        "/article": lambda: "/article/" + pick(w.articles), "/actors": one("/actors"), "/actor": lambda: "/actor/" + name(),
        "/pair": lambda: with_query("/pair", {"actor": w.actor(), "other": w.actor()}),
        "/network": lambda: with_query("/network", w.filter() | ({"by": "country"} if random.random() < 0.5 else {})),
        "/map": lambda: with_query("/map", w.filter()), "/quotes": lambda: with_query("/quotes", w.said()),
        "/outlets": one("/outlets"), "/search": lambda: with_query("/search", word()), "/corrections": one("/corrections"),
        "/correct": lambda: "/correct?report=" + pick(w.reports), "/data": one("/data"), "/import": one("/import"),
        "/changes": one("/changes"), "/feed": lambda: with_query("/feed", w.filter()),
    }
    api = {
        "overview": one("overview"), "events": lambda: with_query("events", w.filter()), "event": lambda: "event/" + pick(w.events),
        "article": lambda: "article/" + pick(w.articles), "actors": one("actors"), "actor": lambda: "actor/" + name(),
        "wording": lambda: "wording/" + (name() if random.random() < 0.5 else pick(w.events)), "outlets": one("outlets"),
        "quotes": lambda: with_query("quotes", w.said()), "search": lambda: with_query("search", word()),
        "stories": one("stories"), "story": lambda: "story/" + pick(w.stories), "changes": one("changes"),
    }
    return pages | {f"/api/v1/{kind}": (lambda make: lambda: "/api/v1/" + make())(make) for kind, make in api.items()}


def read_pages(port, path, seed, until, pause, results):
    random.seed(seed)
    makers = addresses(World(path))
    kinds = list(makers)
    found, connection = [], http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while time.time() < until:
        random.shuffle(kinds)
        for kind in kinds:
            if time.time() >= until:
                break
            address = makers[kind]()
            started = time.perf_counter()
            try:
                connection.request("GET", address)
                answer = connection.getresponse()
                took = time.perf_counter() - started
                size = len(answer.read())
                found.append((kind, took * 1000, answer.status, size, address))
            except (OSError, http.client.HTTPException) as wrong:
                found.append((kind, float("inf"), 0, 0, f"{address} {wrong!r}"))
                connection.close()
            if pause:
                time.sleep(random.uniform(0.5, 1.5) * pause)
    results.put(found)


def make_archives(folder, number):
    """Archives of new pages: every run has others."""
    seed = int(time.time())
    maker = os.path.join(ROOT, "benches", "made_archive.py")
    archives = [os.path.join(folder, f"{seed + i}.warc.gz") for i in range(number)]
    for i, archive in enumerate(archives):
        subprocess.run([sys.executable, maker, archive, "--pages", str(PAGES), "--seed", str(seed + i)], check=True, capture_output=True)
    return archives


def write_pages(chancery, ledger, archives, until, done):
    """Reads archives into the ledger, one after another."""
    for archive in archives:
        if time.time() >= until:
            break
        started = time.time()
        writer = subprocess.Popen([chancery, "read", archive, "--ledger", ledger], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while writer.poll() is None and time.time() < until + 1:
            time.sleep(0.2)
        cut_off = writer.poll() is None
        writer.terminate()
        said = writer.communicate()[1].decode(errors="replace").strip().splitlines()
        done.append((time.time() - started, "cut off at the end" if cut_off else (said[-1] if said else "")))


def percentile(sorted_values, share):
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


def serve(chancery, ledger):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen([chancery, "serve", "--ledger", ledger, "--port", str(port)], stderr=subprocess.DEVNULL)
    started = time.perf_counter()
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
            connection.request("GET", "/")
            connection.getresponse().read()
            return server, port, time.perf_counter() - started
        except OSError:
            time.sleep(0.05)


def memory(pid):
    with open(f"/proc/{pid}/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return int(fields["VmHWM"].split()[0]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chancery", required=True)
    parser.add_argument("--ledger")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.5)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--no-writer", action="store_true")
    args = parser.parse_args()
    ledger = args.ledger or os.path.join(ROOT, "out", "bench", f"{args.events}.ledger")
    if not os.path.exists(ledger):
        import large_ledger
        os.makedirs(os.path.dirname(ledger), exist_ok=True)
        print(large_ledger.make(args.chancery, ledger, args.events))
    folder = tempfile.TemporaryDirectory()
    archives = [] if args.no_writer else make_archives(folder.name, 4)
    server, port, first = serve(args.chancery, ledger)
    try:
        until, results, written = time.time() + args.seconds, multiprocessing.Queue(), []
        readers = [multiprocessing.Process(target=read_pages, args=(port, ledger, seed, until, args.pause, results)) for seed in range(args.readers)]
        writer = threading.Thread(target=write_pages, args=(args.chancery, ledger, archives, until, written))
        for reader in readers:
            reader.start()
        # After the readers: what is forked later would hold the writer's pipe open.
        if not args.no_writer:
            writer.start()
        answers = [answer for _ in readers for answer in results.get()]
        for reader in readers:
            reader.join()
        if not args.no_writer:
            writer.join()
        peak = memory(server.pid)
    finally:
        server.terminate()
        server.wait()
    print(f"{args.readers} readers, {args.pause} s between pages, {'no' if args.no_writer else 'one'} writer, {os.cpu_count()} cores: {len(answers)} answers in {args.seconds:.0f} s; the first page after the start came after {first:.1f} s; the server's peak memory {peak:.0f} MiB")
    for took, said in written:
        print(f"the writer read {PAGES} pages in {took:.0f} s: {said}")
    print(f"{'':24}{'n':>6}{'median':>9}{'p95':>9}{'slowest':>9}{'kB':>7}")
    too_slow = []
    for kind in sorted({a[0] for a in answers}):
        own = sorted((a for a in answers if a[0] == kind), key=lambda a: a[1])
        times = [a[1] for a in own]
        odd = [a for a in own if a[2] != 200]
        line = f"{kind:24}{len(own):6}{percentile(times, 0.5):9.1f}{percentile(times, 0.95):9.1f}{times[-1]:9.1f}{max(a[3] for a in own) / 1000:7.0f}"
        print(line + (f"  {len(odd)} with status {odd[0][2]}: {odd[0][4]}" if odd else ""), f"  {own[-1][4]}" if times[-1] > 100 else "")
        if percentile(times, 0.95) > 100:
            too_slow.append(kind)
    all_times = sorted(a[1] for a in answers)
    print(f"{'all':24}{len(all_times):6}{percentile(all_times, 0.5):9.1f}{percentile(all_times, 0.95):9.1f}{all_times[-1]:9.1f}")
    if too_slow:
        sys.exit(f"above 100 ms at the 95th percentile: {', '.join(too_slow)}")


if __name__ == "__main__":
    main()
