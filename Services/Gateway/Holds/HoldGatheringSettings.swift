/// How much travels together from a gateway to a performance's seats, and how long it waits for company.
struct HoldGatheringSettings: Sendable {
    /// Holds in one call: as many as one batch of the ledger's door takes.
    var holdsMax = 256
    /// Bytes of one call, roughly; one hold always goes.
    var bytesMax = 262_144
    /// How long the first of those that wait does while calls are on their way, in which others may have joined it.
    var window: Duration = .milliseconds(4)
    /// Calls for one performance that are on their way at once.
    var callsMax = 16
    /// Holds that wait for one performance's next call; more are refused.
    var waitingMax = 16_384
    /// How often is looked for those whose time is over.
    var lookInterval: Duration = .milliseconds(50)
    /// A hold of which its service said within this time that its outcome is not known is asked for once more.
    var unknownRepeatedWithin: Duration = .milliseconds(500)
}
