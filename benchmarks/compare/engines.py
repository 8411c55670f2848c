"""Plain SQLite FTS5 and tantivy, set up as an expert would, holding what convert.py wrote.

Each engine loads the files of a folder, and answers questions for a caller who may see one or more
authorities, subjects that begin in some ways, and levels up to one. A question is a dictionary:

    ord         words that must all match, best first     nyeste   newest first instead
    frase       one word exactly as it stands             part     a citizen's URN
    noegle      a case number                             kle      the beginning of a subject
    facetter    count by source, main subject and state   typer    kinds of objects

and the answer the number of hits where the engine counts them, else None.
"""

import datetime
import heapq
import os
import sqlite3

COLUMNS = (
    "part", "id", "uuid", "kind", "myndighed", "niveau", "kle", "profil", "klasse", "fremdrift",
    "kilde", "noegle", "aar", "tidspunkt", "titel", "tekst", "indhold",
)  # fmt: skip
ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}
FACETS = ("kilde", "hoved", "fremdrift")
# Compared as text with when a relation begins and ends: -infinity, a time, or infinity.
NOW = datetime.datetime.now(datetime.timezone.utc).isoformat()


def plain(text):
    """A value of COPY's text format as it was."""
    if text == "\\N":
        return None
    if "\\" not in text:
        return text
    parts, place = [], 0
    while (slash := text.find("\\", place)) >= 0:
        parts.append(text[place:slash])
        parts.append(ESCAPES[text[slash : slash + 2]])
        place = slash + 2
    return "".join(parts) + text[place:]


def rows(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield [plain(text) for text in line.rstrip("\n").split("\t")]


def objects(folder):
    """All objects in the order they were generated."""
    parts = [rows(f"{folder}/objekt-{part}.copy") for part in range(2)]
    return heapq.merge(*parts, key=lambda row: int(row[1]))


def relations(folder):
    """Part, object, list, role, key, since and until of each relation."""
    for writer in range(2):
        for part in range(2):
            yield from rows(f"{folder}/relation-{writer}-{part}.copy")


def size(path):
    """What a file or a folder of files takes of the disk."""
    if os.path.isdir(path):
        return sum(size(os.path.join(path, name)) for name in os.listdir(path))
    return os.stat(path).st_blocks * 512


class SQLite:
    """One file: narrow rows for rights, JSON apart, keys WITHOUT ROWID, contentless FTS5."""

    def __init__(self, path, callers=None):
        self.path = path
        self.database = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        self.database.execute("PRAGMA mmap_size=8589934592")
        self.database.execute("PRAGMA cache_size=-65536")
        self.database.execute("PRAGMA temp_store=MEMORY")
        self.callers = callers or {}
        for name, caller in self.callers.items():
            self.note(name, caller)

    def note(self, name, caller):
        """What the caller may see as a small table: authority and subject, of those there are."""
        subjects = " OR ".join(f"kle GLOB '{prefix}*'" for prefix in caller["kle"])
        authorities = ",".join(caller["myndigheder"])
        self.database.execute(
            f"CREATE TEMP TABLE ret_{name} AS SELECT DISTINCT myndighed, kle FROM objekt"
            f" WHERE myndighed IN ({authorities}) AND ({subjects})"
        )
        self.database.execute(f"CREATE UNIQUE INDEX ret_{name}_i ON ret_{name}(kle, myndighed)")

    @staticmethod
    def load(folder, path):
        """Loads; gives the count, and the size before and after what the plain form lacks."""
        database = sqlite3.connect(path, isolation_level=None)
        database.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144;"
            "CREATE TABLE indhold(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, json TEXT);"
            "CREATE VIRTUAL TABLE tekst USING fts5(titel, oevrigt, content='',"
            " tokenize='unicode61 remove_diacritics 0', prefix='3');"
            "CREATE TABLE objekt(id INTEGER PRIMARY KEY, kind INTEGER, myndighed INTEGER,"
            " niveau INTEGER, kle TEXT, klasse TEXT, hoved TEXT, fremdrift TEXT, kilde TEXT,"
            " noegle TEXT, aar INTEGER, titel TEXT);"
            "CREATE TABLE relation(noegle TEXT, objekt INTEGER, liste TEXT, rolle TEXT, fra TEXT,"
            " til TEXT, PRIMARY KEY(noegle, objekt, liste, rolle, fra)) WITHOUT ROWID;"
        )
        count, narrow = 0, []
        database.execute("BEGIN")
        for row in objects(folder):
            o = dict(zip(COLUMNS, row))
            number = int(o["id"])
            database.execute(
                "INSERT INTO indhold VALUES(?,?,?)", (number, o["uuid"], o["indhold"])
            )
            database.execute(
                "INSERT INTO tekst(rowid, titel, oevrigt) VALUES(?,?,?)",
                (number, o["titel"], o["tekst"]),
            )
            visible = o["niveau"] is not None and o["profil"] == "0"
            narrow.append(
                (
                    number, int(o["kind"]), o["myndighed"], o["niveau"] if visible else None,
                    o["kle"], o["klasse"], (o["klasse"] or "")[:2], o["fremdrift"], o["kilde"],
                    o["noegle"], o["aar"], o["titel"],
                )  # fmt: skip
            )
            count += 1
            if count % 10000 == 0:
                database.execute("COMMIT")
                database.execute("BEGIN")
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        plain_size = size(path)
        database.execute("BEGIN")
        marks = ",".join("?" * 12)
        database.executemany(f"INSERT INTO objekt VALUES({marks})", narrow)
        # In the order of the key, as the tree takes them fastest.
        database.execute("CREATE TEMP TABLE ny(noegle, objekt, liste, rolle, fra, til)")
        database.executemany(
            "INSERT INTO ny VALUES(?,?,?,?,?,?)",
            ((r[4], int(r[1]), r[2], r[3] or "", r[5], r[6]) for r in relations(folder)),
        )
        database.execute(
            "INSERT OR IGNORE INTO relation SELECT * FROM ny ORDER BY noegle, objekt, liste, rolle"
        )
        database.execute("CREATE INDEX objekt_noegle ON objekt(noegle)")
        database.execute(
            "CREATE INDEX objekt_ret ON objekt(myndighed, kle, niveau, kind, klasse, kilde, hoved,"
            " fremdrift)"
        )
        database.execute("COMMIT")
        database.execute("ANALYZE")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return {"objects": count, "plain_bytes": plain_size, "disk_bytes": size(path)}

    def ask(self, question, caller):
        may = (
            f"o.niveau <= {self.callers[caller]['niveau']}"
            f" AND (o.kle, o.myndighed) IN (SELECT kle, myndighed FROM ret_{caller})"
        )
        if "typer" in question:
            may += f" AND o.kind IN ({','.join(map(str, question['typer']))})"
        shown = "o.id, o.titel, o.noegle, o.klasse, o.fremdrift, o.kilde, o.myndighed"
        words = question.get("ord") or ([question["frase"]] if "frase" in question else None)
        if words:
            match = " ".join(f'"{word}"' for word in words)
            source = "tekst JOIN objekt o ON o.id = tekst.rowid WHERE tekst MATCH ?"
        if question.get("facetter"):
            source = source if words else "objekt o WHERE ?"
            counted = self.database.execute(
                f"SELECT o.kilde, o.hoved, o.fremdrift, count(*) FROM {source} AND {may}"
                " GROUP BY 1, 2, 3",
                (match if words else 1,),
            ).fetchall()
            total, facets = 0, ({}, {}, {})
            for *values, number in counted:
                total += number
                for facet, value in zip(facets, values):
                    facet[value] = facet.get(value, 0) + number
            if not words:
                return total
        if words and question.get("nyeste"):
            sql = f"SELECT {shown} FROM {source} AND {may} ORDER BY tekst.rowid DESC LIMIT 20"
            self.database.execute(sql, (match,)).fetchall()
            return None
        if words:
            # bm25 stands where FTS5 itself is read; the window counts what came of it.
            sql = (
                f"WITH f AS MATERIALIZED (SELECT {shown}, bm25(tekst) AS r FROM {source} AND {may})"
                " SELECT *, count(*) OVER () FROM f ORDER BY r LIMIT 20"
            )
            return self.counted(sql, match)
        if "part" in question:
            sql = (
                f"SELECT {shown}, count(*) OVER () FROM objekt o WHERE o.id IN"
                " (SELECT objekt FROM relation WHERE noegle = ?"
                f" AND fra <= '{NOW}' AND til > '{NOW}') AND {may}"
                " ORDER BY o.id DESC LIMIT 50"
            )
            return self.counted(sql, question["part"])
        if "noegle" in question:
            sql = f"SELECT {shown}, count(*) OVER () FROM objekt o WHERE o.noegle = ? AND {may}"
            return self.counted(sql, question["noegle"])
        sql = (
            f"SELECT {shown}, count(*) OVER () FROM objekt o WHERE o.klasse GLOB ? AND {may}"
            " ORDER BY o.id DESC LIMIT 20"
        )
        return self.counted(sql, question["kle"] + "*")

    def counted(self, sql, value):
        found = self.database.execute(sql, (value,)).fetchall()
        return found[0][-1] if found else 0


class Tantivy:
    """An index in a folder: stemmed text, keys raw, facets from fast fields; another for the JSON."""

    def __init__(self, path, callers=None):
        import tantivy

        self.tantivy = tantivy
        self.index = tantivy.Index(self.schema(tantivy), path=path)
        self.register(tantivy, self.index)
        self.index.reload()
        self.searcher = self.index.searcher()
        self.analyzer = self.danish(tantivy)
        self.callers = {name: self.rights(caller) for name, caller in (callers or {}).items()}

    @staticmethod
    def danish(tantivy):
        return (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.stemmer("danish"))
            .build()
        )

    @staticmethod
    def register(tantivy, index):
        index.register_tokenizer("dansk", Tantivy.danish(tantivy))
        index.register_tokenizer(
            "enkel",
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.lowercase())
            .build(),
        )

    @staticmethod
    def schema(tantivy):
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("id", fast=True, stored=True)
        builder.add_text_field("uuid", tokenizer_name="raw", index_option="basic")
        builder.add_bytes_field("vis", stored=True, indexed=False)
        builder.add_unsigned_field("kind", indexed=True, fast=True)
        builder.add_unsigned_field("niveau", indexed=True, fast=True)
        # An authority and the beginning of a subject as one word: a right is then one term.
        for name in ("ret", "part", "noegle", "klasse"):
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        for name in FACETS:
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("titel", tokenizer_name="dansk")
        builder.add_text_field("tekst", tokenizer_name="dansk")
        builder.add_text_field("alt", tokenizer_name="enkel", index_option="basic")
        return builder.build()

    @staticmethod
    def load(folder, path):
        import tantivy

        os.makedirs(path + "/indhold")
        index = tantivy.Index(Tantivy.schema(tantivy), path=path)
        Tantivy.register(tantivy, index)
        writer = index.writer(heap_size=512_000_000, num_threads=2)
        # The JSON apart: whoever shows twenty hits would otherwise read all of it.
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("id", indexed=True)
        builder.add_bytes_field("indhold", stored=True, indexed=False)
        store = tantivy.Index(builder.build(), path=path + "/indhold")
        keeper = store.writer(heap_size=64_000_000, num_threads=1)
        parties = {}
        for r in relations(folder):
            if r[4].startswith("urn:oio:cpr") and r[5] <= NOW < r[6]:
                parties.setdefault(int(r[1]), set()).add(r[4])
        count = 0
        for row in objects(folder):
            o = dict(zip(COLUMNS, row))
            document = tantivy.Document()
            document.add_unsigned("id", int(o["id"]))
            kept = tantivy.Document()
            kept.add_unsigned("id", int(o["id"]))
            kept.add_bytes("indhold", o["indhold"].encode())
            keeper.add_document(kept)
            document.add_unsigned("kind", int(o["kind"]))
            if o["niveau"] is not None and o["profil"] == "0":
                document.add_unsigned("niveau", int(o["niveau"]))
                for prefix in Tantivy.prefixes(o["kle"]):
                    document.add_text("ret", f"{o['myndighed']}/{prefix}")
            for prefix in Tantivy.prefixes(o["klasse"]):
                document.add_text("klasse", prefix)
            for party in parties.get(int(o["id"]), ()):
                document.add_text("part", party)
            shown = [o[n] or "" for n in ("uuid", "titel", "noegle", "klasse", "fremdrift")]
            document.add_bytes("vis", "\t".join(shown).encode())
            for name in ("uuid", "noegle", "kilde", "fremdrift", "titel", "tekst"):
                if o[name] is not None:
                    document.add_text(name, o[name])
            document.add_text("hoved", (o["klasse"] or "")[:2])
            document.add_text("alt", f"{o['titel']} {o['tekst']}")
            writer.add_document(document)
            count += 1
        writer.commit()
        keeper.commit()
        writer.wait_merging_threads()
        keeper.wait_merging_threads()
        return {"objects": count, "disk_bytes": size(path)}

    @staticmethod
    def prefixes(number):
        """27.36.04 → 27, 27.36, 27.36.04."""
        parts = number.split(".") if number else []
        return [".".join(parts[: place + 1]) for place in range(len(parts))]

    def rights(self, caller):
        terms = [
            f"{authority}/{prefix.rstrip('.')}"
            for authority in caller["myndigheder"]
            for prefix in caller["kle"]
        ]
        query = self.tantivy.Query
        schema = self.index.schema
        level = query.range_query(
            schema, "niveau", self.tantivy.FieldType.Unsigned, 0, caller["niveau"]
        )
        return [query.term_set_query(schema, "ret", terms), level]

    def words(self, text):
        return self.analyzer.analyze(text)

    def ask(self, question, caller):
        query, schema = self.tantivy.Query, self.index.schema
        must, occur = [], self.tantivy.Occur
        for word in question.get("ord", ()):
            for stem in self.words(word):
                must.append(
                    query.boolean_query(
                        [
                            (
                                occur.Should,
                                query.boost_query(query.term_query(schema, "titel", stem), 2.0),
                            ),
                            (occur.Should, query.term_query(schema, "tekst", stem)),
                        ]
                    )
                )
        if "frase" in question:
            must.append(query.term_query(schema, "alt", question["frase"]))
        for name, field in (("part", "part"), ("noegle", "noegle"), ("kle", "klasse")):
            if name in question:
                must.append(query.term_query(schema, field, question[name].rstrip(".")))
        # Rights choose and do not rank.
        must += [query.const_score_query(right, 0.0) for right in self.callers[caller]]
        if "typer" in question:
            kinds = query.term_set_query(schema, "kind", question["typer"])
            must.append(query.const_score_query(kinds, 0.0))
        whole = query.boolean_query([(occur.Must, part) for part in must])
        if question.get("facetter"):
            counts = {name: {"terms": {"field": name, "size": 100}} for name in FACETS}
            counts["antal"] = {"value_count": {"field": "id"}}
            found = self.searcher.aggregate(whole, counts)
            if "ord" not in question:
                return int(found["antal"]["value"])
        if question.get("nyeste") or "part" in question or "kle" in question:
            found = self.searcher.search(
                whole,
                50 if "part" in question else 20,
                count=not question.get("nyeste"),
                order_by_field="id",
            )
        else:
            found = self.searcher.search(whole, 20, count=True)
        for _, address in found.hits:
            self.searcher.doc(address)
        return None if question.get("nyeste") else found.count


ENGINES = {"sqlite": SQLite, "tantivy": Tantivy}
