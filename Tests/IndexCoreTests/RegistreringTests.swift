// 1. A registration comes back from its bytes as it was; no bytes trap, however damaged.
// 2. A record's groups and values come back, long groups too.
// 3. The hash is XXH64.

import Testing

@testable import IndexCore

@Suite struct RegistreringTests {
    static func example() -> Registrering {
        var registrering = Byg.sag(
            titel: "Titel æøå",
            [
                Byg.part("Ane", til: Byg.start),
                Byg.note(String(repeating: "lang ", count: 40_000)),
                Byg.tilakteret(Byg.uuid(5)), Byg.klasse("27.36.04", fra: .distantPast),
            ])
        registrering.header = Byg.group {
            $0.text(.noteTekst, "note")
            $0.time(.tidspunkt, Byg.start)
            $0.mark(.udenNotifikation, .yes)
        }
        registrering.stsTidspunkt = Byg.start
        return registrering
    }

    @Test("It comes back from its bytes as it was")
    func roundTrip() throws {
        let registrering = Self.example()
        let decoded = try #require(Registrering(decoding: registrering.encoded()))
        #expect(decoded.hasSameContent(as: registrering))
        #expect(decoded.stsTidspunkt == Byg.start)
        #expect(decoded.encoded() == registrering.encoded())
        #expect(decoded.tidspunkt == Byg.start)
        let note = decoded.segments(of: .journalpost).first?.body
            .group(.journalpostEgenskaber, .journalnotatEgenskaber)
        #expect(note?[.notat]?.withBytes { $0.count } == 200_000)
    }

    @Test("Bytes cut short or run on are refused")
    func cut() {
        let bytes = Byg.sag([Byg.part("Ane")]).encoded()
        for count in 0..<bytes.count {
            #expect(Registrering(decoding: Array(bytes[..<count])) == nil)
        }
        #expect(Registrering(decoding: bytes + [0]) == nil)
    }

    @Test("Damaged bytes never trap, whatever is asked of what they give")
    func damaged() {
        var seed = Seed(3)
        let whole = Byg.sag([Byg.part("Ane"), Byg.tilakteret(Byg.uuid(5)), Byg.note("x")]).encoded()
        let afleder = Afleder(roller: .standard, leksikon: .indbygget)
        for _ in 0..<4000 {
            var bytes = whole
            for _ in 0...seed.below(4) {
                bytes[seed.below(bytes.count)] = UInt8(truncatingIfNeeded: seed.next())
            }
            guard let found = Registrering(decoding: bytes) else { continue }
            _ = afleder.afled(.sag, found, now: Byg.start, klassetekst: "", klasser: .ingen)
            var writer = JSONWriter()
            writer.registrering(found, as: ObjektSchema.of(.sag))
            _ = found.segments.map(\.key)
        }
    }

    @Test("Damaged access facts never trap, and whole ones come back")
    func fakta() {
        var fakta = AdgangsFakta(kind: .oekonomiskEffektuering)
        fakta.myndighed = Byg.a
        fakta.foelsomhed = .vipSager
        fakta.add(PakketKLE("27.36.04"))
        fakta.add(udeAfKraft: PakketKLE("27.36.08"))
        fakta.add(.mangler)
        #expect(fakta.kleNu == [PakketKLE("27.36.04"), .mangler])
        fakta.master = Byg.uuid(1)
        fakta.ansvarlig = Byg.uuid(2)
        fakta.harProfil = true
        fakta.profil = [Byg.uuid(3)]
        fakta.bevillinger = [Byg.uuid(4), Byg.uuid(5)]
        let whole = fakta.encoded()
        #expect(AdgangsFakta(decoding: whole) == fakta)
        #expect(
            AdgangsFakta(decoding: AdgangsFakta(kind: .sag).encoded()) == AdgangsFakta(kind: .sag))
        var seed = Seed(4)
        for _ in 0..<3000 {
            var bytes = whole
            bytes[seed.below(bytes.count)] = UInt8(truncatingIfNeeded: seed.next())
            _ = AdgangsFakta(decoding: bytes)
        }
    }

    @Test(
        "The hash is XXH64",
        arguments: [
            ("", 0, 0xEF46_DB37_51D8_E999), ("a", 0, 0xD24E_C4F1_A98C_6E5B),
            ("abc", 0, 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1),
            ("", 1, 0xD5AF_BA13_36A3_BE4B), ("xxhash", 20141025, 0xB559_B98D_844E_0635),
        ] as [(String, UInt64, UInt64)])
    func checksum(_ text: String, _ seed: UInt64, _ expected: UInt64) {
        #expect(UInt64(bitPattern: Checksum.xxh64(Array(text.utf8), seed: seed)) == expected)
    }
}
