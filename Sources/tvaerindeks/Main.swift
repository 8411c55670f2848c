import IndexCore
import Ingest

@main
enum Main {
    static func main() throws {
        let args = CommandLine.arguments
        let n = Int(args[1]) ?? 0
        let store = try Store(directory: args[2])
        let importer = Importer(
            store: store, validator: Validator(), normaliser: Normaliser(klassifikation: nil),
            kontrol: { _ in .streng })
        let bulk = Masseindlaesning(importer: importer, afvist: { a in
            print(a.linje, a.kvittering.statusKode, a.kvittering.fejl.map { "\($0.rule) \($0.sti)" })
        })
        let t0 = currentInstant()
        var gen = Generator(GeneratorPlan(objects: n, seed: 1))
        var line: [UInt8] = []
        var more = true
        while more {
            line.removeAll(keepingCapacity: true)
            more = gen.next(into: &line)
            if more { line.removeLast(); bulk.tag(line) }
        }
        let s = bulk.afslut()
        let t1 = currentInstant()
        let secs = Double(t1.microseconds - t0.microseconds) / 1e6
        print(s, "seconds", secs, "per second", Double(n) / secs)
        store.close()
    }
}
