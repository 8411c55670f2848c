/// Whether the title that the public must not see is written.
///
/// Source: sag-dokument contract, rule X10.
public enum AlternativTitel: Sendable {
    case shown
    case hidden
}

extension JSONWriter {
    /// One registration in the form it was sent in, with `StsTidspunkt` added.
    ///
    /// Times are written in UTC and business dates with Denmark's offset. `visible` says which
    /// lists' members are written; the three lists themselves always are.
    public mutating func registrering(
        _ registrering: Registrering, as schema: ObjektSchema,
        alternativTitel: AlternativTitel = .shown,
        visible: (Segment) -> Bool = { _ in true }
    ) {
        beginObject()
        for value in registrering.header {
            switch value.element {
            case .udenNotifikation, .attributListe, .tilstandListe, .relationListe, .indsender:
                continue
            default: member(value, alternativTitel)
            }
        }
        key(.stsTidspunkt)
        time(registrering.stsTidspunkt)
        let shown = registrering.segments.filter(visible)
        for container in [UnitSchema.Container.attribut, .tilstand, .relation] {
            self.container(container, shown, registrering.header, schema, alternativTitel)
        }
        endObject()
    }

    private mutating func container(
        _ container: UnitSchema.Container, _ segments: [Segment], _ header: ElementGroup,
        _ schema: ObjektSchema, _ alternativTitel: AlternativTitel
    ) {
        key(container.listElement)
        beginObject()
        for unit in schema.units where unit.container == container && !unit.isExtension {
            list(unit, segments, alternativTitel)
        }
        let extensions = schema.units.filter { unit in
            unit.container == container && unit.isExtension
                && segments.contains { $0.unit == unit.element }
        }
        let own = header.group(container.listElement, .lokalUdvidelseListe)
        if !extensions.isEmpty || own != nil {
            key(.lokalUdvidelseListe)
            beginObject()
            for unit in extensions { list(unit, segments, alternativTitel) }
            for value in own ?? .empty { member(value, alternativTitel) }
            endObject()
        }
        endObject()
    }

    private mutating func list(
        _ unit: UnitSchema, _ segments: [Segment], _ alternativTitel: AlternativTitel
    ) {
        guard segments.contains(where: { $0.unit == unit.element }) else { return }
        key(unit.element)
        beginArray()
        for segment in segments where segment.unit == unit.element {
            self.segment(segment, alternativTitel)
        }
        endArray()
    }

    /// One unit with its Virkning first.
    public mutating func segment(_ segment: Segment, _ alternativTitel: AlternativTitel) {
        beginObject()
        virkning(segment.virkning)
        members(segment.body, alternativTitel)
        endObject()
    }

    private mutating func virkning(_ virkning: Virkning) {
        guard virkning.given.contains(.virkning) else { return }
        key(.virkning)
        beginObject()
        if virkning.given.contains(.fra) {
            key(.fraTidspunkt)
            if virkning.fra == .distantPast { boolean(true) } else { time(virkning.fra) }
        }
        if virkning.given.contains(.til) {
            key(.tilTidspunkt)
            if virkning.til == .distantFuture { boolean(true) } else { time(virkning.til) }
        }
        members(virkning.aktoer, .shown)
        endObject()
    }

    /// The members of a group; a run of repeated elements becomes one array.
    public mutating func members(_ group: ElementGroup, _ alternativTitel: AlternativTitel) {
        var open: Element?
        for value in group {
            if open != nil && value.element != open {
                endArray()
                open = nil
            }
            guard value.repeats else {
                member(value, alternativTitel)
                continue
            }
            if open == nil {
                key(value.element)
                beginArray()
                open = value.element
            }
            self.value(value, alternativTitel)
        }
        if open != nil { endArray() }
    }

    private mutating func member(_ value: ElementValue, _ alternativTitel: AlternativTitel) {
        if value.element == .titelAlternativTekst && alternativTitel == .hidden { return }
        key(value.element)
        self.value(value, alternativTitel)
    }

    private mutating func value(_ value: ElementValue, _ alternativTitel: AlternativTitel) {
        switch value.type {
        case .text where value.element.isMultiline: value.withBytes { lines($0) }
        case .text: value.withBytes { string($0) }
        case .integer: value.withBytes { json($0) }
        case .base64: value.withBytes { base64($0) }
        case .uuid: if let uuid = value.uuid { self.uuid(uuid) }
        case .time: if let time = value.time { self.time(time) }
        case .businessTime: if let time = value.time { danishTime(time) }
        case .infinity, .yes: boolean(true)
        case .no: boolean(false)
        case .group:
            beginObject()
            if let group = value.group { members(group, alternativTitel) }
            endObject()
        }
    }
}

extension JSONWriter {
    /// A text of several lines; costs a copy when there are more than one.
    public mutating func lines(_ text: UnsafeRawBufferPointer) {
        guard text.contains(Linjeskift.lf) else { return string(text) }
        Linjeskift.written(text).withUnsafeBytes { string($0) }
    }
}

extension UnitSchema.Container {
    /// The element of the list that holds the units.
    public var listElement: Element {
        switch self {
        case .attribut: .attributListe
        case .tilstand: .tilstandListe
        case .relation: .relationListe
        }
    }
}
