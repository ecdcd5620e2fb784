public import Shedding

/// What matters how much at a sale, when there is not room for all.
extension RequestPriority {
    /// Somebody pays: an order, its payment, a provider's word on it.
    public static var pay: RequestPriority { .critical }
    /// Somebody chooses seats, or gives some back; a gate lets somebody in.
    public static var hold: RequestPriority { .high }
    /// Somebody waits: for a turn, for the outcome of a payment. Organizers.
    public static var place: RequestPriority { .medium }
    /// Somebody looks around.
    public static var browse: RequestPriority { .low }
    /// Somebody signs in or up, whose password takes a twentieth of a second of a processor.
    public static var signIn: RequestPriority { .lowest }
}
