public import IndexCore
import Synchronization

/// Why kept bytes are not a classification.
public enum KlasselagerFejl: Error, Equatable, Sendable {
    /// The bytes were written by a newer version.
    case nyereUdgave(Int)
    /// Cut off, or no classification at all; the byte where reading stopped.
    case ulaeselig(byteOffset: Int)
}

/// Why a classification was not loaded.
public enum KlasseindlaesningFejl: Error, Equatable, Sendable, CustomStringConvertible {
    /// The source itself.
    case kilde(KlassifikationReadError)
    /// What was kept before cannot be read.
    case lager(KlasselagerFejl)
    case store(StoreError)

    public var description: String {
        switch self {
        case .kilde(let error): "the classification: \(error)"
        case .lager(.nyereUdgave):
            "the classification in katalog.sqlite was kept by a newer version"
        case .lager(.ulaeselig):
            "the classification in katalog.sqlite is damaged; load it again with `classification`"
        case .store(let error): "the index: \(error)"
        }
    }
}

/// What loading a source into the store did.
public struct Klasseindlaesning: Sendable {
    /// The classification as it is now; already kept.
    public let klassifikation: Klassifikation
    /// What the source said.
    public let kilde: KlassifikationIndlaesning
    /// What merging it changed.
    public let rapport: KlassifikationRapport
}

/// Keeps the classification as bytes in the store, in a compact form of its own.
///
/// The form: `TVKL`, a version byte, then fields front to back; whole numbers as LEB128, texts with
/// their length before them. All of KLE is about half a megabyte and is read in some 20 ms.
public enum Klasselager {
    /// The name it is kept under.
    public static let navn = "KLE"
    private static let turn = Mutex(())

    /// The kept classification; nil when none was loaded.
    public static func load(_ store: Store) throws(KlasseindlaesningFejl) -> Klassifikation? {
        let bytes: [UInt8]?
        do throws(StoreError) {
            bytes = try store.klassifikation(navn)
        } catch {
            throw .store(error)
        }
        guard let bytes else { return nil }
        do throws(KlasselagerFejl) {
            return try decode(bytes)
        } catch {
            throw .lager(error)
        }
    }

    /// The kept classification, or the extract that comes with the program.
    public static func gaeldende(_ store: Store) throws(KlasseindlaesningFejl) -> Klassifikation {
        try load(store) ?? medfoelgende
    }

    /// The extract that comes with the program, as a classification.
    public static var medfoelgende: Klassifikation {
        Klassifikation(navn: navn).merging(MedfoelgendeUddrag.read()).klassifikation
    }

    /// Keeps the classification; on the disk when the call returns.
    public static func save(_ klassifikation: Klassifikation, in store: Store) throws(StoreError) {
        try store.keepKlassifikation(navn, encode(klassifikation))
    }

    /// Reads a source of any known format, merges it into what is kept, and keeps the result.
    ///
    /// One at a time. The caller then gives `klasseviden(_:)` to the store. A source without a
    /// single usable class or keyword leaves everything as it was. What was kept before and is damaged is
    /// done without.
    public static func indlaes(
        _ source: [UInt8], in store: Store
    ) throws(KlasseindlaesningFejl) -> Klasseindlaesning {
        let kilde = try read(source)
        let outcome = turn.withLock { _ -> Result<Klasseindlaesning, KlasseindlaesningFejl> in
            do throws(KlasseindlaesningFejl) {
                return .success(try merge(kilde, in: store))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Reads a source of any known format: XML when it begins with `<`, else a table.
    public static func read(
        _ source: [UInt8]
    ) throws(KlasseindlaesningFejl) -> KlassifikationIndlaesning {
        let first = source.first { !($0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0)) }
        do throws(KlassifikationReadError) {
            return first == UInt8(ascii: "<")
                ? try KLEPlanReader.read(source) : try KLETabelReader.read(source)
        } catch {
            throw .kilde(error)
        }
    }

    private static func merge(
        _ kilde: KlassifikationIndlaesning, in store: Store
    ) throws(KlasseindlaesningFejl) -> Klasseindlaesning {
        let kept: Klassifikation
        do throws(KlasseindlaesningFejl) {
            kept = try gaeldende(store)
        } catch .lager(.ulaeselig) {
            kept = medfoelgende
        }
        let (merged, rapport) = kept.merging(kilde)
        do throws(StoreError) {
            try save(merged, in: store)
        } catch {
            throw .store(error)
        }
        return Klasseindlaesning(klassifikation: merged, kilde: kilde, rapport: rapport)
    }

    /// What the store needs of a classification to derive its rows: one hash look-up a question.
    ///
    /// A number that was used again has its latest shared title.
    public static func klasseviden(_ klassifikation: Klassifikation) -> Klasseviden {
        var titles: [String: String] = [:]
        for klasse in klassifikation.klasser where klasse.ejer == nil && !klasse.titel.isEmpty {
            titles[klasse.noegle] = klasse.visningstitel
        }
        let table = titles
        let stikord = klassifikation.klasser.flatMap { klasse in
            klasse.stikord.filter { $0.art == .ord }.map {
                Stikordsindeks.Post(nummer: klasse.noegle, tekst: $0.tekst)
            }
        }
        return Klasseviden(
            titel: { table[$0] },
            nummer: { uuid in
                klassifikation.place(uuid: uuid).flatMap { klassifikation[$0].nummer?.tekst }
            },
            stikord: Stikordsindeks(stikord), klassifikation: klassifikation)
    }
}

// MARK: - Bytes

extension Klasselager {
    private static let maerke = Array("TVKL".utf8)
    private static let udgave: UInt8 = 1

    /// The classification as bytes; equal classifications give equal bytes.
    public static func encode(_ klassifikation: Klassifikation) -> [UInt8] {
        var writer = KlasseWriter(bytes: maerke + [udgave])
        writer.text(klassifikation.navn)
        writer.optional(klassifikation.udgivelsesdato) { $0.dato($1) }
        writer.list(klassifikation.klasser) { $0.klasse($1) }
        return writer.bytes
    }

    /// The classification that `encode` wrote; nothing may follow it.
    public static func decode(_ bytes: [UInt8]) throws(KlasselagerFejl) -> Klassifikation {
        guard bytes.starts(with: maerke), bytes.count > maerke.count else {
            throw .ulaeselig(byteOffset: 0)
        }
        guard bytes[maerke.count] == udgave else { throw .nyereUdgave(Int(bytes[maerke.count])) }
        var reader = KlasseReader(bytes: bytes, position: maerke.count + 1)
        let navn = try reader.text()
        let dato = try reader.optional { reader throws(KlasselagerFejl) in try reader.dato() }
        let klasser = try reader.list { reader throws(KlasselagerFejl) in try reader.klasse() }
        guard reader.position == bytes.count else { throw reader.failure }
        let (result, rapport) = Klassifikation(navn: navn)
            .merging(klasser, udgivelsesdato: dato, omfang: .uddrag)
        guard rapport.afviste.isEmpty, result.klasser.count == klasser.count else {
            throw .ulaeselig(byteOffset: bytes.count)
        }
        return result
    }
}

private struct KlasseWriter {
    var bytes: [UInt8]

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func signed(_ value: Int32) { number(UInt64(UInt32(bitPattern: value))) }

    mutating func text(_ text: String) {
        number(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func dato(_ dato: Dato) { signed(dato.day) }

    mutating func list<Item>(_ items: [Item], _ write: (inout Self, Item) -> Void) {
        number(UInt64(items.count))
        for item in items { write(&self, item) }
    }

    mutating func optional<Item>(_ item: Item?, _ write: (inout Self, Item) -> Void) {
        number(item == nil ? 0 : 1)
        if let item { write(&self, item) }
    }

    mutating func gyldighed(_ gyldighed: Gyldighed) {
        dato(gyldighed.fra)
        dato(gyldighed.til)
    }

    mutating func klasse(_ klasse: Klasse) {
        bytes.append(contentsOf: klasse.uuid.bytes)
        number((klasse.uuidErAfledt ? 1 : 0) | (klasse.titelErForeloebig ? 2 : 0))
        text(klasse.noegle)
        text(klasse.facet)
        optional(klasse.ejer) { $0.number(UInt64($1.number)) }
        text(klasse.titel)
        dato(klasse.titelFra)
        list(klasse.tidligereTitler) { writer, titel in
            writer.text(titel.tekst)
            writer.gyldighed(titel.periode)
        }
        optional(klasse.overordnet) { $0.text($1) }
        list(klasse.gyldighed) { $0.gyldighed($1) }
        historik(klasse.historik)
        list(klasse.efterfoelgere) { $0.text($1) }
        text(klasse.bevaring?.rawValue ?? "")
        optional(klasse.slettefrist) { $0.text($1) }
        list(klasse.stikord) { $0.stikord($1) }
    }

    private mutating func historik(_ historik: Historik) {
        switch historik {
        case .iBrug: number(0)
        case .udgaaet: number(1)
        case .flyttet: number(2)
        }
        optional(historik.dato) { $0.dato($1) }
    }

    private mutating func stikord(_ stikord: Stikord) {
        text(stikord.tekst)
        signed(stikord.vaegt)
        number(UInt64(stikord.art.rawValue))
        text(stikord.handlingsfacet?.tekst ?? "")
    }
}

private struct KlasseReader {
    let bytes: [UInt8]
    var position: Int

    var failure: KlasselagerFejl { .ulaeselig(byteOffset: position) }

    mutating func number() throws(KlasselagerFejl) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 63, by: 7) {
            guard position < bytes.count else { throw failure }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw failure
    }

    mutating func signed() throws(KlasselagerFejl) -> Int32 {
        guard let value = UInt32(exactly: try number()) else { throw failure }
        return Int32(bitPattern: value)
    }

    /// A count of bytes or items, none of which can be more than the bytes that are left.
    private mutating func count() throws(KlasselagerFejl) -> Int {
        guard let count = Int(exactly: try number()), count <= bytes.count - position else {
            throw failure
        }
        return count
    }

    mutating func text() throws(KlasselagerFejl) -> String {
        let count = try count()
        defer { position += count }
        guard let text = String(validating: bytes[position..<position + count], as: UTF8.self)
        else { throw failure }
        return text
    }

    mutating func dato() throws(KlasselagerFejl) -> Dato { Dato(day: try signed()) }

    mutating func list<Item>(
        _ read: (inout Self) throws(KlasselagerFejl) -> Item
    ) throws(KlasselagerFejl) -> [Item] {
        let count = try count()
        var items: [Item] = []
        items.reserveCapacity(count)
        for _ in 0..<count { items.append(try read(&self)) }
        return items
    }

    mutating func optional<Item>(
        _ read: (inout Self) throws(KlasselagerFejl) -> Item
    ) throws(KlasselagerFejl) -> Item? {
        switch try number() {
        case 0: return nil
        case 1: return try read(&self)
        default: throw failure
        }
    }

    private mutating func uuid() throws(KlasselagerFejl) -> UUIDIdentifikator {
        let end = position + 16
        guard end <= bytes.count else { throw failure }
        defer { position = end }
        let uuid = bytes[position..<end].withUnsafeBytes { UUIDIdentifikator(bytes: $0) }
        guard let uuid else { throw failure }
        return uuid
    }

    private mutating func gyldighed() throws(KlasselagerFejl) -> Gyldighed {
        let fra = try dato()
        guard let gyldighed = Gyldighed(fra: fra, til: try dato()) else { throw failure }
        return gyldighed
    }

    mutating func klasse() throws(KlasselagerFejl) -> Klasse {
        let uuid = try uuid()
        let flags = try number()
        guard flags < 4 else { throw failure }
        var klasse = Klasse(noegle: try text(), facet: try text(), titel: "", uuid: uuid)
        klasse.uuidErAfledt = flags & 1 != 0
        klasse.titelErForeloebig = flags & 2 != 0
        klasse.ejer = try optional { reader throws(KlasselagerFejl) in try reader.ejer() }
        klasse.titel = try text()
        klasse.titelFra = try dato()
        klasse.tidligereTitler = try list { reader throws(KlasselagerFejl) in
            TitelPeriode(tekst: try reader.text(), periode: try reader.gyldighed())
        }
        klasse.overordnet = try optional { reader throws(KlasselagerFejl) in try reader.text() }
        klasse.gyldighed = try list { reader throws(KlasselagerFejl) in try reader.gyldighed() }
        klasse.historik = try historik()
        klasse.efterfoelgere = try list { reader throws(KlasselagerFejl) in try reader.text() }
        klasse.bevaring = try bevaring()
        klasse.slettefrist = try optional { reader throws(KlasselagerFejl) in try reader.text() }
        klasse.stikord = try list { reader throws(KlasselagerFejl) in try reader.stikord() }
        return klasse
    }

    private mutating func ejer() throws(KlasselagerFejl) -> CVRNummer {
        let number = UInt32(exactly: try number())
        guard let cvr = number.flatMap({ CVRNummer(number: $0) }) else { throw failure }
        return cvr
    }

    private mutating func historik() throws(KlasselagerFejl) -> Historik {
        let kind = try number()
        let dato = try optional { reader throws(KlasselagerFejl) in try reader.dato() }
        switch kind {
        case 0: return .iBrug
        case 1: return .udgaaet(dato)
        case 2: return .flyttet(dato)
        default: throw failure
        }
    }

    private mutating func bevaring() throws(KlasselagerFejl) -> Bevaring? {
        let text = try text()
        guard !text.isEmpty else { return nil }
        guard let bevaring = Bevaring(rawValue: text) else { throw failure }
        return bevaring
    }

    private mutating func stikord() throws(KlasselagerFejl) -> Stikord {
        let tekst = try text()
        let vaegt = try signed()
        let art = UInt8(exactly: try number()).flatMap { Stikord.Art(rawValue: $0) }
        guard let art else { throw failure }
        let facet = try text()
        let nummer = KLENummer(canonical: facet)
        guard facet.isEmpty || nummer != nil else { throw failure }
        return Stikord(tekst: tekst, vaegt: vaegt, art: art, handlingsfacet: nummer)
    }
}
