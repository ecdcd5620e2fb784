/// What each target may import: the arrows of the house, and every library by its module's name.
///
/// The compiler lets a target import whatever a dependency of its dependencies has built; this table does not.
enum ImportTable {
    /// From the ground up: a target sees those before it only.
    static let layers = [
        "CEpoll", "CNghttp2", "CLibpq", "CHiredis", "CZlib", "CQrencode", "CCurl", "Ticketing", "Ledger", "Wire",
        "Proof", "WaitingRoom", "Telemetry", "Shedding", "SocketLoop", "HTTP2", "Postgres", "Redis", "Compression",
        "QRCode", "Courier", "ActorTransport", "ServiceRuntime", "Contracts", "Sessions", "LedgerStore", "SeatFeed",
        "Gateway", "SeatReservation", "Payment", "RealtimePush",
    ]

    static let services = ["Gateway", "SeatReservation", "Payment", "RealtimePush"]

    /// These would serve another product: they hold no word of ticketing.
    static let general = [
        "Telemetry", "Shedding", "SocketLoop", "HTTP2", "Postgres", "Redis", "Compression", "QRCode", "Courier",
        "ActorTransport", "ServiceRuntime",
    ]

    /// Every library in C, and the one target that was made for it.
    static let owners = [
        "CEpoll": "SocketLoop", "CNghttp2": "HTTP2", "CLibpq": "Postgres", "CHiredis": "Redis", "CZlib": "Compression",
        "CQrencode": "QRCode", "CCurl": "Courier",
    ]

    /// What comes with the toolchain and says nothing about a target.
    static let everywhere: Set<String> = ["Glibc", "Synchronization", "Foundation", "FoundationEssentials"]

    static let allowed: [String: Set<String>] = [
        "Ticketing": [],
        "Ledger": ["Ticketing"],
        "Wire": ["Ticketing", "Ledger"],
        "Proof": ["Ticketing", "Wire", "Crypto"],
        "WaitingRoom": ["Ticketing", "Wire", "Proof", "Crypto"],
        "Telemetry": ["Logging", "Metrics", "CoreMetrics"],
        "Shedding": ["Telemetry", "Metrics", "DequeModule"],
        "SocketLoop": ["CEpoll", "HeapModule"],
        "HTTP2": [
            "CNghttp2", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "NIOSSL", "HTTPTypes", "Logging",
            "DequeModule",
            "Crypto",
        ],
        "Postgres": ["CLibpq", "SocketLoop", "Logging", "DequeModule"],
        "Redis": ["CHiredis", "SocketLoop", "Logging", "DequeModule"],
        "Compression": ["CZlib"],
        "QRCode": ["CQrencode"],
        "Courier": ["CCurl", "NIOCore", "NIOPosix"],
        "ActorTransport": [
            "HTTP2", "Shedding", "Telemetry", "HTTPTypes", "NIOCore", "NIOPosix", "Logging", "Crypto", "Distributed",
        ],
        "ServiceRuntime": [
            "ActorTransport", "HTTP2", "Shedding", "Telemetry", "HTTPTypes", "NIOCore", "NIOPosix", "Logging",
            "CoreMetrics",
            "ServiceLifecycle", "UnixSignals", "Configuration",
        ],
        "Contracts": ["Ticketing", "Wire", "ActorTransport", "Shedding", "Distributed"],
        "Sessions": ["Ticketing", "Crypto"],
        "LedgerStore": [
            "Ticketing", "Ledger", "Wire", "Proof", "Postgres", "SocketLoop", "Logging", "Metrics", "Crypto",
            "DequeModule",
        ],
        "SeatFeed": ["LedgerStore", "Redis", "Ticketing", "Wire", "Logging", "Metrics"],
        "Gateway": edge.union(["Compression", "QRCode", "Sessions", "WaitingRoom", "Crypto", "Yams"]),
        "SeatReservation": edge.union(ledger).union(["SeatFeed", "Sessions", "Proof", "WaitingRoom", "CryptoExtras"]),
        "Payment": edge.union(ledger).union([
            "SeatFeed", "Compression", "Courier", "QRCode", "Proof", "AsyncHTTPClient", "NIOHTTP1",
        ]),
        "RealtimePush": edge.union(["SocketLoop", "Redis"]),
    ]

    // What every service needs to be called and to call, to start and to stop.
    private static let edge: Set<String> = [
        "Ticketing", "Wire", "HTTP2", "Shedding", "Telemetry", "ActorTransport", "ServiceRuntime", "Contracts",
        "HTTPTypes",
        "NIOCore", "NIOPosix", "Logging", "ServiceLifecycle", "ArgumentParser", "Metrics", "Distributed",
    ]

    private static let ledger: Set<String> = ["Ledger", "SocketLoop", "Postgres", "Redis", "LedgerStore", "Crypto"]
}
