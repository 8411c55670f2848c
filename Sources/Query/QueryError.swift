public import IndexCore

/// Why a question has no answer.
///
/// Names places and rules, never what was asked for or what is stored.
public enum QueryError: Error, Equatable, Sendable {
    /// The body is not JSON.
    case ikkeJSON(byteOffset: Int)
    /// The body is nested deeper than JSON may be here.
    case forDyb
    /// A member or parameter that the request does not have.
    case ukendtMedlem(sti: String)
    /// A member that must be there is not.
    case mangler(sti: String)
    /// The wrong type, form or range; `forventet` says in Danish what was expected.
    case forkert(sti: String, forventet: String)
    /// A rule of the contract is broken; `besked` says in Danish what was expected.
    case brud(regel: String, sti: String, besked: String)
    /// Two members say the same thing in two ways.
    case modstrid(sti: String)
    /// A member that another service answers.
    case ikkeUnderstoettet(sti: String)
    /// The marker is changed, from another caller or from another question.
    case markoer
    /// The index could not be read.
    case store(StoreError)

    /// The member at fault; nil when it is the whole body, or not the caller's fault.
    public var sti: String? {
        switch self {
        case .ukendtMedlem(let sti), .mangler(let sti), .forkert(let sti, _), .modstrid(let sti),
            .ikkeUnderstoettet(let sti), .brud(_, let sti, _):
            sti
        case .markoer: "Markoer"
        case .ikkeJSON, .forDyb, .store: nil
        }
    }

    /// A member or parameter that is not known.
    public init(ukendt navn: String, at place: (String) -> String = { $0 }) {
        self = .ukendtMedlem(sti: place(Medlemsnavn.vist(navn.utf8)))
    }

    /// Why a body could not be read.
    init(_ error: JSONError) {
        self = error.reason == .tooDeep ? .forDyb : .ikkeJSON(byteOffset: error.byteOffset)
    }

    /// The contract's number of the rule that is broken; empty when it has none. What is not of a request's form
    /// breaks R8, as what is not of an object's does.
    public var regel: String {
        switch self {
        case .brud(let regel, _, _): regel
        case .ukendtMedlem, .mangler, .forkert, .modstrid, .ikkeUnderstoettet: "R8"
        case .ikkeJSON, .forDyb, .markoer, .store: ""
        }
    }

    /// What is wrong, in Danish.
    public var besked: String {
        switch self {
        case .ikkeJSON(let offset): "ikke gyldig JSON ved byte \(offset)"
        case .forDyb: "dybere end \(JSONReader.maxDepth) niveauer"
        case .ukendtMedlem: "ukendt medlem"
        case .mangler: "skal angives"
        case .forkert(_, let forventet): "forventede \(forventet)"
        case .brud(_, _, let besked): besked
        case .modstrid: "kan ikke angives sammen med den anden form"
        case .ikkeUnderstoettet: "ikke understøttet her"
        case .markoer: "markøren hører ikke til denne forespørgsel"
        case .store: "indekset kunne ikke læses"
        }
    }
}

/// Runs a read of the store, with its errors as this target's.
func reading<Result>(
    _ body: () throws(StoreError) -> Result
) throws(QueryError) -> Result {
    do throws(StoreError) {
        return try body()
    } catch {
        throw QueryError.store(error)
    }
}
