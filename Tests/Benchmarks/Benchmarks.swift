import ArgumentParser

/// Measures the house against the best of its field, interleaved, on the machine at hand.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Prints medians and ratios of interleaved runs.",
        subcommands: [
            Transport.self, TransportServer.self, Fanout.self, Hop.self, HopServer.self, Store.self, History.self,
            AuditTime.self, Sale.self, Refusal.self, Textbook.self, Table.self,
        ])
}
