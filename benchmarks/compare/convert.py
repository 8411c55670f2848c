#!/usr/bin/env python3
"""Turns generated NDJSON into what the other systems load; not part of any measured time.

convert.py postgres FILE OUT   two files each of objects and relations, in COPY's text format
convert.py sqlite FILE OUT     a database of one table with the JSON text, and FTS5 over the texts;
                               prints the seconds it took and the bytes on disk
"""
import json
import multiprocessing
import os
import sqlite3
import sys
import time

KINDS = {
    "SagIndeks": 1, "DokumentIndeks": 2, "BevillingIndeks": 3, "OekonomiskEffektueringIndeks": 4,
}
LEVELS = {
    "IKKE_FORTROLIGE_DATA": 1, "FORTROLIGE_PERSONOPLYSNINGER": 2,
    "FOELSOMME_PERSONOPLYSNINGER": 3, "SAERLIGT_FOELSOMME_PERSONOPLYSNINGER": 4,
}
TITLES = {"Titel", "Navn"}
TEXTS = {
    "Beskrivelse", "NoteTekst", "Notat", "FuldtNavn", "Klassetitel", "Ydelsesnavn", "SystemNavn",
    "BrugervendtNoegle", "Sagsstatus", "HjemmelSpecifikation", "Kommentar",
}


class Objekt:
    """What an index needs of one object, as its last registration has it."""

    def __init__(self, line):
        message = json.loads(line)
        name, value = next(iter(message.items()))
        self.kind = KINDS[name]
        self.uuid = value["UUIDIdentifikator"]
        self.titles, self.texts, self.relations = [], [], []
        self.cvr = self.level = self.key = self.state = self.kle = None
        registration = value["Registrering"][-1]
        self.time = registration["Tidspunkt"]
        for container in ("AttributListe", "TilstandListe", "RelationListe"):
            self.walk(registration.get(container, {}), container, None)

    def walk(self, node, name, period):
        if isinstance(node, list):
            for item in node:
                self.walk(item, name, period)
            return
        if not isinstance(node, dict):
            self.note(name, node)
            return
        period = node.get("Virkning", period)
        reference = node.get("ReferenceID")
        if reference is not None:
            self.relations.append((name, node.get("Rolle", ""), reference, period))
        for member, child in node.items():
            if member != "Virkning":
                self.walk(child, member, period)

    def note(self, name, value):
        if not isinstance(value, str):
            return
        if name in TITLES:
            self.titles.append(value)
        elif name in TEXTS:
            self.texts.append(value)
            if name == "BrugervendtNoegle":
                self.key = self.key or value
                if len(value) == 8 and value[2] == "." and value[5] == ".":
                    self.kle = self.kle or value
        elif name in ("CVR-Nummer", "CVR-Nr", "CVR-nr"):
            self.cvr = self.cvr or value
        elif name == "Foelsomhed":
            self.level = LEVELS.get(value)
        elif name == "FremdriftStatusKode":
            self.state = value


def escaped(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def field(value):
    return "\\N" if value is None else escaped(str(value))


def instant(value):
    return "infinity" if value is True else value if isinstance(value, str) else "-infinity"


def part(arguments):
    path, out, number, parts = arguments
    objects = open(f"{out}/objekt-{number}.copy", "w", encoding="utf-8")
    relations = open(f"{out}/relation-{number}.copy", "w", encoding="utf-8")
    with open(path, encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            if place % parts != number:
                continue
            o = Objekt(line)
            row = [
                number, place, o.uuid, o.kind, o.cvr, o.time, o.level, o.state, o.key, o.kle,
                line.rstrip("\n"), " ".join(o.titles), " ".join(o.texts),
            ]
            objects.write("\t".join(map(field, row)) + "\n")
            for name, role, reference, period in o.relations:
                period = period or {}
                row = [
                    number, place, name, role or None, reference,
                    instant(period.get("FraTidspunkt")), instant(period.get("TilTidspunkt", True)),
                ]
                relations.write("\t".join(map(field, row)) + "\n")
    objects.close()
    relations.close()


def postgres(path, out):
    with multiprocessing.Pool(2) as pool:
        pool.map(part, [(path, out, number, 2) for number in range(2)])


def sqlite(path, out):
    start = time.monotonic()
    database = sqlite3.connect(out, isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE objekt(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, json TEXT NOT NULL);"
        "CREATE VIRTUAL TABLE tekst USING fts5("
        "titel, oevrigt, content='', tokenize='unicode61');")
    with open(path, encoding="utf-8") as lines:
        database.execute("BEGIN")
        for place, line in enumerate(lines):
            o = Objekt(line)
            database.execute("INSERT INTO objekt VALUES(?,?,?)", (place, o.uuid, line.rstrip("\n")))
            database.execute(
                "INSERT INTO tekst(rowid, titel, oevrigt) VALUES(?,?,?)",
                (place, " ".join(o.titles), " ".join(o.texts)))
            if place % 10000 == 9999:
                database.execute("COMMIT")
                database.execute("BEGIN")
        database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    size = os.stat(out).st_blocks * 512
    print(f"{time.monotonic() - start:.3f} {size}")


if __name__ == "__main__":
    {"postgres": postgres, "sqlite": sqlite}[sys.argv[1]](sys.argv[2], sys.argv[3])
