import ServiceRuntime
import WaitingRoom

/// How this gateway answers those who wait.
struct WaitingSettings: Sendable {
    let keys: SigningKeySet
    /// After how long without a question somebody is skipped.
    let awaySeconds: Int
    /// Questions for a place that this gateway is to be asked in a second, on the average.
    let pollsPerSecond: Int

    init(_ reader: SettingsReader) {
        keys = reader.signingKeys(
            "BOXOFFICE_ADMISSION_KEYS", "The keys that sign places in waiting rooms and admissions.")
        awaySeconds = reader.int(
            "BOXOFFICE_WAITING_AWAY_SECONDS", default: 60, in: PollPace.awaySecondsMin...600, unit: "seconds",
            "After how long without a question a customer who waits is skipped; seat-reservation needs the same.")
        pollsPerSecond = reader.int(
            "BOXOFFICE_WAITING_POLLS_PER_SECOND", default: 1_000, in: 1...1_000_000, unit: "requests",
            "Questions for a place in a second: where more wait, those who are not near are asked to come more seldom, as "
                + "far as nobody is taken for gone.")
    }
}
