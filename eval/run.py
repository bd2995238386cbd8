#!/usr/bin/env python3
"""Scores Chancery on a folder of gold data and compares with the floors in eval/floors.toml.

usage: run.py --chancery BINARY --shared DIR [--only NAME ...] [--json FILE]

DIR holds gold/seeds, gold/news, seeds, data and tools (the scorers). Nothing of it is needed to build or test the
program. A measure below its floor by more than its noise margin ends the run with exit status 1.
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile, tomllib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pairs
import roles
import stories

HERE = os.path.dirname(os.path.abspath(__file__))


def sh(command, **kw):
    done = subprocess.run(command, capture_output=True, text=True, **kw)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}\nended with status {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


class Eval:
    def __init__(self, chancery, shared, scratch):
        self.chancery, self.shared, self.scratch = chancery, shared, scratch

    def path(self, *parts):
        return os.path.join(self.shared, *parts)

    def tool(self, name, *args):
        return sh([sys.executable, self.path("tools", name), *args])

    def out(self, name, text):
        path = os.path.join(self.scratch, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def gold(self, which, texts):
        coded = sh([self.chancery, "code", self.path(*texts)])
        return self.against(which, self.out(which + ".jsonl", coded))

    def against(self, which, pred):
        s = json.loads(self.tool("score_seeds.py", "--gold", self.path("gold", which), "--pred", pred, "--json"))
        rows = {"articles_f1": s["articles"]["F1"], "boilerplate_leak": s["articles"]["boilerplate_leak"]}
        rows |= {k: s["articles"][k] for k in ("title", "date", "reprint", "author")}
        rows |= {f"events_{k}_f1": s[f"events_{k}"]["F1"] for k in ("any", "type", "dyad")}
        rows |= {f"events_dyad_{k}": s["events_dyad"][k] for k in ("P", "R")}
        rows |= {"status_acc": s["status_acc"], "date_acc": s["date_acc"], "joined_pairs_f1": s["joined_pairs"]["F1"]}
        rows |= {"quotes_f1": s["quotes"]["F1"], "quotes_exact": s["quotes"]["exact"], "quotes_speaker": s["quotes"]["speaker"]}
        rows |= {"actors_recall": s["actors"]["recall"], "actors_code_recall": s["actors"]["code_recall"]}
        return rows

    def seeds(self):
        return self.gold("seeds", ["seeds"])

    def news(self):
        return self.gold("news", ["gold", "news", "texts"])

    def news_dated(self):
        """The same articles, each coded with the day that it was published on, which its text does not say: how the events
        are dated, nothing else, as those without a known day are left out."""
        with open(self.path("gold", "news", "articles.jsonl"), encoding="utf-8") as f:
            articles = [json.loads(line) for line in f]
        code = lambda a: sh([self.chancery, "code", "--date", a["date"], self.path("gold", "news", "texts", a["file"])])
        pred = self.out("news_dated.jsonl", "".join(code(a) for a in articles if a["date"]))
        return {"date_acc": self.against("news", pred)["date_acc"]}

    def roles(self):
        """The project's own sentences; they need no DIR."""
        return roles.score(self.chancery)["all"].rows()

    def passages(self):
        counts = roles.score(self.chancery, folder="passages")
        return {f"{part}_{key}": value for part in ("a", "b", "c") for key, value in counts[part].rows().items()}

    def pairs(self):
        return pairs.shares(pairs.score(self.chancery)["all"])

    def stories(self):
        """The project's own articles; they need no DIR."""
        return stories.score(self.chancery)

    def relations(self):
        """By cross-validation, without what the careful tier teaches: it and the shipped weights have seen these pairs."""
        folder = os.path.join(self.scratch, "relations")
        os.makedirs(folder, exist_ok=True)
        shutil.copy(self.path("data", "relations", "plv-train.tsv"), folder)
        done = subprocess.run(
            [self.chancery, "train", "events", "--from", folder, "--out", self.scratch], capture_output=True, text=True, check=True
        )
        figures = dict(re.findall(r"(rules alone|rules and model): (accuracy [\d.]+, macro-F1 [\d.]+)", done.stderr))
        rows = {}
        for name, prefix in (("rules alone", "rules_"), ("rules and model", "")):
            accuracy, macro = re.findall(r"[\d.]+(?=,|$)", figures[name])
            rows |= {prefix + "accuracy": float(accuracy), prefix + "macro_f1": float(macro)}
        return rows

    def phrases(self):
        path = self.path("data", "actors", "phrases-dev.jsonl")
        answers = [json.loads(l) for l in sh([self.chancery, "actors", "resolve", path]).splitlines()]
        asked = [json.loads(l) for l in open(path, encoding="utf-8")]
        hits = {"country": [], "sector": [], "none": []}
        for q, a in zip(asked, answers):
            e = q["expect"]
            if e.get("none"):
                hits["none"].append(a["country"] is None and a["sector"] is None)
                continue
            if "country" in e:
                hits["country"].append((a["country"] or "") == e["country"])
            if "code_1" in e:
                wanted = e["code_1"] if isinstance(e["code_1"], list) else [e["code_1"]]
                hits["sector"].append((a["sector"] or "") in wanted)
        return {k: round(sum(v) / max(1, len(v)), 4) for k, v in hits.items()}

    def treebank(self, name):
        gold = self.path("data", "ud", name + ".conllu")
        rows = {}
        for line in sh([self.chancery, "eval", "language", gold]).splitlines():
            key, value = line.split()[:2]
            rows["gold_" + key] = float(value)
        raw = self.out(name + ".txt", self.tool("totext.py", gold))
        parsed = self.out(name + ".conllu", sh([self.chancery, "parse", raw, "--format", "conllu"]))
        for line in self.tool("score_conllu.py", gold, parsed).splitlines():
            key, value = line.split()
            rows["raw_" + key] = float(value)
        return rows

    def coreference(self):
        """CoNLL F1 on GUM's test part, without what is referred to once."""
        rows = {}
        for line in sh([self.chancery, "eval", "coreference", self.path("data", "ud", "gum-test.conllu")]).splitlines():
            key, value = line.split()[:2]
            rows[key] = float(value)
        return rows

    def ewt(self):
        return self.treebank("ewt-test")

    def gum(self):
        return self.treebank("gum-test")

    def pud(self):
        return self.treebank("pud-test")

    def spans(self, command, folder, name, labels):
        gold = self.path("data", folder, name + ".tsv")
        pred = self.out(name + ".pred.tsv", sh([self.chancery, "tag", command, gold]))
        rows = {}
        for line in self.tool("score_spans.py", gold, pred).splitlines():
            cells = line.split()
            if cells[0] in labels:
                rows[cells[0].lower() + "_f1"] = float(cells[6])
        return rows

    def names_pud(self):
        return self.spans("names", "ner", "uner-pud", ("all",))

    def names_ewt(self):
        return self.spans("names", "ner", "uner-ewt-test", ("all",))

    def polnear(self):
        return self.spans("claims", "attribution", "polnear-dev", ("Source", "Cue", "Content"))


SETS = ["seeds", "news", "news_dated", "roles", "passages", "pairs", "stories", "relations", "phrases", "ewt", "gum", "pud", "names_pud", "names_ewt", "coreference", "polnear"]


def below(floors, results):
    """The measures that fell under their floor by more than the margin."""
    margin = floors.get("margin", 0.0)
    for name, rows in floors.items():
        if not isinstance(rows, dict) or name not in results:
            continue
        for key, floor in rows.items():
            got = results[name].get(key)
            if got is None:
                yield f"{name}.{key}: not measured, floor {floor}"
            elif got < floor - margin * (100 if floor > 1 else 1):
                yield f"{name}.{key}: {got}, floor {floor}"


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--chancery", required=True)
    ap.add_argument("--shared", required=True)
    ap.add_argument("--only", nargs="*", choices=SETS)
    ap.add_argument("--json", help="also write the figures to this file")
    o = ap.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        run = Eval(os.path.abspath(o.chancery), o.shared, scratch)
        for name in o.only or SETS:
            results[name] = getattr(run, name)()
            print(f"{name:10} " + "  ".join(f"{k} {v}" for k, v in results[name].items()), flush=True)
    if o.json:
        with open(o.json, "w", encoding="utf-8") as f:
            json.dump(results, f, indent=1)
    with open(os.path.join(HERE, "floors.toml"), "rb") as f:
        fallen = list(below(tomllib.load(f), results))
    for line in fallen:
        print("BELOW FLOOR", line)
    sys.exit(1 if fallen else 0)


if __name__ == "__main__":
    main()
