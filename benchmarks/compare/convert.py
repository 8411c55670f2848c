#!/usr/bin/env python3
"""Turns generated NDJSON into what the other systems load; not part of any measured time.

    convert.py FILE OUT

OUT gets, for each of two parts, the objects (objekt-0.copy, objekt-1.copy) and their relations
(relation-<writer>-<part>.copy) in PostgreSQL's text format; the other loaders read the same files.
An object carries what is in effect now, and the facts that decide who may see it: its own for a
case, those of the case that files it for a document, of its first benefit for a grant or payment.
"""

import base64
import datetime
import json
import multiprocessing
import sys
import zlib

PARTS = 2
KINDS = {
    "SagIndeks": 1,
    "DokumentIndeks": 2,
    "BevillingIndeks": 3,
    "OekonomiskEffektueringIndeks": 4,
}
LEVELS = {
    "IKKE_FORTROLIGE_DATA": 1,
    "FORTROLIGE_PERSONOPLYSNINGER": 2,
    "FOELSOMME_PERSONOPLYSNINGER": 3,
    "VIP_SAGER": 4,
}
# The columns of objekt-*.copy, in order.
COLUMNS = (
    "part", "id", "uuid", "kind", "myndighed", "niveau", "kle", "profil", "klasse", "fremdrift",
    "kilde", "noegle", "aar", "tidspunkt", "titel", "tekst", "indhold",
)  # fmt: skip
PRIMARY = "a86c6581-ec85-412d-a655-31a1f1d5b14f"
DOCUMENT_PRIMARY = "5a9d0000-0000-4000-8000-000000000052"
MASTER = {"251c24fd-57b0-4afc-9d73-b063d1957eb3", "5a9d0000-0000-4000-8000-000000000056"}
TEXTS = {
    "Titel", "Beskrivelse", "HjemmelSpecifikation", "Sagsstatus", "Sagskategori", "Lokation", "NoteTekst",
    "FuldtNavn", "Klassetitel", "Dokumenttitel", "Navn", "Ydelsesnavn", "Begrundelse",
    "Kommentar", "Tekstfelt", "Udbetalingsafdeling",
}  # fmt: skip
NOW = datetime.datetime.now(datetime.timezone.utc)


def instant(text):
    return datetime.datetime.fromisoformat(text)


def is_current(period):
    if not period:
        return True
    since, until = period.get("FraTidspunkt"), period.get("TilTidspunkt", True)
    if isinstance(since, str) and instant(since) > NOW:
        return False
    return not isinstance(until, str) or instant(until) > NOW


class Objekt:
    """What an index needs of one object, as its last registration has it."""

    def __init__(self, line):
        name, value = next(iter(json.loads(line).items()))
        self.kind = KINDS[name]
        self.uuid = value["UUIDIdentifikator"]
        self.cvr = self.level = self.key = self.state = self.kle = self.master = None
        self.year = None
        self.profile = False
        self.titles, self.texts, self.relations = [], [], []
        self.filed, self.grants = [], []
        registration = value["Registrering"][-1]
        self.time = registration["Tidspunkt"]
        for container in ("AttributListe", "TilstandListe", "RelationListe"):
            self.read(registration.get(container, {}))

    def read(self, container):
        for name, segments in container.items():
            if name == "LokalUdvidelseListe":
                self.read(segments)
                continue
            for segment in segments if isinstance(segments, list) else [segments]:
                self.segment(name, segment)

    def segment(self, name, segment):
        period = segment.get("Virkning", {})
        self.point(name, segment, period)
        if not is_current(period):
            return
        role = segment.get("Rolle")
        if name == "Fremdrift":
            self.state = segment.get("FremdriftStatusKode")
        elif name == "Sikkerhedsprofil":
            self.profile = True
        elif name in ("Sagsklasse", "Dokumentklasse"):
            number = find(segment, "BrugervendtNoegle")
            if role in (PRIMARY, DOCUMENT_PRIMARY):
                self.kle = self.kle or number
                self.texts.append(number or "")
            self.texts.append(find(segment, "Klassetitel") or "")
            return
        elif name == "BevilgetYdelse":
            number = find(segment.get("Ydelse", {}), "BrugervendtNoegle")
            self.kle = self.kle or number
        elif name == "OekonomiskYdelseEffektueringRelation":
            self.kle = self.kle or segment.get("Klassifikationsbeskrivelse")
            grant = segment.get("BevilgetYdelseRef", {}).get("UUIDIdentifikator")
            if grant:
                self.grants.append(grant)
        elif name == "Journalpost" and "ReferenceID" in segment:
            self.filed.append(segment["ReferenceID"])
        elif name == "Egenskaber":
            self.key = segment.get("BrugervendtNoegle")
            self.titles += [text for text in (segment.get("Titel"), self.key) if text]
            since = period.get("FraTidspunkt")
            self.year = self.year or (since[:4] if isinstance(since, str) else None)
        if "OprettetTidspunkt" in segment:
            self.year = segment["OprettetTidspunkt"][:4]
        if name == "Egenskaber":
            segment = {key: value for key, value in segment.items() if key != "Titel"}
        self.walk(segment)

    def point(self, name, segment, period):
        reference = segment.get("ReferenceID")
        if reference is None:
            return
        role = segment.get("Rolle")
        if role in MASTER and isinstance(reference, str):
            self.master = self.master or reference
        since, until = period.get("FraTidspunkt"), period.get("TilTidspunkt", True)
        self.relations.append(
            (
                name,
                role,
                reference,
                since if isinstance(since, str) else "-infinity",
                until if isinstance(until, str) else "infinity",
            )
        )

    def walk(self, node):
        if isinstance(node, list):
            for item in node:
                self.walk(item)
            return
        for name, value in node.items():
            if isinstance(value, (dict, list)):
                self.walk(value)
            elif not isinstance(value, str):
                continue
            elif name == "Notat":
                self.texts.append(base64.b64decode(value).decode("utf-8", "replace"))
            elif name in TEXTS:
                self.texts.append(value)
            elif name == "Foelsomhed":
                self.level = max(self.level or 0, LEVELS.get(value, 0))
            elif name in ("CVR-Nummer", "CVR-Nr", "CVR-nr"):
                self.cvr = self.cvr or value

    @property
    def facts(self):
        return (self.cvr, self.level, self.kle, self.profile)


def find(node, name):
    """The first member of that name, at any depth."""
    if name in node:
        return node[name]
    for value in node.values():
        if isinstance(value, dict):
            found = find(value, name)
            if found is not None:
                return found
    return None


def uuid_of(line):
    start = line.index('"UUIDIdentifikator":"') + 21
    return line[start : start + 36]


def part_of(text):
    """Which part holds a UUID or a key; the questions are sent to that part alone."""
    return zlib.crc32(text.encode()) & 1


def own_lines(path, number):
    with open(path, encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            if part_of(uuid_of(line)) == number:
                yield place, line.rstrip("\n")


def collect(arguments):
    """The facts that others are seen by: of cases, by the documents they file; of grants."""
    path, number = arguments
    filing, grants = {}, {}
    for _, line in own_lines(path, number):
        if line.startswith('{"Sag'):
            sag = Objekt(line)
            for uuid in sag.filed:
                filing.setdefault(uuid, sag.facts)
        elif line.startswith('{"Bevilling'):
            grant = Objekt(line)
            grants[grant.uuid] = grant.facts
    return filing, grants


def access(o, filing, grants):
    """Authority, level, subject and profile that decide who sees the object."""
    cvr, level, kle, profile = o.facts
    if o.kind == 2 and o.uuid in filing:
        sag_cvr, sag_level, sag_kle, sag_profile = filing[o.uuid]
        if level is None or sag_level is None:
            return sag_cvr, None, sag_kle, profile
        return sag_cvr, max(level, sag_level), sag_kle, profile or sag_profile
    if o.kind == 4:
        paid = next((grants[uuid] for uuid in o.grants if uuid in grants), None)
        return (cvr, paid[1], kle, paid[3]) if paid else (cvr, None, kle, profile)
    return cvr, level, kle, profile


def escaped(text):
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def field(value):
    return "\\N" if value is None else escaped(str(value))


def write_part(arguments):
    path, out, number, filing, grants = arguments
    relations = [
        open(f"{out}/relation-{number}-{part}.copy", "w", encoding="utf-8")
        for part in range(PARTS)
    ]
    with open(f"{out}/objekt-{number}.copy", "w", encoding="utf-8") as objects:
        for place, line in own_lines(path, number):
            o = Objekt(line)
            cvr, level, kle, profile = access(o, filing, grants)
            row = (
                number, place, o.uuid, o.kind, cvr, level, kle, int(profile), o.kle, o.state,
                o.master, o.key, o.year, o.time, " ".join(o.titles), " ".join(o.texts), line,
            )  # fmt: skip
            objects.write("\t".join(map(field, row)) + "\n")
            for name, role, key, since, until in o.relations:
                part = part_of(key)
                row = (part, place, name, role, key, since, until)
                relations[part].write("\t".join(map(field, row)) + "\n")
    for file in relations:
        file.close()


def main(path, out):
    with multiprocessing.Pool(PARTS) as pool:
        filing, grants = {}, {}
        for some, others in pool.map(collect, [(path, number) for number in range(PARTS)]):
            filing.update(some)
            grants.update(others)
        pool.map(write_part, [(path, out, number, filing, grants) for number in range(PARTS)])


if __name__ == "__main__":
    main(*sys.argv[1:])
