import Glibc
import HTTP2
import Logging
public import NIOCore
public import NIOPosix
public import ServiceLifecycle
public import Telemetry
import UnixSignals

/// Starts a service's parts in their order, and stops them in the opposite one.
public enum ServiceRuntime {
    /// `EX_CONFIG` of `sysexits.h`: the settings are wrong, and starting again will not help.
    public static let settingsExitCode: Int32 = 78

    /// How long a graceful stop may take before what is left is cancelled.
    public static let stopSecondsMax = 10

    /// Reads the settings, or writes one line for each problem to standard error and exits with 78.
    public static func settingsOrExit<Settings>(
        _ environment: [String: String] = processEnvironment(), _ body: (SettingsReader) -> Settings
    ) -> Settings {
        do {
            return try SettingsReader.read(environment, body)
        } catch {
            exit(wrongSetting: "\(error)")
        }
    }

    /// Writes the line to standard error and exits with 78: for what shows only when a setting's file is read.
    public static func exit(wrongSetting line: String) -> Never {
        JSONLineLogHandler.writeToStandardError(Array("\(line)\n".utf8))
        Glibc.exit(settingsExitCode)
    }

    /// The loops of a process that lives as long as they do.
    public static func eventLoopGroup(threads: Int = System.coreCount) -> MultiThreadedEventLoopGroup {
        MultiThreadedEventLoopGroup(numberOfThreads: threads)
    }

    /// Runs a service until SIGTERM or SIGINT, or until one of its parts ends.
    ///
    /// The parts start together, databases before listeners in the logs; a listener may be asked before a database is
    /// there, and the readiness board says so. The stop goes part by part: readiness, listeners, workers (the last
    /// one first), databases (the last one first), and the admin port at the end. A part must return when the graceful
    /// stop reaches it: ``ListenerService`` and ``LoopService`` do.
    ///
    /// - Parameters:
    ///   - drainNotice: how long the readiness board tells of the stop before a listener closes.
    ///   - stopsOnSignals: whether SIGTERM and SIGINT stop the service; a test's process keeps its own.
    ///   - adminOpened: is told the port of the admin listener.
    /// - Throws: what a part threw.
    public static func run(
        name: String, readiness: ReadinessBoard, admin: NetworkAddress, on group: any EventLoopGroup,
        databases: [any Service] = [], workers: [any Service] = [], listeners: [any Service] = [],
        drainNotice: Duration = .milliseconds(200), metrics: MetricsRegistry = Telemetry.metrics,
        stopsOnSignals: Bool = true, adminOpened: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        // A peer that went away is an error of a write, and not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let logger = Logger(label: name)
        var adminSettings = HTTPServerSettings()
        adminSettings.stopMilliseconds = 500
        let adminServer = HTTPServer(
            settings: adminSettings, logger: logger,
            handler: AdminRoutes.table(readiness: readiness, metrics: metrics).handler())
        let adminListener = ListenerService(
            name: "admin", server: adminServer, on: group, address: admin, opened: adminOpened)

        let parts: [any Service] =
            [adminListener, EventLoopLag(group: group, metrics: metrics)] + databases + workers + listeners
            + [DrainService(readiness: readiness, notice: drainNotice)]
        var configuration = ServiceGroupConfiguration(
            services: parts.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(stopSecondsMax)
        configuration.maximumCancellationDuration = .seconds(2)
        logger.info("starting", metadata: ["pid": "\(getpid())"])
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            logger.error("stopped by a failure", metadata: ["error": "\(String(describing: error))"])
            throw error
        }
        logger.info("stopped")
    }
}
