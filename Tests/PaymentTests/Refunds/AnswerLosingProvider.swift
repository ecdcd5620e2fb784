import Synchronization
import Ticketing
import Wire

@testable import Payment

/// A provider in front of another one: it hands everything on, and loses the answers to refunds when it is told to.
final class AnswerLosingProvider: PaymentProvider {
    private struct State {
        var inner: SandboxProvider?
        var losesAnswers = false
    }

    private let state = Mutex(State())

    var losesAnswers: Bool {
        get { state.withLock { $0.losesAnswers } }
        set { state.withLock { $0.losesAnswers = newValue } }
    }

    func wrap(_ provider: SandboxProvider) {
        state.withLock { $0.inner = provider }
    }

    private var inner: SandboxProvider {
        get throws {
            guard let inner = state.withLock({ $0.inner }) else { throw ProviderFailure("nobody is behind it") }
            return inner
        }
    }

    let name = ProviderName.sandbox.rawValue
    let form = PaymentFormResource(provider: ProviderName.sandbox.rawValue)

    func accepts(token: String) -> Bool { SandboxToken(rawValue: token) != nil }

    func start(_ charge: ProviderCharge, deadline: ContinuousClock.Instant) async throws -> ProviderStatus {
        try await inner.start(charge, deadline: deadline)
    }

    func status(of charge: ProviderCharge) async throws -> ProviderStatus { try await inner.status(of: charge) }

    func cancel(_ charge: ProviderCharge) async throws -> ProviderStatus { try await inner.cancel(charge) }

    func refund(_ refund: ProviderRefund) async throws -> ProviderRefundStatus {
        let status = try await inner.refund(refund)
        if losesAnswers { throw ProviderFailure("the connection broke") }
        return status
    }

    func status(of refund: ProviderRefund) async throws -> ProviderRefundStatus {
        try await inner.status(of: refund)
    }

    func verifyWebhook(body: [UInt8], signature: String, at time: Timestamp) throws -> ProviderNotice? {
        try inner.verifyWebhook(body: body, signature: signature, at: time)
    }
}
