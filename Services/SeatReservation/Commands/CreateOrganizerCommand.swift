import ArgumentParser
import LedgerStore
import ServiceRuntime
import Ticketing
import Wire

/// Makes an organizer's account; its password is read from standard input.
struct CreateOrganizerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-organizer", abstract: "Make an organizer's account.")

    /// What the command prints.
    private struct Created: Encodable {
        let customerId: CustomerID
        let email: String
    }

    @Option(help: "The account's e-mail address.")
    var email: String

    @Option(help: "What to call the organizer.")
    var name = "Organizer"

    @Flag(help: "Read the password from the first line of standard input.")
    var passwordStdin = false

    func run() async throws {
        guard passwordStdin, let password = readLine(strippingNewline: true) else {
            throw ValidationError("Give the password on standard input, with --password-stdin.")
        }
        let request = CustomerRegistrationRequest(email: email, password: password, name: name)
        let problems = RegistrationRules.problems(of: request)
        guard problems.isEmpty else {
            throw ValidationError(problems.map { "\($0.path) is \($0.code)." }.joined(separator: " "))
        }
        let database = ServiceRuntime.settingsOrExit { SeatReservationDatabase.asService($0) }
        let hasher = PasswordHasher(threads: 1, waitingMax: 1)
        let hash = try await hasher.hash(password)
        try await hasher.stop()
        let created = Created(customerId: CustomerID(at: .now), email: RegistrationRules.normalized(email: email))
        let registration = try await LedgerJob.run(database) { [name] pool in
            try await CustomerStore(pool: pool).register(
                created.customerId, role: .organizer, email: created.email, name: name, passwordHash: hash)
        }
        guard registration == .registered else { throw ValidationError("There is an account with this address.") }
        print(String(decoding: try WireJSON.encode(created), as: UTF8.self))
    }
}
