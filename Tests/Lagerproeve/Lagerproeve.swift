// Writes until it is killed, and tells what was acknowledged: one line `uuid sts` an object.
//
// Arguments: the store's directory, a seed.

import Dispatch
import Glibc
import IndexCore

@main
enum Lagerproeve {
    static func main() {
        guard CommandLine.arguments.count == 3, let seed = UInt64(CommandLine.arguments[2]),
            let store = try? Store(directory: CommandLine.arguments[1])
        else { exit(2) }
        tell("klar\n")
        let done = DispatchGroup()
        for thread in 0..<3 { start(store, seed &* 31 &+ UInt64(thread), done) }
        done.wait()
    }

    nonisolated static func start(_ store: Store, _ seed: UInt64, _ done: DispatchGroup) {
        DispatchQueue.global().async(group: done) {
            var state = seed
            while true { writeBatch(store, &state) }
        }
    }

    nonisolated static func writeBatch(_ store: Store, _ state: inout UInt64) {
        let uuids = (0..<(1 + random(&state) % 8)).map { _ in
            UUIDIdentifikator(
                high: 0x0a00_0000_0000_4000, low: 0x8000_0000_0000_0000 | random(&state) % 400)
        }
        let skrivninger = uuids.map { uuid in skrivning(uuid, &state) }
        for (uuid, result) in zip(uuids, store.writeAndWait(skrivninger)) {
            if case .success(.stored(let sts)) = result { tell("\(uuid) \(sts.microseconds)\n") }
        }
    }

    nonisolated static func skrivning(
        _ uuid: UUIDIdentifikator, _ state: inout UInt64
    ) -> Store.Skrivning {
        // Most stay where they are; one in twelve changes hands.
        let place = random(&state) % 12 == 0 ? random(&state) : uuid.low
        let owner = CVRNummer(number: [11_111_111, 22_222_222, 33_333_333][Int(place % 3)])
        let maal = UUIDIdentifikator(
            high: 0x0a00_0000_0000_4000, low: 0x8000_0000_0000_0000 | random(&state) % 400)
        let registrering = registrering(owner, maal, random(&state))
        return Store.Skrivning(
            command: WriteCommand(uuid: uuid, kind: .sag) { stored, _ in
                stored == nil ? .insert([registrering]) : .append([registrering])
            }, myndighed: owner, peger: [maal])
    }

    nonisolated static func registrering(
        _ owner: CVRNummer?, _ maal: UUIDIdentifikator, _ number: UInt64
    ) -> Registrering {
        var title = RecordWriter()
        title.text(.brugervendtNoegle, "nr-\(number % 10_000)")
        title.text(.titel, "Prøvesag \(number % 1000) vej \(number % 7)")
        var ejer = RecordWriter()
        if let rolle = RolleTabel.standard.uuid(RolleListe(.sag, .sagsaktoer), .ejer) {
            ejer.uuid(.rolle, rolle)
        }
        ejer.text(.referenceID, "urn:oio:cvr-nr:\(owner?.description ?? "")")
        var post = RecordWriter()
        if let rolle = RolleTabel.standard.uuid(RolleListe(.sag, .journalpost), .tilakteret) {
            post.uuid(.rolle, rolle)
        }
        post.text(.indeks, "1")
        post.uuid(.referenceID, maal)
        let units: [(Element, RecordWriter)] = [
            (.egenskaber, title), (.sagsaktoer, ejer), (.journalpost, post),
        ]
        return Registrering(
            header: .empty, stsTidspunkt: .distantPast,
            segments: units.map { unit, body in
                Segment(
                    unit: unit,
                    virkning: Virkning(
                        fra: Tidspunkt(microseconds: 1_600_000_000_000_000), til: .distantFuture,
                        aktoer: .empty),
                    body: ElementGroup(body.bytes))
            })
    }

    nonisolated static func random(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// One write a line, so that a kill cuts no line but the last.
    nonisolated static func tell(_ line: String) {
        var copy = line
        copy.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
