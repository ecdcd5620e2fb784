import ArgumentParser

/// The seat-reservation service and its jobs.
@main
struct SeatReservationMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seat-reservation",
        abstract: "Venues, charts, events, customers and the holds of seats of Box Office.",
        subcommands: [
            ServeCommand.self, MigrateCommand.self, ImportChartCommand.self, CreateOrganizerCommand.self,
            CreateEventCommand.self, CreateCustomersCommand.self, BeginEpochCommand.self, VerifyQueueCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}
