import Contracts
import Synchronization
import Wire

/// What `payment` says of the provider's card form, asked now and then; the last answer lasts while nobody answers.
final class PaymentForms: Sendable {
    /// How long an answer is not asked for again.
    static let freshSeconds = 10

    private let actors: ContractActors
    private let cache = LookAsideCache<String, PaymentFormResource>(
        name: "payment_form", lifetime: .seconds(freshSeconds), entriesMax: 1)
    private let last = Mutex<PaymentFormResource?>(nil)

    init(actors: ContractActors) {
        self.actors = actors
    }

    /// The form of the provider that takes new payments.
    func current() async throws -> PaymentFormResource {
        do {
            let form = try await cache.value(of: "form") { [actors] in
                let answer = try await actors.payments("form").paymentForm(PaymentFormQuestion())
                guard !answer.isProblem, let body = answer.body else { throw EdgeRefusal(.internalError) }
                return try body.decode(PaymentFormResource.self)
            }
            last.withLock { $0 = form }
            return form
        } catch {
            guard let form = last.withLock({ $0 }) else { throw error }
            return form
        }
    }
}
