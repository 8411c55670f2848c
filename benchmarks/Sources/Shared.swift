import IndexCore
import Synchronization

/// The failures of several threads, in the order they came.
final class FailureList: Sendable {
    private let texts = Mutex<[String]>([])

    func add(_ text: String) { texts.withLock { $0.append(text) } }

    var first: String? { texts.withLock { $0.first } }
}

/// A value that several threads change.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { body(&$0) }
    }

    var now: Value { value.withLock { $0 } }
}

extension JSONValue {
    var double: Double? {
        if case .number(let digits) = self { Double(digits) } else { nil }
    }
}
