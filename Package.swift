// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    // The tests run with every check; the compiler proves most accesses anyway.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let package = Package(
    name: "tvaerindeks",
    products: [
        .executable(name: "tvaerindeks", targets: ["tvaerindeks"]),
        .library(name: "langsomsync", type: .dynamic, targets: ["langsomsync"]),
    ],
    targets: [
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CMicrohttpd", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(
            name: "CGnuTLS", pkgConfig: "gnutls", providers: [.apt(["libgnutls28-dev"])]),
        .target(name: "IndexCore", dependencies: ["CSQLite"], swiftSettings: strict),
        .target(name: "Ingest", dependencies: ["IndexCore"], swiftSettings: strict),
        .target(name: "Query", dependencies: ["IndexCore"], swiftSettings: strict),
        .target(
            name: "API",
            dependencies: ["IndexCore", "Ingest", "Query", "CMicrohttpd", "CGnuTLS"],
            swiftSettings: strict),
        .executableTarget(
            name: "tvaerindeks", dependencies: ["API", "Ingest", "Query", "IndexCore"],
            swiftSettings: strict),
        .executableTarget(
            name: "lagerproeve", dependencies: ["IndexCore"], path: "Tests/Lagerproeve",
            swiftSettings: strict),
        .executableTarget(
            name: "maaling", dependencies: ["IndexCore", "Ingest", "Query"],
            path: "benchmarks/Sources",
            swiftSettings: strict),
        // Preloaded into the program by the benchmarks alone.
        .target(name: "langsomsync", path: "benchmarks/LangsomSync", publicHeadersPath: "."),
        .testTarget(
            name: "IndexCoreTests", dependencies: ["IndexCore", "CSQLite", "lagerproeve"],
            swiftSettings: strict),
        .testTarget(
            name: "IngestTests", dependencies: ["Ingest", "IndexCore"], swiftSettings: strict),
        .testTarget(
            name: "QueryTests", dependencies: ["Query", "Ingest", "IndexCore"],
            swiftSettings: strict),
        .testTarget(
            name: "APITests", dependencies: ["API", "Query", "Ingest", "IndexCore"],
            swiftSettings: strict),
        // Runs the built executable as a process.
        .testTarget(
            name: "KommandoTests", dependencies: ["tvaerindeks", "API", "IndexCore"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
