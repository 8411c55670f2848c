import IndexCore

extension FieldSchema {
    /// A single field that stands outside any group schema.
    init(_ element: Element, _ type: ValueType) {
        self.init(element: element, type: type, repeats: false, maxCount: nil)
    }
}

// MARK: - Objects, arrays and fields

extension RecordParser {
    /// Reads an object; `member` answers false for an element that has no place there.
    mutating func object(
        _ member: (inout RecordParser, Element) throws(JSONError) -> Bool
    ) throws(JSONError) {
        guard try reader.peek() == .object else { return try wrongType() }
        try reader.beginObject()
        while true {
            var unknown: String?
            let found = try reader.nextKey { name -> Element? in
                let element = Element.named(name)
                if element == nil { unknown = Medlemsnavn.vist(name) }
                return element
            }
            guard let found else { return }
            guard let element = found else {
                report(unknownRule(unknown ?? ""), named: unknown ?? "?")
                try reader.skip()
                continue
            }
            path.push(element)
            let known = try member(&self, element)
            if !known {
                report(misplacedRule(element))
                try reader.skip()
            }
            path.pop()
        }
    }

    /// Reads an array; `body` reads one element, with the path at its index.
    mutating func array(
        _ element: Element, _ body: (inout RecordParser) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try reader.peek() == .array else { return try wrongType() }
        try reader.beginArray()
        var index = 0
        path.pop()
        while try reader.nextElement() {
            path.push(element, index: index)
            try body(&self)
            path.pop()
            index += 1
        }
        path.push(element)
    }

    /// True the first time; the second is told (R8) and is to be passed over.
    mutating func isNew(_ element: Element, _ seen: inout Seen) -> Bool {
        guard !seen.contains(element) else { return false }
        seen.insert(element)
        return true
    }

    /// Writes a group's members in the schema's order, whatever order they came in.
    mutating func members(
        of schema: GroupSchema, virkning: inout VirkningDraft
    ) throws(JSONError) {
        let start = writer.count
        var seen = Seen()
        var last = -1
        var isOrdered = true
        var found = virkning
        try object { parser, element throws(JSONError) in
            guard parser.isNew(element, &seen), let field = schema.field(element) else {
                return false
            }
            if case .virkning = field.type {
                try parser.virkning(&found)
                return true
            }
            let order = Int(schema.order(of: element))
            if order < last { isOrdered = false }
            last = order
            try parser.field(field)
            return true
        }
        virkning = found
        if !isOrdered { reorder(from: start, by: schema) }
    }

    private mutating func reorder(from start: Int, by schema: GroupSchema) {
        let written = ElementGroup(Array(writer.bytes[start...]))
        writer.rewind(to: start)
        for field in schema.fields {
            for value in written where value.element == field.element { writer.copy(value) }
        }
    }

    /// Reads one field's value, or array of values, into the record.
    mutating func field(_ field: FieldSchema) throws(JSONError) {
        guard field.repeats else { return try value(field) }
        var count = 0
        try array(field.element) { parser throws(JSONError) in
            count += 1
            try parser.value(field)
        }
        if let most = field.maxCount, count > most { report(.Y07) }
    }

    private mutating func value(_ field: FieldSchema) throws(JSONError) {
        let start = writer.count
        try read(field)
        if Self.isFilledByIndex(field.element), writer.count > start {
            writer.rewind(to: start)
            report(.Y24)
        }
    }

    /// The index fills these itself, and takes no sender's word for them (Y24).
    private static func isFilledByIndex(_ element: Element) -> Bool {
        element == .bevillingstartdato || element == .bevillingslutdato || element == .meddelelse
    }

    private mutating func read(_ field: FieldSchema) throws(JSONError) {
        switch field.type {
        case .text(let min, let max): try textValue(field.element, min: min, max: max)
        case .uuid:
            if let uuid = try uuidValue() { writer.uuid(field.element, uuid) }
        case .unikId: try unikId(field.element)
        case .dateTime:
            if let time = try timeValue() { writer.time(field.element, time) }
        case .businessDateTime:
            if let time = try timeValue() { writer.time(field.element, time, business: true) }
        case .date: try checked(field.element, .R5) { Dato.read($0) != nil }
        case .boolean:
            if let value = try booleanValue() { writer.mark(field.element, value ? .yes : .no) }
        case .integer: try integer(field.element)
        case .choice(let codes): try choice(field.element, codes)
        case .cvr:
            try checked(field.element, rule(.R5, .Y08)) {
                $0.count == 8 && $0.allSatisfy { (48...57).contains($0) }
            }
        case .beloeb: try beloeb(field.element)
        case .base64: try base64(field.element)
        case .group(let schema): try group(field, schema)
        case .virkning: try reader.skip()
        }
    }

    private mutating func group(
        _ field: FieldSchema, _ schema: GroupSchema
    ) throws(JSONError) {
        let start = writer.begin(field.element, repeats: field.repeats)
        let faults = findings.count
        var none = VirkningDraft()
        try members(of: schema, virkning: &none)
        writer.end(start)
        let count = writer.bytes.count - start
        // What could not be read is told, and not missing.
        guard findings.count == faults else { return }
        switch field.element {
        case .offentlighedUndtaget: requireBoth(start, count, .R12)
        case .bevilgetYdelseRef: requireBoth(start, count, .Y11)
        default: break
        }
    }

    private mutating func requireBoth(_ start: Int, _ count: Int, _ rule: Rule) {
        let members = ElementGroup(Array(writer.bytes[start..<(start + count)]))
        if Array(members).count != 2 { report(rule) }
    }

    // MARK: Virkning

    private mutating func virkning(_ draft: inout VirkningDraft) throws(JSONError) {
        for known in virkninger where reader.skipCopy(of: known.text) {
            draft = known.draft
            return
        }
        let faults = findings.count
        let isObject = try reader.peek() == .object
        let start = reader.position
        try readVirkning(&draft)
        guard isObject, findings.count == faults else { return }
        if virkninger.count == Self.keptVirkninger { virkninger.removeFirst() }
        virkninger.append((start..<reader.position, draft))
    }

    private mutating func readVirkning(_ draft: inout VirkningDraft) throws(JSONError) {
        var found = VirkningDraft()
        found.given.insert(.virkning)
        var seen = Seen()
        var last: UInt8 = 0
        var isOrdered = true
        let start = writer.count
        try object { parser, element throws(JSONError) in
            guard parser.isNew(element, &seen) else { return false }
            switch element {
            case .fraTidspunkt:
                if let time = try parser.tidspunkt() {
                    found.fra = time == .distantFuture ? .distantPast : time
                    found.given.insert(.fra)
                }
                return true
            case .tilTidspunkt:
                if let time = try parser.tidspunkt() {
                    found.til = time
                    found.given.insert(.til)
                }
                return true
            case .aktoerRef: try parser.unikId(element)
            case .aktoerTypeKode: try parser.choice(element, ObjektSchema.aktoerTyper)
            case .noteTekst: try parser.textValue(element, min: 0, max: 1024)
            default: return false
            }
            if element.rawValue < last { isOrdered = false }
            last = element.rawValue
            return true
        }
        if !isOrdered { reorder(from: start, by: Self.aktoerSchema) }
        draft = found
        draft.aktoer = keepAside(from: start)
    }

    /// What a Virkning says of who says so, in the order it is kept.
    private static let aktoerSchema = GroupSchema(
        [Element.noteTekst, .aktoerRef, .aktoerTypeKode].map {
            FieldSchema($0, .text(min: 0, max: 1024))
        })

    /// Moves what was written from `start` on to the actors, each distinct one once; the bytes that
    /// are left must stay one segment's own.
    private mutating func keepAside(from start: Int) -> Range<Int> {
        defer { writer.rewind(to: start) }
        for known in actors.reversed() where writer.holds(from: start, aside, in: known) {
            return known
        }
        let range = aside.count..<(aside.count + writer.count - start)
        writer.append(from: start, to: &aside)
        actors.append(range)
        return range
    }

    // MARK: Single values

    /// A string, or the long form {"UUIDIdentifikator": …} or {"URNIdentifikator": …}.
    mutating func unikId(_ element: Element) throws(JSONError) {
        guard try reader.peek() == .object else { return try unikIdText(element, only: nil) }
        var branches = 0
        try reader.beginObject()
        while let branch = try reader.nextKey({ Self.unikIdBranch($0) }) {
            branches += 1
            guard branch != .unknown, branches == 1 else {
                branches = 2
                try reader.skip()
                continue
            }
            try unikIdText(element, only: branch)
        }
        if branches != 1 { report(rule(.R8, .Y02)) }
    }

    enum UnikIdBranch { case uuid, urn, unknown }

    private static func unikIdBranch(_ name: UnsafeBufferPointer<UInt8>) -> UnikIdBranch {
        if name.elementsEqual("UUIDIdentifikator".utf8) { return .uuid }
        if name.elementsEqual("URNIdentifikator".utf8) { return .urn }
        return .unknown
    }

    private mutating func unikIdText(
        _ element: Element, only branch: UnikIdBranch?
    ) throws(JSONError) {
        guard try reader.peek() == .string else { return try wrongType() }
        var target = RecordWriter()
        swap(&target, &writer)
        defer { swap(&target, &writer) }
        let problem: Rule? = try reader.string { text -> Rule? in
            if branch != .urn, let uuid = UUIDIdentifikator(ascii: text) {
                target.uuid(element, uuid)
                return nil
            }
            if branch == .uuid || Self.looksLikeBrokenUUID(text) { return .R1 }
            guard Self.scalarCount(text) <= 255 else { return .R2 }
            target.text(element, text)
            return Self.hasForbiddenControl(text, multiline: false) ? .R26 : nil
        }
        switch problem {
        case .R1: report(rule(.R1, .Y01))
        case .R2: report(rule(.R2, .Y03))
        case .R26: report(rule(.R26, .Y39))
        default: break
        }
    }

    /// A UUID in braces, or hexadecimal digits and hyphens of nearly the right length.
    private static func looksLikeBrokenUUID(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count >= 30, text.count <= 40 else { return false }
        return text.allSatisfy { byte in
            (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "{")
                || byte == UInt8(ascii: "}")
        }
    }

    mutating func uuidValue() throws(JSONError) -> UUIDIdentifikator? {
        guard try reader.peek() == .string else {
            try wrongType()
            return nil
        }
        let uuid = try reader.string { UUIDIdentifikator(ascii: $0) }
        if uuid == nil { report(rule(.R1, .Y01)) }
        return uuid
    }

    mutating func booleanValue() throws(JSONError) -> Bool? {
        guard try reader.peek() == .boolean else {
            try wrongType()
            return nil
        }
        return try reader.boolean()
    }

    mutating func timeValue() throws(JSONError) -> Tidspunkt? {
        guard try reader.peek() == .string else {
            try wrongType()
            return nil
        }
        switch try reader.string({ Tidspunkt.read($0) }) {
        case .zoned(let time): return time
        case .local(let time):
            if !isYdelse { warn(.R6, "Tidspunkt uden tidszone er læst som dansk tid") }
            return time
        case .malformed:
            report(.R6)
            return nil
        }
    }

    /// TidspunktType: a dateTime, `true`, or the long form of either; infinity is `distantFuture`.
    private mutating func tidspunkt() throws(JSONError) -> Tidspunkt? {
        switch try reader.peek() {
        case .string: return try timeValue()
        case .boolean: return try graenseIndikator()
        case .object: return try longTidspunkt()
        default:
            try wrongType()
            return nil
        }
    }

    private mutating func graenseIndikator() throws(JSONError) -> Tidspunkt? {
        if try reader.boolean() { return .distantFuture }
        report(rule(.R7, .Y02))
        return nil
    }

    private mutating func longTidspunkt() throws(JSONError) -> Tidspunkt? {
        var result: Tidspunkt?
        var branches = 0
        try reader.beginObject()
        while let isTime = try reader.nextKey({ name -> Bool? in
            if name.elementsEqual("TidsstempelDatoTid".utf8) { return true }
            return name.elementsEqual("GraenseIndikator".utf8) ? false : nil
        }) {
            branches += 1
            guard let isTime, branches == 1 else {
                branches = 2
                try reader.skip()
                continue
            }
            if isTime {
                result = try timeValue()
            } else if try reader.peek() == .boolean {
                result = try graenseIndikator()
            } else {
                try wrongType()
            }
        }
        if branches != 1 { report(rule(.R8, .Y02)) }
        return result
    }

    mutating func textValue(_ element: Element, min: Int, max: Int) throws(JSONError) {
        guard try reader.peek() == .string else { return try wrongType() }
        var target = RecordWriter()
        swap(&target, &writer)
        defer { swap(&target, &writer) }
        let multiline = element.isMultiline
        func take(_ text: UnsafeBufferPointer<UInt8>) -> Rule? {
            if text.count < min || (text.count > max && Self.scalarCount(text) > max) {
                return .R3
            }
            target.text(element, text)
            return Self.hasForbiddenControl(text, multiline: multiline) ? .R26 : nil
        }
        let problem: Rule? = try reader.string { text -> Rule? in
            guard multiline, text.contains(Linjeskift.cr) else { return take(text) }
            return Linjeskift.stored(text).withUnsafeBufferPointer(take)
        }
        if let problem { report(isYdelse ? (problem == .R3 ? .Y03 : .Y39) : problem) }
    }

    mutating func choice(_ element: Element, _ codes: [String]) throws(JSONError) {
        try checked(element, rule(.R4, .Y06)) { text in
            codes.contains { $0.utf8.count == text.count && $0.utf8.elementsEqual(text) }
        }
    }

    private mutating func checked(
        _ element: Element, _ rule: Rule, _ isValid: (UnsafeBufferPointer<UInt8>) -> Bool
    ) throws(JSONError) {
        guard try reader.peek() == .string else { return try wrongType() }
        var target = RecordWriter()
        swap(&target, &writer)
        defer { swap(&target, &writer) }
        let valid = try reader.string { text -> Bool in
            guard isValid(text) else { return false }
            target.text(element, text)
            return true
        }
        if !valid { report(rule) }
    }

    private mutating func integer(_ element: Element) throws(JSONError) {
        guard try reader.peek() == .number else {
            report(.R5)
            return try reader.skip()
        }
        var target = RecordWriter()
        swap(&target, &writer)
        defer { swap(&target, &writer) }
        let valid = try reader.number { text -> Bool in
            guard text.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") }) else {
                return false
            }
            target.text(element, text, as: .integer)
            return true
        }
        if !valid { report(.R5) }
    }

    /// `-?[0-9]+(\.[0-9]+)?`, kept as text so that every decimal survives.
    private mutating func beloeb(_ element: Element) throws(JSONError) {
        var decimals = 0
        try checked(element, .Y04) { text in
            let unsigned = text.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
            let parts = unsigned.split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count),
                parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } })
            else { return false }
            decimals = parts.count == 2 ? parts[1].count : 0
            return true
        }
        if decimals == 3 { report(.Y05) }
    }

    private mutating func base64(_ element: Element) throws(JSONError) {
        guard try reader.peek() == .string else { return try wrongType() }
        let bytes = try reader.string { Base64Text.decode($0) }
        guard let bytes else { return report(.R5) }
        bytes.withUnsafeBufferPointer { writer.text(element, $0, as: .base64) }
    }

    // MARK: Telling

    func rule(_ sagDokument: Rule, _ ydelse: Rule) -> Rule { isYdelse ? ydelse : sagDokument }

    mutating func report(_ rule: Rule, _ member: Element) {
        if path.isAt(member) { return report(rule) }
        findings.append(Finding(rule, at: path.text(appending: member.name)))
    }

    mutating func report(_ rule: Rule, named name: String) {
        findings.append(Finding(rule, at: path.text(appending: name)))
    }

    mutating func report(_ rule: Rule) {
        findings.append(Finding(rule, at: path.text))
    }

    /// Tells what is worth knowing and refuses nothing.
    private mutating func warn(_ rule: Rule, _ besked: String) {
        findings.append(Finding(rule, at: path.text, besked, mark: .warns))
    }

    mutating func wrongType() throws(JSONError) {
        report(.R8)
        try reader.skip()
    }

    /// Names that older versions had, which deserve to be told as such (R11).
    private static let retired: Set<String> = [
        "CPRNummer", "CPR-Nummer", "CVRNummer", "PNummer", "P-Nummer", "PersonID", "BorgerID",
        "Sagsarkiv", "VariantListe", "Variant", "Del", "DelListe",
    ]

    private func unknownRule(_ name: String) -> Rule {
        !isYdelse && Self.retired.contains(name) ? .R11 : .R8
    }

    private func misplacedRule(_ element: Element) -> Rule {
        if ObjektSchema.relationExtensions.contains(element) { return .R17 }
        switch (schema.kind, element) {
        case (.dokument, .facettitel), (.dokument, .udenNotifikation),
            (.sag, .cvrNummer), (.sag, .cvrNr), (.sag, .cvrnr),
            (.dokument, .cvrNummer), (.dokument, .cvrNr), (.dokument, .cvrnr):
            return .R11
        default: return .R8
        }
    }

    // MARK: Text

    static func scalarCount(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        text.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
    }

    private static func hasForbiddenControl(
        _ text: UnsafeBufferPointer<UInt8>, multiline: Bool
    ) -> Bool {
        for (index, byte) in text.enumerated() {
            if byte == 0xE2, !multiline, index + 2 < text.count, text[index + 1] == 0x80,
                text[index + 2] | 1 == 0xA9
            {
                // U+2028 and U+2029 break lines too.
                return true
            }
            if byte >= 0x20 && byte != 0x7F && byte != 0xC2 { continue }
            if multiline && byte == Linjeskift.lf { continue }
            if byte != 0xC2 { return true }
            if index + 1 < text.count, (0x80...0x9F).contains(text[index + 1]) { return true }
        }
        return false
    }
}
