import Contracts
import HTTP2
import HTTPTypes
import Shedding
import Wire

/// The routes of the public port: each says how much its requests matter when there is not room for all.
struct EdgeTable {
    /// The table as it is served.
    private(set) var routes = RouteTable()

    private let intake: EdgeIntake
    /// What stands around every route behind the intake, the first outermost.
    private let middleware: [Middleware]

    init(intake: EdgeIntake, around middleware: [Middleware]) {
        self.intake = intake
        self.middleware = middleware
        let lookingAround = EdgeGuard(intake, .browse, .memory)
        routes.doorstepOfNoRoute = lookingAround.doorstep
        let around = [lookingAround.middleware] + middleware
        routes.notFound = Self.wrap({ _ in .problem(Problem(.notFound)) }, in: around)
        let refuse = Self.wrap({ _ in .problem(Problem(.methodNotAllowed)) }, in: around)
        routes.methodNotAllowed = { request, _ in await refuse(request) }
    }

    /// Answers `method` at `template` by `handler`, as far as there is room for a request of this priority. Others than
    /// customers come without a session.
    mutating func on(
        _ method: HTTPRequest.Method, _ template: String, _ priority: RequestPriority, by work: RouteWork = .services,
        areCustomers: Bool = true, _ handler: @escaping RequestHandler
    ) {
        let guarding = EdgeGuard(intake, priority, work, areCustomers: areCustomers)
        routes.on(method, template, behind: guarding.doorstep, through: [guarding.middleware] + middleware, handler)
    }

    private static func wrap(_ handler: @escaping RequestHandler, in middleware: [Middleware]) -> RequestHandler {
        var wrapped = handler
        for outer in middleware.reversed() {
            let next = wrapped
            wrapped = { request in await outer(request, next) }
        }
        return wrapped
    }
}
