public import IndexCore

/// Every registration of an object, newest first, each with what it changed.
public enum Historik {
    /// The history as JSON; nil when the object is missing or hidden.
    ///
    /// Changes are told between registrations as the caller sees them, so that a change of a hidden
    /// part tells nothing but when it was received.
    public static func json(
        kind: ObjektKind, uuid: UUIDIdentifikator, syn: Syn
    ) throws(QueryError) -> [UInt8]? {
        try reading { () throws(StoreError) in
            guard let objekt = try syn.objekt(uuid, kind) else { return nil }
            let found = try objekt.historik(from: .distantPast, to: .distantFuture)
            var writer = JSONWriter(reserving: 16_384)
            writer.beginObject()
            writer.key(.uuidIdentifikator)
            writer.uuid(uuid)
            writer.member("Objekttype", kind.name)
            writer.key("Historik")
            writer.beginArray()
            for (index, registrering) in found.enumerated() {
                let earlier = index + 1 < found.count ? found[index + 1] : nil
                entry(registrering, after: earlier, objekt, syn.roller, &writer)
            }
            writer.endArray()
            writer.endObject()
            return writer.bytes
        }
    }

    private static func entry(
        _ registrering: Registrering, after earlier: Registrering?, _ objekt: SynligtObjekt,
        _ roller: RolleTabel, _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key(.stsTidspunkt)
        writer.time(registrering.stsTidspunkt)
        if let time = registrering.tidspunkt {
            writer.key(.tidspunkt)
            writer.time(time)
        }
        if let user = registrering.header[.brugerRef]?.unikId {
            writer.key(.brugerRef)
            writer.string(user)
        }
        if let note = registrering.header[.noteTekst] {
            writer.key(.noteTekst)
            note.withBytes { writer.lines($0) }
        }
        writer.key("Aendringer")
        writer.beginArray()
        let changes = AendringListe(
            from: earlier, to: registrering, objekt.schema, objekt.alternativTitel)
        for change in changes.aendringer { self.change(change, objekt, roller, &writer) }
        writer.endArray()
        writer.key(.registrering)
        writer.registrering(
            registrering, as: objekt.schema, alternativTitel: objekt.alternativTitel)
        writer.endObject()
    }

    private static func change(
        _ change: AendringListe.Aendring, _ objekt: SynligtObjekt, _ roller: RolleTabel,
        _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("Sti", change.sti(in: objekt.schema))
        if let rolle = change.key.rolle {
            let liste = RolleListe(objekt.kind, change.key.unit)
            let known = roller.rolle(liste, UUIDIdentifikator(rolle))
            writer.member("Rolle", known == .ukendt ? rolle : known.navn)
        }
        if !change.key.indeks.isEmpty { writer.member("Indeks", change.key.indeks) }
        writer.member("Handling", change.handling.rawValue)
        writer.endObject()
    }
}

/// What differs between two registrations, timeline by timeline. Pure.
struct AendringListe {
    enum Handling: String {
        case tilfoejet, aendret, ophoert
    }

    struct Aendring {
        let key: TimelineKey
        let handling: Handling

        func sti(in schema: ObjektSchema) -> String {
            // A list's own extension.
            guard let unit = schema.unit(key.unit) else {
                return key.unit.name + "." + Element.lokalUdvidelseListe.name
            }
            let list = unit.container.listElement.name
            let inner = unit.isExtension ? ".LokalUdvidelseListe." : "."
            return list + inner + key.unit.name
        }
    }

    private(set) var aendringer: [Aendring] = []

    init(
        from earlier: Registrering?, to later: Registrering, _ schema: ObjektSchema,
        _ alternativTitel: AlternativTitel
    ) {
        let old = Self.timelines(earlier?.segments ?? [])
        let new = Self.timelines(later.segments)
        for key in new.order {
            let after = new.segments[key] ?? []
            guard let before = old.segments[key] else {
                aendringer.append(Aendring(key: key, handling: .tilfoejet))
                continue
            }
            if Self.text(before, alternativTitel) == Self.text(after, alternativTitel) { continue }
            aendringer.append(
                Aendring(key: key, handling: Self.ends(before, after) ? .ophoert : .aendret))
        }
        for key in old.order where new.segments[key] == nil {
            aendringer.append(Aendring(key: key, handling: .ophoert))
        }
        for liste in UnitSchema.Container.allCases.map(\.listElement) {
            let (before, after) = (earlier?.header[liste]?.group, later.header[liste]?.group)
            if before == after { continue }
            aendringer.append(
                Aendring(
                    key: TimelineKey(unit: liste, rolle: nil, indeks: ""),
                    handling: before == nil ? .tilfoejet : after == nil ? .ophoert : .aendret))
        }
    }

    /// The timeline ran on for ever and now does not.
    private static func ends(_ before: [Segment], _ after: [Segment]) -> Bool {
        let old = before.map(\.virkning.til).max() ?? .distantPast
        let new = after.map(\.virkning.til).max() ?? .distantPast
        return old == .distantFuture && new < old
    }

    private static func timelines(
        _ segments: [Segment]
    ) -> (order: [TimelineKey], segments: [TimelineKey: [Segment]]) {
        var order: [TimelineKey] = []
        var found: [TimelineKey: [Segment]] = [:]
        for segment in segments {
            let key = segment.key
            if found[key] == nil { order.append(key) }
            found[key, default: []].append(segment)
        }
        return (order, found)
    }

    /// As the caller sees them.
    private static func text(
        _ segments: [Segment], _ alternativTitel: AlternativTitel
    ) -> [UInt8] {
        // In whatever order they were sent.
        segments.map { segment in
            var writer = JSONWriter(reserving: 512)
            writer.segment(segment, alternativTitel)
            return writer.bytes
        }.sorted { $0.lexicographicallyPrecedes($1) }.flatMap(\.self)
    }
}
