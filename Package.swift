// swift-tools-version: 6.2
import PackageDescription

// One folder is one target, and an arrow goes down only: see ARCHITECTURE.md, "The house".
// The table of imports is held by Tests/HouseTests.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

func shared(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = [],
    settings: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Shared/\(name)", exclude: exclude, resources: resources,
        swiftSettings: strict + settings)
}

// Its malloc takes the place of the C library's in the whole process.
let jemalloc: [LinkerSetting] = [.linkedLibrary("jemalloc")]

func service(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], linking: [LinkerSetting] = []
) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Services/\(name)", exclude: exclude, swiftSettings: strict,
        linkerSettings: linking)
}

// What is tested is the optimised code; to optimise the tests too takes minutes of a build and saves seconds of a run.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", exclude: exclude,
        swiftSettings: strict + [.unsafeFlags(["-Onone"])])
}

let package = Package(
    name: "box-office",
    products: [
        .executable(name: "gateway", targets: ["Gateway"]),
        .executable(name: "seat-reservation", targets: ["SeatReservation"]),
        .executable(name: "payment", targets: ["Payment"]),
        .executable(name: "realtime-push", targets: ["RealtimePush"]),
        .executable(name: "benchmarks", targets: ["Benchmarks"]),
        .executable(name: "viewers", targets: ["Viewers"]),
        .executable(name: "rush", targets: ["Rush"]),
        .executable(name: "provider-stand-ins", targets: ["ProviderStandInsProgram"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CEpoll", path: "Shared/CEpoll"),
        .systemLibrary(
            name: "CNghttp2", path: "Shared/CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CLibpq", path: "Shared/CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CZlib", path: "Shared/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CQrencode", path: "Shared/CQrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(
            name: "CCurl", path: "Shared/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CHiredis", path: "Shared/CHiredis", providers: [.apt(["libhiredis-dev"])]),

        shared("Ticketing"),
        shared("Ledger", ["Ticketing"]),
        shared("Wire", ["Ticketing", "Ledger"]),
        shared("Proof", ["Ticketing", "Wire", crypto]),
        shared("WaitingRoom", ["Ticketing", "Wire", "Proof", crypto]),
        shared("Telemetry", [log, metrics, coreMetrics]),
        shared("Shedding", ["Telemetry", metrics, deque]),
        shared("SocketLoop", ["CEpoll", heap]),
        // A connection is touched on its loop's thread alone; looking for overlapping access to it at run time took a
        // fifth of a tiny request (`benchmarks transport`).
        shared(
            "HTTP2",
            ["CNghttp2", nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL, httpTypes, log, deque, crypto],
            settings: [.unsafeFlags(["-enforce-exclusivity=unchecked"])]),
        shared("Postgres", ["CLibpq", "SocketLoop", log, deque]),
        shared("Redis", ["CHiredis", "SocketLoop", log, deque]),
        shared("Compression", ["CZlib"]),
        shared("QRCode", ["CQrencode"]),
        shared("Courier", ["CCurl", nioCore, nioPosix]),
        shared("ActorTransport", ["HTTP2", "Shedding", "Telemetry", httpTypes, nioCore, nioPosix, log, crypto]),
        shared(
            "ServiceRuntime",
            [
                "ActorTransport", "HTTP2", "Shedding", "Telemetry", httpTypes, nioCore, nioPosix, log, coreMetrics,
                lifecycle, unixSignals,
                configuration,
            ]),
        shared("SeatFeed", ["LedgerStore", "Redis", "Wire", log, metrics]),
        shared("Contracts", ["Ticketing", "Wire", "ActorTransport", "Shedding"]),
        shared("Sessions", ["Ticketing", crypto]),
        shared(
            "LedgerStore",
            ["Ticketing", "Ledger", "Wire", "Proof", "Postgres", "SocketLoop", log, metrics, crypto, deque],
            exclude: ["schema.sql"],
            resources: [.embedInCode("Migrations"), .embedInCode("Queries"), .embedInCode("Sandbox")]),

        service(
            "Gateway",
            [
                "Ticketing", "Wire", "HTTP2", "Telemetry", "ActorTransport", "ServiceRuntime", "Contracts",
                "Compression", "QRCode", "Sessions", "Shedding", "WaitingRoom",
                httpTypes, nioCore, nioPosix, log, lifecycle, arguments, crypto, metrics, yams,
            ],
            exclude: ["Web", "openapi.yaml"], linking: jemalloc),
        service(
            "SeatReservation",
            [
                "Ticketing", "Ledger", "Wire", "HTTP2", "Telemetry", "ActorTransport", "ServiceRuntime", "Contracts",
                "Shedding", "SocketLoop", "Postgres", "Redis", "LedgerStore", "SeatFeed", "Sessions", "Proof",
                "WaitingRoom", nioCore,
                nioPosix, log, lifecycle, arguments, crypto, cryptoExtras, metrics,
            ],
            exclude: ["Charts"], linking: jemalloc),
        service(
            "Payment",
            [
                "Ticketing", "Ledger", "Wire", "HTTP2", "Telemetry", "ActorTransport", "ServiceRuntime", "Contracts",
                "SocketLoop", "Postgres", "Redis", "LedgerStore", "SeatFeed", "Compression", "Courier", "QRCode",
                "Proof", "Shedding",
                nioCore, nioPosix, httpTypes, log, lifecycle, arguments, crypto, metrics, asyncHTTPClient, nioHTTP1,
            ], linking: jemalloc),
        service(
            "RealtimePush",
            [
                "Ticketing", "Wire", "HTTP2", "Telemetry", "ActorTransport", "ServiceRuntime", "Contracts",
                "Shedding", "SocketLoop", "Redis", nioCore, nioPosix, httpTypes, log, lifecycle, arguments, metrics,
            ]),

        .target(name: "TestSupport", path: "Tests/Support", swiftSettings: strict),
        .target(
            name: "ProviderStandIns", dependencies: ["HTTP2", "Wire", httpTypes, nioCore, log, crypto],
            path: "Tests/ProviderStandIns/Library", swiftSettings: strict),
        .executableTarget(
            name: "ProviderStandInsProgram", dependencies: ["ProviderStandIns", nioPosix, log, arguments],
            path: "Tests/ProviderStandIns/Program", swiftSettings: strict),
        .target(
            name: "ViewerCrowd", dependencies: ["CEpoll", "Ticketing", "Wire"], path: "Tests/Viewers/Crowd",
            swiftSettings: strict),
        .executableTarget(
            name: "Viewers",
            dependencies: [
                "ViewerCrowd", "ActorTransport", "Contracts", "HTTP2", "Ticketing", "Wire", nioCore, nioPosix, log,
                arguments, deque,
            ],
            path: "Tests/Viewers/Program", swiftSettings: strict),
        .target(
            name: "LoadModel", dependencies: ["Ticketing", "Wire", deque], path: "Tests/Load/Model",
            swiftSettings: strict),
        .target(
            name: "LoadEngine",
            dependencies: ["CNghttp2", "LoadModel", "Ticketing", "ViewerCrowd", "Wire", deque, heap],
            // A loop is touched on its thread alone, and shares two processors with what it measures.
            path: "Tests/Load/Engine", swiftSettings: strict + [.unsafeFlags(["-enforce-exclusivity=unchecked"])]),
        .target(
            name: "RivalTable", dependencies: ["LoadModel", "Wire"], path: "Tests/Rivals/Table",
            swiftSettings: strict),
        .executableTarget(
            name: "Rush",
            dependencies: [
                "HTTP2", "LoadEngine", "LoadModel", "RivalTable", "Ticketing", "ViewerCrowd", "Wire", httpTypes,
                nioCore, nioPosix, log, arguments,
            ],
            path: "Tests/Load/Program", swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "ActorTransport", "Contracts", "HTTP2", "LedgerStore", "Postgres", "RivalTable", "SocketLoop",
                "Ticketing", "Wire", "TestSupport", "ViewerCrowd", httpTypes, nioCore, nioPosix, log, arguments,
            ],
            path: "Tests/Benchmarks", swiftSettings: strict),

        tests(of: "House"),
        tests(of: "ViewerCrowd", ["ViewerCrowd", "Ticketing", "Wire"]),
        tests(
            of: "Rush",
            [
                "HTTP2", "LoadEngine", "LoadModel", "RivalTable", "Rush", "TestSupport", "Ticketing", "ViewerCrowd",
                "Wire", httpTypes, nioCore, nioPosix, log,
            ]),
        tests(of: "Documentation", ["TestSupport"]),
        tests(of: "Ledger", ["Ledger", "Ticketing"]),
        tests(
            of: "Payment",
            [
                "Payment", "ActorTransport", "Contracts", "Courier", "HTTP2", "Ledger", "LedgerStore", "ServiceRuntime",
                "Ticketing", "Wire", "Postgres", "Proof", "ProviderStandIns", "SocketLoop", "TestSupport", httpTypes,
                nioCore, nioPosix, log, crypto,
            ]),
        tests(of: "Proof", ["Proof", "Ticketing", "Wire", crypto]),
        tests(of: "WaitingRoom", ["WaitingRoom", "Proof", "Ticketing", "Wire"]),
        tests(of: "Compression", ["Compression"]),
        tests(of: "Courier", ["Courier", "TestSupport", nioCore, nioPosix]),
        tests(of: "Shedding", ["Shedding", "Telemetry", "TestSupport"]),
        tests(of: "SocketLoop", ["SocketLoop", "TestSupport"]),
        tests(of: "Postgres", ["Postgres", "SocketLoop", "TestSupport", log]),
        tests(of: "Redis", ["Redis", "SocketLoop", "TestSupport", log]),
        tests(of: "Ticketing", ["Ticketing"]),
        tests(
            of: "SeatReservation",
            [
                "SeatReservation", "ActorTransport", "Contracts", "HTTP2", "LedgerStore", "Sessions", "Ticketing",
                "WaitingRoom", "Wire", "TestSupport", nioPosix, log,
            ], exclude: ["ChartFiles"]),
        tests(of: "Sessions", ["Sessions", "Ticketing"]),
        tests(of: "Wire", ["Wire"]),
        tests(
            of: "LedgerStore",
            ["LedgerStore", "Ticketing", "Wire", "Proof", "Postgres", "SocketLoop", "TestSupport", log, crypto]),
        tests(of: "HTTP2", ["HTTP2", "TestSupport", httpTypes, nioCore, nioPosix, nioEmbedded, log]),
        tests(of: "Telemetry", ["Telemetry", log, coreMetrics]),
        tests(
            of: "ActorTransport",
            ["ActorTransport", "HTTP2", "Shedding", "Telemetry", "TestSupport", httpTypes, nioCore, nioPosix, log]),
        tests(
            of: "Gateway",
            [
                "Gateway", "ActorTransport", "Contracts", "HTTP2", "ServiceRuntime", "Sessions", "Shedding",
                "Ticketing", "WaitingRoom", "Wire",
                "TestSupport", httpTypes, nioCore, nioPosix, log,
            ]),
        tests(
            of: "RealtimePush",
            [
                "RealtimePush", "ActorTransport", "Contracts", "HTTP2", "Ticketing", "Wire", "TestSupport", httpTypes,
                nioCore, nioPosix, log,
            ]),
        tests(of: "Contracts", ["Contracts", "ActorTransport", "Ticketing", "Wire", "HTTP2", nioPosix, log]),
        tests(
            of: "ServiceRuntime",
            [
                "ServiceRuntime", "HTTP2", "Shedding", "Telemetry", coreMetrics, httpTypes, nioCore, nioPosix, log,
                lifecycle,
            ]
        ),
    ]
)
