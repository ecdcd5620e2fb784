import Synchronization
import Ticketing
import Wire

@testable import Payment

/// A provider that takes all money at once, and names no card while it is silent.
final class SilentProvider: PaymentProvider {
    private let silence = Mutex(false)

    var isSilent: Bool {
        get { silence.withLock { $0 } }
        set { silence.withLock { $0 = newValue } }
    }

    let name = "silent"
    let form = PaymentFormResource(provider: "silent")

    func accepts(token: String) -> Bool { true }

    func instrument(of token: String, deadline: ContinuousClock.Instant) async throws -> String {
        if isSilent { throw ProviderFailure("nobody answers") }
        return token
    }

    func start(_ charge: ProviderCharge, deadline: ContinuousClock.Instant) async throws -> ProviderStatus {
        .succeeded(reference: nil)
    }

    func status(of charge: ProviderCharge) async throws -> ProviderStatus { .succeeded(reference: nil) }

    func cancel(_ charge: ProviderCharge) async throws -> ProviderStatus { .succeeded(reference: nil) }

    func refund(_ refund: ProviderRefund) async throws -> ProviderRefundStatus {
        throw ProviderFailure("it gives nothing back")
    }

    func status(of refund: ProviderRefund) async throws -> ProviderRefundStatus {
        throw ProviderFailure("it gives nothing back")
    }

    func verifyWebhook(body: [UInt8], signature: String, at time: Timestamp) throws -> ProviderNotice? { nil }
}
