// 1. X2: system and user each through one whole group; groups are not flattened (O06).
// 2. X3, X4: a document is seen through the cases that file it, at the higher of the two levels.
// 3. X5: a profile lets in whom it names, and is asked of users only.
// 4. X6: what lacks a level, an authority or a number is seen by nobody, or only by `*`.
// 5. X10: the title that the public must not see.

import Testing

@testable import IndexCore

@Suite struct AccessScopeTests {
    private let system = Byg.uuid(1)
    private let bruger = Byg.uuid(2)
    private let enhed = Byg.uuid(3)

    private func group(
        _ kle: String = "*", _ level: Foelsomhed = .vipSager, _ myndighed: CVRNummer = Byg.a,
        systemer: Set<UUIDIdentifikator>? = nil, enheder: Set<UUIDIdentifikator>? = nil
    ) throws -> RightsGroup {
        RightsGroup(
            myndigheder: [myndighed], kle: try #require(KLEPattern.list(kle)), foelsomhed: level,
            systemer: systemer, enheder: enheder)
    }

    private func scope(_ system: [RightsGroup], _ user: [RightsGroup]? = nil) -> AccessScope {
        AccessScope(
            system: self.system, systemGrupper: system,
            bruger: user.map { .init(uuid: bruger, enheder: [enhed], grupper: $0) })
    }

    private func fakta(
        _ kind: ObjektKind = .sag, _ kle: String? = "27.36.04",
        _ level: Foelsomhed? = .fortroligePersonoplysninger
    ) -> AdgangsFakta {
        var fakta = AdgangsFakta(kind: kind)
        fakta.myndighed = Byg.a
        fakta.add(PakketKLE(kle))
        fakta.foelsomhed = level
        fakta.master = Byg.uuid(10)
        fakta.ansvarlig = Byg.uuid(11)
        return fakta
    }

    @Test("Both the system and the user must pass")
    func both() throws {
        let wide = [try group()]
        #expect(scope(wide).seesSag(fakta()))
        #expect(scope(wide, wide).seesSag(fakta()))
        #expect(!scope(wide, []).seesSag(fakta()))
        #expect(!scope([], wide).seesSag(fakta()))
        #expect(!scope(wide, [try group("32.*")]).seesSag(fakta()))
        #expect(!scope([try group("*", .vipSager, Byg.b)]).seesSag(fakta()))
    }

    @Test("Groups are not flattened: level 3 on 27 and level 1 on 32 is no level 3 on 32")
    func groups() throws {
        let groups = [
            try group("27.*", .foelsommePersonoplysninger), try group("32.*", .ikkeFortroligeData),
        ]
        #expect(scope(groups).seesSag(fakta(.sag, "27.00.00", .foelsommePersonoplysninger)))
        #expect(!scope(groups).seesSag(fakta(.sag, "32.00.00", .foelsommePersonoplysninger)))
        #expect(scope(groups).seesSag(fakta(.sag, "32.00.00", .ikkeFortroligeData)))
        #expect(!scope(groups).seesSag(fakta(.sag, "27.00.00", .vipSager)))
    }

    @Test("Limits to master systems and units are part of the group")
    func limits() throws {
        #expect(scope([try group(systemer: [Byg.uuid(10)])]).seesSag(fakta()))
        #expect(!scope([try group(systemer: [Byg.uuid(99)])]).seesSag(fakta()))
        #expect(scope([try group(enheder: [Byg.uuid(11)])]).seesSag(fakta()))
        #expect(!scope([try group(enheder: [Byg.uuid(99)])]).seesSag(fakta()))
        var none = fakta()
        none.ansvarlig = nil
        #expect(!scope([try group(enheder: [Byg.uuid(11)])]).seesSag(none))
    }

    @Test("A document is seen through a case, at the higher of the two levels")
    func documents() throws {
        let scope = scope([try group("27.*", .foelsommePersonoplysninger)])
        let other = fakta(.dokument, "32.00.00", .ikkeFortroligeData)
        #expect(!scope.seesDokument(other, filedOn: []))
        #expect(scope.seesDokument(other, filedOn: [fakta()]))
        #expect(
            !scope.seesDokument(fakta(.dokument, "27.00.00"), filedOn: [fakta(.sag, "32.00.00")]))
        #expect(!scope.seesDokument(fakta(.dokument, "27.00.00", .vipSager), filedOn: [fakta()]))
        #expect(!scope.seesDokument(other, filedOn: [fakta(.sag, "27.00.00", .vipSager)]))
        #expect(
            scope.seesDokument(other, filedOn: [fakta(.sag, "27.00.00", .vipSager), fakta()]))
        #expect(scope.seesDokument(fakta(.dokument), filedOn: []))
    }

    @Test("A profile lets in the users and units it names, and no others")
    func profiles() throws {
        let wide = [try group()]
        var closed = fakta()
        closed.harProfil = true
        closed.profil = [Byg.uuid(77)]
        #expect(!scope(wide, wide).seesSag(closed))
        #expect(scope(wide).seesSag(closed))
        closed.profil = [bruger]
        #expect(scope(wide, wide).seesSag(closed))
        closed.profil = [enhed]
        #expect(scope(wide, wide).seesSag(closed))
        closed.profil = []
        #expect(!scope(wide, wide).seesSag(closed))
        // A case that is closed lets no document through.
        #expect(!scope(wide, wide).seesDokument(fakta(.dokument), filedOn: [closed]))
    }

    @Test(
        "What lacks a level or an authority is seen by nobody; without a number only by everything")
    func missing() throws {
        let wide = scope([try group()])
        #expect(!wide.seesSag(fakta(.sag, "27.36.04", nil)))
        var stray = fakta()
        stray.myndighed = nil
        #expect(!wide.seesSag(stray))
        #expect(wide.seesSag(fakta(.sag, nil)))
        #expect(!scope([try group("00.*-99.*")]).seesSag(fakta(.sag, nil)))
        #expect(!wide.seesDokument(fakta(.dokument), filedOn: [fakta(.sag, "27.36.04", nil)]))
    }

    @Test("Grants are seen when one of them is, payments when a line and a grant are")
    func benefits() throws {
        let narrow = scope([try group("32.*", .fortroligePersonoplysninger)])
        var grant = fakta(.bevilling, "27.00.00")
        #expect(!narrow.seesBevilling(grant))
        grant.add(PakketKLE("32.03.04"))
        #expect(narrow.seesBevilling(grant))
        var payment = fakta(.oekonomiskEffektuering, "32.03.04", nil)
        payment.bevillinger = [Byg.uuid(5)]
        #expect(narrow.seesEffektuering(payment) { _ in grant })
        #expect(!narrow.seesEffektuering(payment) { _ in nil })
        #expect(!narrow.seesEffektuering(payment) { _ in self.fakta(.sag, "32.03.04") })
        var anden = fakta(.oekonomiskEffektuering, "27.00.00", nil)
        anden.bevillinger = [Byg.uuid(5)]
        #expect(!narrow.seesEffektuering(anden) { _ in grant })
    }

    @Test("A number that the plan lacks: of grants and payments, only everything covers it (Y17)")
    func unknownNumber() throws {
        func scope(_ kle: String, _ user: String? = nil) throws -> AccessScope {
            AccessScope(
                system: system, systemGrupper: [try group(kle)],
                bruger: try user.map {
                    .init(uuid: bruger, enheder: [], grupper: [try group($0)])
                }, plan: Plannumre([PakketKLE("32.03.04")]))
        }
        let grant = fakta(.bevilling, "32.99.99")
        #expect(try !scope("32.*").seesBevilling(grant))
        #expect(try !scope("32.99.99").seesBevilling(grant))
        #expect(try scope("*").seesBevilling(grant))
        #expect(try !scope("*", "32.*").seesBevilling(grant))
        #expect(try scope("32.*").seesBevilling(fakta(.bevilling, "32.03.04")))
        // What cases and documents say of themselves counts as it stands.
        #expect(try scope("32.*").seesSag(fakta(.sag, "32.99.99")))
        #expect(try scope("32.*").seesDokument(fakta(.dokument, "32.99.99"), filedOn: []))
        var payment = fakta(.oekonomiskEffektuering, "32.99.99", nil)
        payment.bevillinger = [Byg.uuid(5)]
        let known = fakta(.bevilling, "32.03.04")
        #expect(try !scope("32.*").seesEffektuering(payment) { _ in known })
        #expect(try scope("*").seesEffektuering(payment) { _ in known })
        // Writing is judged by the number itself.
        #expect(AccessScope.mayWrite(grant, [try group("32.*")]))
    }

    @Test("What is over opens a grant to readers; writers must cover all of it")
    func over() throws {
        let own = [try group("27.*")]
        var grant = AdgangsFakta(kind: .bevilling)
        grant.myndighed = Byg.a
        grant.foelsomhed = .ikkeFortroligeData
        grant.add(udeAfKraft: PakketKLE("27.36.04"))
        #expect(scope(own).seesBevilling(grant))
        #expect(AccessScope.mayWrite(grant, own))
        grant.add(PakketKLE("32.03.04"))
        #expect(scope(own).seesBevilling(grant))
        #expect(!AccessScope.mayWrite(grant, own))
        #expect(grant.kleNu == [PakketKLE("32.03.04")])
        // One that comes into effect again.
        grant.add(PakketKLE("27.36.04"))
        #expect(grant.kleNu == [PakketKLE("32.03.04"), PakketKLE("27.36.04")])
        #expect(grant.kle == grant.kleNu)
        #expect(!AccessScope.mayWrite(grant, own))
        // Each by some group.
        #expect(AccessScope.mayWrite(grant, own + [try group("32.*")]))
        #expect(!AccessScope.mayWrite(grant, own + [try group("32.*", .vipSager, Byg.b)]))
    }

    @Test("The alternative title is for asserted users and for the source itself")
    func alternativTitel() throws {
        let wide = [try group()]
        #expect(scope(wide).mayReadAlternativTitel(of: fakta()) == .hidden)
        #expect(scope(wide, wide).mayReadAlternativTitel(of: fakta()) == .shown)
        var own = fakta()
        own.master = system
        #expect(scope(wide).mayReadAlternativTitel(of: own) == .shown)
    }

    @Test("Only authorities that both have can show anything")
    func authorities() throws {
        let both = scope(
            [try group(), try group("*", .vipSager, Byg.b)], [try group("*", .vipSager, Byg.b)])
        #expect(both.myndigheder == [Byg.b])
    }
}
