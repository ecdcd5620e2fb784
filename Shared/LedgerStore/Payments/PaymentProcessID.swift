public import Ticketing

/// Names kinds of processes.
public enum ProcessKind {
    /// A process of the payment service.
    public enum Payment {}
}

/// A process of the payment service, from its start to its end.
public typealias PaymentProcessID = Identifier<ProcessKind.Payment>
