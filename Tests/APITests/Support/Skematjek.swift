import IndexCore

/// As much of JSON Schema as `/openapi.json` uses.
struct Skematjek {
    private let rod: JSONValue

    init(_ rod: JSONValue) { self.rod = rod }

    /// Where the value is not as the schema says; values themselves are not told.
    func fejl(_ value: JSONValue, _ skema: JSONValue, _ sti: String) -> [String] {
        if let reference = skema["$ref"]?.string {
            let steps = reference.dropFirst(2).split(separator: "/").map(String.init)
            guard let target = steps.reduce(rod as JSONValue?, { $0?[$1] }) else {
                return ["\(sti): \(reference)"]
            }
            return fejl(value, target, sti)
        }
        if let ways = (skema["oneOf"] ?? skema["anyOf"])?.array {
            return ways.contains { fejl(value, $0, sti).isEmpty }
                ? [] : ["\(sti): none of the ways"]
        }
        if let choices = skema["enum"]?.array, !choices.contains(value) {
            return ["\(sti): not among the values"]
        }
        switch skema["type"]?.string {
        case "object":
            guard let members = value.members else { return ["\(sti): no object"] }
            return self.members(members, skema, sti)
        case "array":
            guard let items = value.array else { return ["\(sti): no list"] }
            guard let item = skema["items"] else { return [] }
            return items.enumerated().flatMap { fejl($0.element, item, "\(sti)[\($0.offset)]") }
        case "string": return value.string == nil ? ["\(sti): no text"] : []
        case "integer": return value.integer == nil ? ["\(sti): no integer"] : []
        case "boolean":
            return value == .boolean(true) || value == .boolean(false)
                ? [] : ["\(sti): no truth value"]
        default: return []
        }
    }

    private func members(
        _ members: [JSONValue.Member], _ skema: JSONValue, _ sti: String
    ) -> [String] {
        let names = Set(members.map(\.name))
        var result = (skema["required"]?.array ?? []).compactMap(\.string)
            .filter { !names.contains($0) }.map { "\(sti): lacks \($0)" }
        for member in members {
            let place = "\(sti).\(member.name)"
            if let own = skema["properties"]?[member.name] {
                result += fejl(member.value, own, place)
            } else if let others = skema["additionalProperties"] {
                if others == .boolean(false) {
                    result.append("\(place): not there")
                } else {
                    result += fejl(member.value, others, place)
                }
            }
        }
        return result
    }
}
