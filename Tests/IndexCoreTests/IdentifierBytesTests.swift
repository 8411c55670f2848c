// 1. A UUID is read from 36 bytes exactly when each stands where it may, whatever the byte.
// 2. Every element is found by its name and by no other.

import Testing

@testable import IndexCore

@Suite struct IdentifierBytesTests {
    @Test("Every byte at every place is taken or refused as the form says")
    func uuid() throws {
        let good = Array("01234567-89ab-cdef-ABCD-EF0011223344".utf8)
        let hyphens = [8, 13, 18, 23]
        for place in good.indices {
            for byte in UInt8.min...UInt8.max {
                var text = good
                text[place] = byte
                let isHexadecimal = [48...57, 65...70, 97...102].contains { $0.contains(byte) }
                let isRight = hyphens.contains(place) ? byte == 45 : isHexadecimal
                let read = text.withUnsafeBufferPointer { UUIDIdentifikator(ascii: $0) }
                #expect((read != nil) == isRight)
                if let read {
                    #expect(read.description.utf8.elementsEqual(lower(text)))
                }
            }
        }
    }

    private func lower(_ text: [UInt8]) -> [UInt8] {
        text.map { (65...70).contains($0) ? $0 + 32 : $0 }
    }

    @Test("Each name finds its element, and a changed one finds none or its own")
    func names() {
        let all = Dictionary(
            uniqueKeysWithValues: Element.allCases.map { ($0.nameBytes, $0) })
        for (name, element) in all {
            #expect(found(name) == element)
            for place in name.indices {
                var changed = name
                changed[place] ^= 1
                #expect(found(changed) == all[changed])
            }
            #expect(found(name + [97]) == all[name + [97]])
            #expect(found(Array(name.dropLast())) == all[Array(name.dropLast())])
        }
    }

    private func found(_ name: [UInt8]) -> Element? {
        name.withUnsafeBufferPointer { Element.named($0) }
    }
}
