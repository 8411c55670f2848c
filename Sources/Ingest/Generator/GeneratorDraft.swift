import IndexCore

/// A case worker who does not exist.
struct GeneratorWorker {
    let uuid: UUIDIdentifikator
    let name: GeneratorPerson
    let initials: String

    /// The same authority, area, unit and number give the same worker in every run.
    init(authority: GeneratorAuthority, area: Int, unit: Int, number: Int) {
        let place = area * 100 + unit * 10 + number
        var random = GeneratorRandom(.worker, Int(authority.cvr.number), place)
        uuid = random.uuid()
        name = GeneratorPerson(
            cpr: 0, first: random.below(75), middle: -1, last: random.below(120),
            isMale: random.percent(30))
        let letters = (0..<4).map { _ in UInt8(65 + random.below(26)) }
        initials = String(decoding: letters, as: UTF8.self)
    }
}

/// Where an object comes from: authority, unit, case worker, system of origin and sender.
struct GeneratorOrigin {
    let authority: GeneratorAuthority
    /// The authority's place in the plan.
    let place: Int
    let area: Int
    let unit: Int
    let worker: GeneratorWorker
    /// Places in `GeneratorSystem.all`.
    let system: Int
    let sender: Int

    /// Whether the system of origin names units and users by keys of its own, not by UUID.
    var usesLocalKeys: Bool { system % 7 == 5 }

    var actor: GeneratorActor {
        usesLocalKeys ? .localUser(system, worker.initials) : .uuid(worker.uuid)
    }

    var masterUUID: UUIDIdentifikator { GeneratorSystem.all[system].uuid }

    func unitUUID(_ unit: Int) -> UUIDIdentifikator {
        .derived(.unit, Int(authority.cvr.number), area, unit)
    }

    func unitName(_ unit: Int) -> String {
        let units = GeneratorArea.all[area].units
        return units[unit % units.count]
    }

    func from(_ fra: Int, to til: Int = .max) -> GeneratorPeriod {
        GeneratorPeriod(fra: fra, til: til, actor: actor)
    }

    /// A period that the system itself recorded.
    func automatic(_ fra: Int) -> GeneratorPeriod {
        GeneratorPeriod(fra: fra, til: .max, actor: .system(masterUUID))
    }
}

/// Who made something hold.
enum GeneratorActor {
    case uuid(UUIDIdentifikator)
    case localUser(Int, String)
    case system(UUIDIdentifikator)
}

/// When something holds, from and including `fra` up to `til`, and who made it so.
struct GeneratorPeriod {
    let fra: Int
    /// `Int.max` for no end.
    let til: Int
    let actor: GeneratorActor
}

/// What a relation points at, in the forms that the standard allows.
enum GeneratorReference {
    case uuid(UUIDIdentifikator)
    case person(Int)
    case company(Int)
    case productionUnit(Int)
    case bfe(Int)
    case esr(Int, Int)
    case localUnit(Int, Int)
    case localUser(Int, String)
    case benefitKey(Int)
    case journalNote
}

/// A person or a company that an object concerns.
enum GeneratorParty {
    case person(GeneratorPerson)
    case company(GeneratorCompany)
    case productionUnit(GeneratorCompany)
}

struct SagDraft {
    struct Title {
        let fra: Int
        let text: [UInt8]
        let description: [UInt8]
    }

    struct SecondaryParty {
        let party: GeneratorParty
        let fra: Int
        let til: Int
    }

    struct JournalEntry {
        let fra: Int
        let til: Int
        let content: JournalContent
    }

    enum JournalContent {
        case filed(UUIDIdentifikator, title: [UInt8])
        case attached(UUIDIdentifikator)
        case note(title: [UInt8], text: [UInt8])
    }

    struct Handover {
        let fra: Int
        let worker: GeneratorWorker
    }

    let uuid: UUIDIdentifikator
    let origin: GeneratorOrigin
    let subject: Int
    let facet: String
    let level: Foelsomhed
    let party: GeneratorParty
    let property: GeneratorProperty
    let number: [UInt8]
    /// The first day of each state, in the order of the four states.
    let steps: [Int]
    var titles: [Title] = []
    var hiddenTitle: [UInt8] = []
    var journal: [JournalEntry] = []
    var secondary: [SecondaryParty] = []
    var beneficiary: GeneratorPerson?
    var handover: Handover?
    var unitChange: Int?
    var helper: Helper?
    var parent: UUIDIdentifikator?
    var related: UUIDIdentifikator?
    var homeAuthority: GeneratorAuthority?
    var outcome: Int?
    var benefit: Int?
    var isProtected = false
    /// Small choices that need no name each: one bit or number a place.
    var taste = 0
    /// The day of each registration, rising; the last has everything.
    var cuts: [Int] = []

    struct Helper {
        let worker: GeneratorWorker
        let fra: Int
        let til: Int
    }

    var start: Int { steps[0] }
    var finalTitle: [UInt8] { titles.last?.text ?? number }
}

struct DokumentDraft {
    let uuid: UUIDIdentifikator
    let origin: GeneratorOrigin
    let subject: Int
    let level: Foelsomhed
    let type: String
    let day: Int
    let number: [UInt8]
    let title: [UInt8]
    let description: [UInt8]
    let hiddenTitle: [UInt8]
    let party: GeneratorParty
    let copyTo: GeneratorPerson?
    let answers: UUIDIdentifikator?
    let isAppendix: Bool
    let isProtected: Bool
    let steps: [(day: Int, state: String)]
    let taste: Int
}

struct BevillingDraft {
    /// One granted benefit through one interval; the same `id` may come in several.
    struct Ydelse {
        let id: Int
        let benefit: Int
        let fra: Int
        let til: Int
        let start: Int
        let slut: Int?
        let oere: Int
    }

    let uuid: UUIDIdentifikator
    let origin: GeneratorOrigin
    let subject: Int
    let level: Foelsomhed
    let number: [UInt8]
    let sag: UUIDIdentifikator
    let sagNumber: [UInt8]
    let sagTitle: [UInt8]
    let recipient: GeneratorPerson
    let payee: GeneratorPerson
    let decided: Int
    let start: Int
    let ydelser: [Ydelse]
    let reason: [UInt8]
    let isProtected: Bool
    let taste: Int
}

struct EffektueringDraft {
    struct Line {
        let bevilling: UUIDIdentifikator
        let subject: Int
        let ydelse: Int
        let start: Int
        let slut: Int
        let oere: Int
    }

    let uuid: UUIDIdentifikator
    let origin: GeneratorOrigin
    let number: [UInt8]
    let recipient: GeneratorPerson
    let lines: [Line]
    let paymentDay: Int
    let tax: Int
    let setOff: Int
    let isPaid: Bool
}

/// The next line to write, drafted.
enum GeneratorWork {
    case sag(SagDraft)
    case dokument(DokumentDraft)
    case bevilling(BevillingDraft)
    case effektuering(EffektueringDraft)
}
