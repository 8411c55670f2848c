"""How often the right case is among the first hits: this index beside three others.

    quality.py PROGRAM DATA OUT [--against fts5,tantivy,postgres] [--seed N]

PROGRAM is the built tvaerindeks, DATA a folder with the tables named below, OUT where report.md,
results.json and quality.svg are written. Every engine holds the same cases, and is asked the same
questions; the others are asked for all words first and then, behind those hits, for any word.
"""

import argparse
import csv
import hashlib
import html
import http.client
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

WORD = re.compile(r"[0-9a-zæøåäöüéA-ZÆØÅÄÖÜÉ]+")
LETTERS = "abcdefghijklmnopqrstuvwxyzæøå"


def table(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def words(text):
    return WORD.findall(text.lower())


class Sag:
    """A case to be found: its key, its title, and the class keywords that belong to it."""

    def __init__(self, noegle, titel, klasse="00.01.00", stikord=()):
        self.noegle, self.titel, self.klasse, self.stikord = noegle, titel, klasse, stikord

    @property
    def tekst(self):
        return " . ".join([self.titel, *self.stikord])


class Proeve:
    """A set of questions with their right answers, over one set of cases."""

    def __init__(self, navn, sager, spoergsmaal, maal, k):
        self.navn, self.sager, self.spoergsmaal = navn, sager, spoergsmaal
        self.maal, self.k = maal, k

    def score(self, svar):
        total = 0.0
        for (_, rigtige), fundne in zip(self.spoergsmaal, svar):
            place = next((i for i, n in enumerate(fundne[: self.k]) if n in rigtige), None)
            if place is not None:
                total += 1 / (place + 1) if self.maal == "MRR" else 1
        return total / max(1, len(self.spoergsmaal))


# -- The questions ------------------------------------------------------------------------------


def held_out(ord_):
    """A fifth of the keywords, the same on every machine."""
    return hashlib.sha256(ord_.lower().encode()).digest()[0] % 5 == 0


def kle(folder):
    emner = [
        rad for rad in table(folder, "kle-emner.tsv")
        if rad["type"] == "emne" and rad["status"] == "aktiv"
    ]
    stikord = [rad for rad in table(folder, "kle-stikord.tsv") if rad["art"] == "ord"]
    return emner, stikord


def klassesager(emner, stikord):
    per = {}
    for rad in stikord:
        per.setdefault(rad["nummer"], []).append(rad["stikord"])
    return [
        Sag(rad["nummer"], rad["titel"], rad["nummer"], per.get(rad["nummer"], []))
        for rad in emner
    ]


def proever(folder, seed):
    emner, stikord = kle(folder)
    aktive = {rad["nummer"] for rad in emner}
    sager = klassesager(emner, stikord)
    everyday = [
        (rad["forespoergsel"], set(rad["kle_numre"].split("|")))
        for rad in table(folder, "borgersprog-kle.tsv")
    ]
    yield Proeve("a: everyday query → class", sager, everyday, "success", 20)

    kept = [rad for rad in stikord if not held_out(rad["stikord"])]
    away = {}
    for rad in stikord:
        if held_out(rad["stikord"]) and rad["nummer"] in aktive:
            away.setdefault(rad["stikord"], set()).add(rad["nummer"])
    asked = sorted(away.items())
    random.Random(seed).shuffle(asked)
    yield Proeve(
        "b: keyword not loaded → class", klassesager(emner, kept), asked[:1500], "success", 10)

    greve = table(folder, "sager-greve.tsv")
    sager = [Sag(rad["sagsnummer"], rad["titel"]) for rad in greve]
    kendte = {sag.noegle for sag in sager}
    dokumenter = [
        (rad["dokumenttitel"], {rad["sagsnummer"]})
        for rad in table(folder, "dokumenter-greve.tsv") if rad["sagsnummer"] in kendte
    ]
    yield Proeve("c1: document title → case", sager, dokumenter, "MRR", 10)
    resumeer = [
        (" ".join(rad["resume"].split()[:12]), {rad["sagsnummer"]})
        for rad in greve if rad["resume"]
    ]
    yield Proeve("c2: summary → case", sager, resumeer, "MRR", 10)

    laengste = []
    for sag in sager:
        ord_ = [w for w in words(sag.titel) if w.isalpha()]
        if ord_:
            laengste.append((max(ord_, key=len), {sag.noegle}))
    yield Proeve("d1: longest word → case", sager, laengste, "success", 10)
    chance = random.Random(seed)
    forkerte = [(misspelt(ord_, chance), r) for ord_, r in laengste]
    yield Proeve("d2: the same with one typing error", sager, forkerte, "success", 10)


def misspelt(ord_, chance):
    """One letter left out, doubled, exchanged with the next or replaced; never the first."""
    place = chance.randrange(1, len(ord_)) if len(ord_) > 1 else 0
    kind = chance.randrange(4)
    if kind == 0 and len(ord_) > 2:
        return ord_[:place] + ord_[place + 1:]
    if kind == 1:
        return ord_[:place] + ord_[place] + ord_[place:]
    if kind == 2 and place + 1 < len(ord_) and ord_[place] != ord_[place + 1]:
        return ord_[:place] + ord_[place + 1] + ord_[place] + ord_[place + 2:]
    other = chance.choice([c for c in LETTERS if c != ord_[place]])
    return ord_[:place] + other + ord_[place + 1:]


# -- The engines --------------------------------------------------------------------------------


class FTS5:
    navn = "SQLite FTS5 (unicode61, bm25)"

    def __init__(self, sager):
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE VIRTUAL TABLE t USING fts5(tekst, tokenize='unicode61')")
        self.db.executemany("INSERT INTO t(rowid, tekst) VALUES(?, ?)", enumerate(
            (sag.tekst for sag in sager), 1))
        self.sager = sager

    def ask(self, text, k):
        found = []
        quoted = [f'"{w}"' for w in words(text)]
        for joined in (" AND ".join(quoted), " OR ".join(quoted)):
            if not joined or len(found) >= k:
                break
            for (rowid,) in self.db.execute(
                "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t), rowid LIMIT ?",
                (joined, k),
            ):
                if rowid not in found:
                    found.append(rowid)
        return [self.sager[i - 1].noegle for i in found[:k]]

    def close(self):
        self.db.close()


class Tantivy:
    navn = "tantivy (Danish stemmer)"

    def __init__(self, sager):
        import tantivy

        self.tantivy = tantivy
        analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.stemmer("danish"))
            .build()
        )
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("tekst", tokenizer_name="dansk")
        builder.add_unsigned_field("id", stored=True)
        self.index = tantivy.Index(builder.build())
        self.index.register_tokenizer("dansk", analyzer)
        writer = self.index.writer()
        for number, sag in enumerate(sager):
            writer.add_document(tantivy.Document(tekst=[sag.tekst], id=number))
        writer.commit()
        self.index.reload()
        self.searcher = self.index.searcher()
        self.sager = sager

    def ask(self, text, k):
        found = []
        for join in (" AND ", " OR "):
            question = join.join(f'"{w}"' for w in words(text))
            if not question or len(found) >= k:
                break
            parsed = self.index.parse_query(question, ["tekst"])
            for _, address in self.searcher.search(parsed, k).hits:
                number = self.searcher.doc(address)["id"][0]
                if number not in found:
                    found.append(number)
        return [self.sager[i].noegle for i in found[:k]]

    def close(self):
        pass


class Postgres:
    navn = "PostgreSQL (danish, ts_rank_cd)"
    bin = "/usr/lib/postgresql/15/bin/"

    def __init__(self, sager):
        self.home = tempfile.mkdtemp(prefix="maaling-quality.")
        self.runs_as = []
        if os.geteuid() == 0:
            shutil.chown(self.home, "postgres")
            self.runs_as = ["runuser", "-u", "postgres", "--"]
        self.sager = sager
        self.run(self.bin + "initdb", "-D", self.home + "/data", "-A", "trust",
                 "--locale=C.UTF-8", "-E", "UTF8")
        self.run(self.bin + "pg_ctl", "-D", self.home + "/data", "-w", "-l", self.home + "/log",
                 "-o", f"-c listen_addresses= -c unix_socket_directories={self.home}", "start")
        lines = "".join(
            f"{number}\t{copied(sag.tekst)}\n" for number, sag in enumerate(sager))
        self.sql(
            "CREATE TABLE sag(id int PRIMARY KEY, soeg tsvector);"
            "CREATE TEMP TABLE ind(id int, tekst text);\nCOPY ind FROM stdin;\n" + lines + "\\.\n"
            "INSERT INTO sag SELECT id, to_tsvector('danish', tekst) FROM ind;"
            "CREATE INDEX ON sag USING gin(soeg); ANALYZE sag;")

    def run(self, *command, **options):
        return subprocess.run(
            [*self.runs_as, *command], check=True, capture_output=True, text=True,
            cwd=self.home, **options).stdout

    def sql(self, text):
        return self.run(
            self.bin + "psql", "-h", self.home, "-U", "postgres", "-d", "postgres", "-q", "-tA",
            "-v", "ON_ERROR_STOP=1", input=text)

    def ask_all(self, questions, k):
        lines = "".join(
            f"{number}\t{copied(' '.join(words(text)))}\n"
            for number, text in enumerate(questions))
        answer = self.sql(
            "CREATE TEMP TABLE q(nr int, tekst text);\nCOPY q FROM stdin;\n" + lines + "\\.\n"
            f"""
            WITH s AS MATERIALIZED (
                SELECT nr, plainto_tsquery('danish', tekst) AS alle,
                    replace(plainto_tsquery('danish', tekst)::text, '&', '|')::tsquery AS nogle
                FROM q)
            SELECT s.nr, string_agg(h.id::text, ',' ORDER BY h.trin, h.rang DESC, h.id)
            FROM s, LATERAL (
                SELECT id, CASE WHEN soeg @@ s.alle THEN 0 ELSE 1 END AS trin,
                    ts_rank_cd(soeg, CASE WHEN soeg @@ s.alle THEN s.alle ELSE s.nogle END) AS rang
                FROM sag WHERE soeg @@ s.nogle ORDER BY trin, rang DESC, id LIMIT {k}) h
            GROUP BY s.nr;""")
        found = {}
        for line in answer.split("\n"):
            if "|" in line:
                number, ids = line.split("|")
                found[int(number)] = [self.sager[int(i)].noegle for i in ids.split(",")]
        return [found.get(number, []) for number in range(len(questions))]

    def close(self):
        subprocess.run(
            [*self.runs_as, self.bin + "pg_ctl", "-D", self.home + "/data", "-m", "immediate",
             "stop"], capture_output=True)
        shutil.rmtree(self.home, ignore_errors=True)


def copied(text):
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")


class Tvaerindeks:
    navn = "Tværindeks"
    system = "0f000000-0000-4000-8000-0000000000aa"
    cvr = "90000001"

    def __init__(self, sager, program, folder):
        self.program = program
        self.home = tempfile.mkdtemp(prefix="maaling-quality.")
        self.data = self.home + "/data"
        self.classification(sager, folder)
        with open(self.home + "/sager.ndjson", "w", encoding="utf-8") as file:
            for number, sag in enumerate(sager):
                file.write(json.dumps({"SagIndeks": self.sagindeks(number, sag)}) + "\n")
        self.tool("import", "--kontrol", "lempelig", self.home + "/sager.ndjson")
        self.tool("agreement", "add", "--system", self.system, "--cvr", self.cvr, "--roller",
                  "Udstil", "--kle", "*", "--foelsomhed", "4")
        self.token = self.tool("token", "--system", self.system, "--cvr", self.cvr).strip()
        self.server = subprocess.Popen(
            [program, "serve", "--data", self.data, "--port", "0"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        port = int(self.server.stdout.readline().strip().rsplit(":", 1)[1])
        self.http = http.client.HTTPConnection("127.0.0.1", port)

    def tool(self, command, *arguments):
        done = subprocess.run(
            [self.program, command, "--data", self.data, *arguments], capture_output=True,
            text=True)
        if done.returncode != 0:
            sys.exit(f"{command}: {done.stdout[-500:]} {done.stderr[-500:]}")
        return done.stdout

    def classification(self, sager, folder):
        """The plan, with the keywords of these cases' classes and no other."""
        self.tool("classification", os.path.join(folder, "kle-emner.tsv"))
        rows = [(sag.klasse, ord_) for sag in sager for ord_ in sag.stikord]
        if not rows:
            return
        path = self.home + "/stikord.tsv"
        with open(path, "w", encoding="utf-8") as file:
            file.write("nummer\tstikord\tvaegt\tart\n")
            file.writelines(f"{klasse}\t{ord_}\t5\tord\n" for klasse, ord_ in rows)
        self.tool("classification", path)

    def sagindeks(self, number, sag):
        hvem = "0a000000-0000-4000-8000-000000000001"
        virkning = {
            "FraTidspunkt": "2024-02-01T00:00:00+01:00", "TilTidspunkt": True,
            "AktoerRef": hvem, "AktoerTypeKode": "Bruger"}

        def relation(rolle, type_, reference, navn, felter):
            return {
                "Virkning": virkning, "Rolle": rolle, "Type": type_, "ReferenceID": reference,
                "LokalUdvidelseListe": {navn + "LokalUdvidelse": felter}}

        return {
            "UUIDIdentifikator": f"0b000000-0000-4000-8000-{number:012x}",
            "Registrering": [{
                "Tidspunkt": "2024-03-01T09:15:30+01:00", "LivscyklusKode": "Importeret",
                "BrugerRef": hvem,
                "AttributListe": {
                    "Egenskaber": [{
                        "Virkning": virkning, "BrugervendtNoegle": sag.noegle,
                        "Titel": sag.titel}],
                    "LokalUdvidelseListe": {"SagIndeksEgenskaber": [
                        {"Virkning": virkning, "Foelsomhed": "IKKE_FORTROLIGE_DATA"}]}},
                "TilstandListe": {"Fremdrift": [
                    {"Virkning": virkning, "FremdriftStatusKode": "Opstaaet"}]},
                "RelationListe": {
                    "Sagsaktoer": [relation(
                        "9e979b84-b846-4472-8622-58007dc63c7e",
                        "bc6972cd-8f2b-4b9d-8d37-62916d6a71aa",
                        "0c000000-0000-4000-8000-000090000001", "Sagsaktoer",
                        {"FuldtNavn": "Enhed", "CVR-Nummer": self.cvr})],
                    "Sagsklasse": [relation(
                        "a86c6581-ec85-412d-a655-31a1f1d5b14f",
                        "267235ea-526d-4a18-8001-f2a0e563eba1", hvem, "Sagsklasse",
                        {"BrugervendtNoegle": sag.klasse})],
                }}]}

    def ask(self, text, k):
        body = json.dumps({"Tekst": text, "Antal": k, "Sortering": "Relevans"})
        self.http.request(
            "POST", "/v1/soeg", body,
            {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"})
        answer = self.http.getresponse()
        read = json.loads(answer.read())
        if answer.status != 200:
            sys.exit(f"soeg: {answer.status} {read}")
        return [hit["BrugervendtNoegle"] for hit in read["Traef"]]

    def close(self):
        self.http.close()
        self.server.terminate()
        self.server.wait()
        shutil.rmtree(self.home, ignore_errors=True)


# -- The report ---------------------------------------------------------------------------------


def measure(proeve, engines):
    result = {}
    for make in engines:
        engine = make(proeve.sager)
        try:
            texts = [text for text, _ in proeve.spoergsmaal]
            if hasattr(engine, "ask_all"):
                answers = engine.ask_all(texts, proeve.k)
            else:
                answers = [engine.ask(text, proeve.k) for text in texts]
            result[engine.navn] = round(proeve.score(answers), 4)
        finally:
            engine.close()
        print(f"  {proeve.navn}: {engine.navn} {result[engine.navn]}", file=sys.stderr)
    return result


def report(results):
    names = list(results[0]["figures"])
    lines = ["# Search quality", "", "| Set | Questions | Measure | " + " | ".join(names) + " |",
             "|---|---|---|" + "---|" * len(names)]
    for row in results:
        figures = " | ".join(f"{row['figures'][name]:.3f}" for name in names)
        lines.append(f"| {row['set']} | {row['questions']} | {row['measure']} | {figures} |")
    return "\n".join(lines) + "\n"


def plot(results):
    """Groups of bars, one a set; a bar an engine."""
    names = list(results[0]["figures"])
    colours = ["#1b5e8c", "#9aa5ad", "#c98b3c", "#7a9a5b"]
    width, height, left, top = 120 * len(results) + 80, 340, 50, 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="11">']
    for step in range(6):
        y = top + 220 - 44 * step
        parts.append(f'<line x1="{left}" x2="{width - 10}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{step / 5:.1f}</text>')
    for group, row in enumerate(results):
        for bar, name in enumerate(names):
            value = row["figures"][name]
            x = left + 15 + group * 120 + bar * 22
            parts.append(
                f'<rect x="{x}" y="{top + 220 - 220 * value:.1f}" width="20" '
                f'height="{220 * value:.1f}" fill="{colours[bar % 4]}">'
                f"<title>{html.escape(name)}: {value:.3f}</title></rect>")
        label = html.escape(row["set"].split(":")[0])
        parts.append(f'<text x="{left + 55 + group * 120}" y="{top + 238}" '
                     f'text-anchor="middle">{label}</text>')
    for bar, name in enumerate(names):
        y = top + 258 + 14 * bar
        parts.append(f'<rect x="{left}" y="{y - 9}" width="10" height="10" '
                     f'fill="{colours[bar % 4]}"/>')
        parts.append(f'<text x="{left + 16}" y="{y}">{html.escape(name)}</text>')
    return "\n".join(parts) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("data")
    parser.add_argument("out")
    parser.add_argument("--against", default="fts5,tantivy,postgres")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="sets by their letter, such as a,c1")
    arguments = parser.parse_args()
    known = {"fts5": FTS5, "tantivy": Tantivy, "postgres": Postgres}
    engines = [lambda sager: Tvaerindeks(sager, arguments.program, arguments.data)]
    engines += [known[name] for name in arguments.against.split(",") if name]
    only = set(filter(None, arguments.only.split(",")))
    results = []
    for proeve in proever(arguments.data, arguments.seed):
        if only and proeve.navn.split(":")[0] not in only:
            continue
        results.append({
            "set": proeve.navn, "questions": len(proeve.spoergsmaal),
            "measure": f"{proeve.maal}@{proeve.k}", "figures": measure(proeve, engines)})
    os.makedirs(arguments.out, exist_ok=True)
    for name, text in [
        ("report.md", report(results)), ("results.json", json.dumps(results, indent=1) + "\n"),
        ("quality.svg", plot(results)),
    ]:
        with open(os.path.join(arguments.out, name), "w", encoding="utf-8") as file:
            file.write(text)
    print(report(results))


if __name__ == "__main__":
    main()
