#!/usr/bin/env python3
"""Breaks readings off and damages what is read, and looks at what is lost: prints a table, ends with 1 if anything was.

usage: run.py PROGRAM [--kills N] [--pages N] [--only NAME ...]

For Linux, with Python 3; as root it also fills a small file system. Every fault is done to the real program reading invented
pages into a ledger. After it the same command is run again without a fault, and what the ledger then exports must be, to the
byte, what an undisturbed read of the same pages gives.
"""
import argparse, gzip, json, os, random, resource, shutil, signal, subprocess, sys, tempfile, time, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "benches"))
import made_archive  # noqa: E402

VIEWS = [["export"], ["export", "--format", "csv"], ["quotes", "--format", "jsonl"],
         ["stories", "--format", "jsonl", "--limit", "1000000"]]
KILOBYTE = 1024


class Trouble(Exception):
    pass


class Bench:
    def __init__(self, program, folder, pages, kills):
        self.program, self.folder, self.kills, self.random = os.path.abspath(program), folder, kills, random.Random(1)
        self.archive = self.path("pages.warc.gz")
        made_archive.write(self.archive, pages)
        self.pages, self.whole = pages, self.path("whole.ledger")
        begin = time.monotonic()
        self.must(self.run(*self.read(self.whole)), 0)
        self.seconds = time.monotonic() - begin
        self.wanted = self.views(self.whole)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, ledger, *what):
        return ["read", *(what or [self.archive]), "--ledger", ledger]

    def run(self, *args, **more):
        more.setdefault("timeout", 600)
        return subprocess.run([self.program, *args], capture_output=True, stdin=subprocess.DEVNULL, **more)

    def start(self, *args, **more):
        return subprocess.Popen([self.program, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, **more)

    def views(self, ledger):
        return [self.must(self.run(*view, "--ledger", ledger), 0).stdout for view in VIEWS]

    def must(self, done, *statuses):
        said = done.stderr.decode(errors="replace")
        if done.returncode not in statuses:
            raise Trouble(f"status {done.returncode} of {done.args[1:]}: {said[-500:]}")
        if "panicked" in said:
            raise Trouble(f"{done.args[1:]}: {said[-500:]}")
        return done

    def must_be_whole(self, ledger, what):
        for view, wanted, got in zip(VIEWS, self.wanted, self.views(ledger)):
            if got != wanted:
                raise Trouble(f"{what}: {' '.join(view)} differs ({len(got)} bytes, {len(wanted)} wanted)")

    def new(self, name):
        ledger = self.path(name)
        for end in ("", "-wal", "-shm"):
            if os.path.exists(ledger + end):
                os.remove(ledger + end)
        return ledger

    def articles(self, ledger):
        import sqlite3
        db = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
        try:
            return db.execute("SELECT count(*) FROM articles").fetchone()[0]
        except sqlite3.OperationalError:
            return 0
        finally:
            db.close()

    # Each fault: gives (what was done, how often, what was seen).

    def kill(self):
        """kill -9 at random moments of a read"""
        kills, readings, kept = 0, 0, []
        while kills < self.kills:
            ledger, readings = self.new("killed.ledger"), readings + 1
            # One to four breakdowns of one read, then it is let go.
            for _ in range(self.random.randint(1, 4)):
                child = self.start(*self.read(ledger))
                time.sleep(self.random.uniform(0.02, 1.05 * self.seconds))
                if child.poll() is None:
                    child.send_signal(signal.SIGKILL)
                    kills += 1
                child.communicate()
                kept.append(self.articles(ledger) if os.path.exists(ledger) else 0)
            self.must(self.run(*self.read(ledger)), 0)
            self.must_be_whole(ledger, f"after {kills} kills")
        return f"{kills} kills in {readings} reads", f"nothing; {min(kept)} to {max(kept)} of {self.pages} articles were in the ledger at the kill"

    def full_disk(self):
        """the disk is full"""
        if os.geteuid() != 0:
            return None
        place, tries, kept = self.path("small"), 0, []
        os.makedirs(place, exist_ok=True)
        need = os.path.getsize(self.whole)
        for share in (0.02, 0.1, 0.3, 0.6, 0.9):
            size = max(200 * KILOBYTE, int(need * share))
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True)
            try:
                ledger = os.path.join(place, "a.ledger")
                done = self.run(*self.read(ledger))
                self.must(done, 1, 3)
                if b"no room" not in done.stderr:
                    raise Trouble(done.stderr.decode()[-300:])
                kept.append(self.articles(ledger))
                subprocess.run(["mount", "-o", f"remount,size={need * 8}", place], check=True)
                self.must(self.run(*self.read(ledger)), 0)
                self.must_be_whole(ledger, f"disk of {size} bytes")
            finally:
                subprocess.run(["umount", "-l", place], check=True)
            tries += 1
        return f"{tries} sizes of disk, then room is made", f"nothing; {min(kept)} to {max(kept)} articles were kept"

    def no_memory(self):
        """too little memory (ulimit -v)"""
        statuses, ledger = [], self.new("memory.ledger")
        for mib in (50, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400):
            limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20))
            done = self.run(*self.read(ledger), preexec_fn=limit)
            statuses.append((mib, done.returncode))
        self.must(self.run(*self.read(ledger)), 0)
        self.must_be_whole(ledger, "without memory")
        enough = min((mib for mib, status in statuses if status == 0), default="more")
        ends = sorted({status for _, status in statuses})
        return f"{len(statuses)} limits from 50 MiB to 2.4 GiB of addresses", f"nothing; ended with {ends}, whole from {enough} MiB on"

    def cut(self):
        """archives cut off at every kilobyte"""
        kinds = self.small_archives()
        count, least = 0, {}
        for name, data in kinds.items():
            whole = self.documents({name: data})[name]
            cuts = {f"{at:07}-{name}": data[:at] for at in range(KILOBYTE, len(data), KILOBYTE)}
            found = self.documents(cuts)
            count += len(cuts)
            order = [found.get(cut, 0) for cut in sorted(cuts)]
            least[name] = f"{order[-1]} of {whole}"
            # What stands before the cut is read: never fewer documents of a longer piece.
            if "zip" not in name and any(a > b for a, b in zip(order, order[1:])):
                raise Trouble(f"{name}: a longer piece gives fewer documents: {order}")
        return f"{count} pieces of {', '.join(kinds)}", f"only what was cut off; documents of the longest piece: {least}"

    def garble(self):
        """archives with 64 bytes of noise at every kilobyte"""
        kinds, count = self.small_archives(), 0
        for name, data in kinds.items():
            damaged = {}
            for at in range(0, len(data), KILOBYTE):
                noise = bytes(self.random.randrange(256) for _ in range(64))
                damaged[f"{at:07}-{name}"] = data[:at] + noise + data[at + 64:]
            self.documents(damaged)
            count += len(damaged)
        return f"{count} damaged pieces of {', '.join(kinds)}", "only what was damaged: no end but 0 or 1, each named"

    def mislabel(self):
        """archives named as other formats than they are"""
        kinds, count = self.small_archives(), 0
        wrong = {}
        for name, data in kinds.items():
            for other in list(kinds) + ["x.txt", "x.html", "x.pdf", "x.docx"]:
                wrong[f"{count:03}-{other}"] = data
                count += 1
        self.documents(wrong)
        return f"{count} pairs of name and content", "nothing: what a file is, is told from its content"

    def small_archives(self):
        kinds = {}
        for name in ("x.warc", "x.warc.gz", "x.zip"):
            path = self.path(name)
            made_archive.write(path, 40, plain=name.endswith(".warc"))
            with open(path, "rb") as f:
                kinds[name] = f.read()
        if shutil.which("zstd"):
            packed = subprocess.run(["zstd", "-q", "-c", self.path("x.warc")], capture_output=True, check=True)
            kinds["x.warc.zst"] = packed.stdout
        kinds["x.gz"] = gzip.compress(kinds["x.warc"], 6, mtime=0)
        return kinds

    def documents(self, files):
        """How many documents the program finds in each."""
        folder = self.path("pieces")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for name, data in files.items():
            with open(os.path.join(folder, name), "wb") as f:
                f.write(data)
        done = self.must(self.run("formats", folder), 0, 1)
        found = {}
        for line in done.stdout.decode(errors="replace").splitlines():
            for name in files:
                if f"/{name}" in line:
                    found[name] = found.get(name, 0) + 1
                    break
        return found

    def two_writers(self):
        """two processes read the same into one ledger"""
        for n in range(5):
            ledger = self.new("two.ledger")
            children = [self.start(*self.read(ledger)) for _ in range(2)]
            for child in children:
                _, said = child.communicate(timeout=600)
                if child.returncode:
                    raise Trouble(f"status {child.returncode}: {said.decode()[-300:]}")
            self.must_be_whole(ledger, "two writers")
        return "5 times two processes", "nothing"

    def readers(self):
        """readers while it is written"""
        ledger, reads = self.new("watched.ledger"), 0
        self.must(self.run(*self.read(ledger, os.path.join(HERE, "..", "..", "examples", "pages"))), 0)
        child = self.start(*self.read(ledger))
        while child.poll() is None:
            for view in (["events", "--format", "jsonl"], ["export"], ["search", "Monday"], ["stories", "--format", "jsonl"]):
                out = self.must(self.run(*view, "--ledger", ledger), 0).stdout
                if view[0] != "search":
                    for line in out.splitlines():
                        json.loads(line)
                reads += 1
        said = child.communicate()[1]
        if child.returncode:
            raise Trouble(f"status {child.returncode}: {said.decode()[-300:]}")
        return f"{reads} queries and exports during one read", "nothing; each answer was whole"

    def clock(self):
        """another clock and time zone"""
        library, tries = self.path("clock.so"), 0
        if shutil.which("cc") is None:
            return None
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, os.path.join(HERE, "clock.c"), "-ldl"], check=True)
        for ahead, zone in (("1000000000", "Pacific/Kiritimati"), ("-1000000000", "America/Anchorage"), ("0", "Nowhere/None")):
            ledger = self.new("clock.ledger")
            env = dict(os.environ, LD_PRELOAD=library, CLOCK_AHEAD=ahead, TZ=zone, LC_ALL="tr_TR.UTF-8")
            self.must(self.run(*self.read(ledger), env=env), 0)
            self.must_be_whole(ledger, f"clock {ahead} in {zone}")
            tries += 1
        return f"{tries} clocks, 31 years ahead and behind, with time zones and a Turkish locale", "nothing"

    def shards(self):
        """reads in parts, laid together"""
        for of in (2, 5):
            parts = [self.new(f"{n}-{of}.ledger") for n in range(1, of + 1)]
            for n, part in enumerate(parts, 1):
                self.must(self.run(*self.read(part), "--shard", f"{n}/{of}"), 0)
            self.random.shuffle(parts)
            merged = self.new("merged.ledger")
            # The merge is broken off once, too.
            child = self.start("merge", merged, *parts)
            time.sleep(self.random.uniform(0.05, 0.5))
            child.kill()
            child.communicate()
            self.must(self.run("merge", merged, *parts), 0)
            self.must_be_whole(merged, f"{of} shards")
        return "2 and 5 shards, each merge killed once", "nothing"


FAULTS = [Bench.kill, Bench.full_disk, Bench.no_memory, Bench.cut, Bench.garble, Bench.mislabel, Bench.two_writers,
          Bench.readers, Bench.clock, Bench.shards]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("program")
    ap.add_argument("--kills", type=int, default=50)
    ap.add_argument("--pages", type=int, default=600)
    ap.add_argument("--only", nargs="*", default=[])
    o = ap.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(o.program, folder, o.pages, o.kills)
        print(f"{bench.pages} pages are read in {bench.seconds:.1f} s\n\n| fault | how often | what was lost |\n|---|---|---|", flush=True)
        for fault in FAULTS:
            if o.only and fault.__name__ not in o.only:
                continue
            try:
                row = fault(bench) or ("skipped: cannot be done here", "")
            except (Trouble, OSError, subprocess.SubprocessError, json.JSONDecodeError) as trouble:
                row, failed = ("", f"**{type(trouble).__name__}: {trouble}**"), True
            print(f"| {fault.__doc__} | {row[0]} | {row[1]} |", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
