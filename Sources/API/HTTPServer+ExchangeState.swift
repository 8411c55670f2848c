/// How far the answer to a request is, and what the library holds the connection for.
///
/// Pure: each event gives what is to be done. Guarded by the lock of its `HTTPExchange`.
struct HTTPExchangeState {
    enum Effect {
        case nothing, resume
    }

    enum Turn {
        case send(HTTPResponse)
        case suspend
        case close
    }

    private enum Answer {
        case awaited
        case ready(HTTPResponse)
        case taken
    }

    private enum Hold {
        case none, forAnswer, forFlow
    }

    private var answer = Answer.awaited
    private var hold = Hold.none
    private var earlyResumes = 0
    private var isOver = false

    var isHeldForFlow: Bool { hold == .forFlow }

    /// The application, or a refusal, answers.
    mutating func answered(_ response: HTTPResponse) -> Effect {
        guard !isOver, case .awaited = answer else { return .nothing }
        answer = .ready(response)
        guard hold == .forAnswer else { return .nothing }
        hold = .none
        return .resume
    }

    /// The library asks what to do with a complete request.
    mutating func turn(_ stage: HTTPServerCore.Stage) -> Turn {
        switch answer {
        case .ready(let response):
            answer = .taken
            return .send(response)
        case .awaited where stage != .stopping:
            hold = .forAnswer
            return .suspend
        case .awaited, .taken:
            return .close
        }
    }

    /// A sink or a source wants a pause; it may have ended it already.
    mutating func paused(_ stage: HTTPServerCore.Stage) -> Turn? {
        if earlyResumes > 0 {
            earlyResumes -= 1
            return nil
        }
        guard stage != .stopping else { return .close }
        hold = .forFlow
        return .suspend
    }

    /// A sink or a source ends its pause.
    mutating func flowResumed() -> Effect {
        guard !isOver else { return .nothing }
        guard hold == .forFlow else {
            earlyResumes += 1
            return .nothing
        }
        hold = .none
        return .resume
    }

    /// The server stops and waits no longer.
    mutating func abandoned(_ response: HTTPResponse) -> Effect {
        guard !isOver else { return .nothing }
        if hold == .forAnswer { return answered(response) }
        guard hold == .forFlow else { return .nothing }
        hold = .none
        return .resume
    }

    /// The library is done with the request: nothing may touch its connection any more.
    mutating func ended() {
        isOver = true
        answer = .taken
        hold = .none
    }
}
