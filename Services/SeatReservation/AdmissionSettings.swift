import ServiceRuntime
import WaitingRoom

/// How customers are let in where a waiting room is on.
struct AdmissionSettings: Sendable {
    let keys: SigningKeySet
    let pace: AdmissionPace.Settings
    let away: Duration

    init(_ reader: SettingsReader) {
        keys = reader.signingKeys(
            "BOXOFFICE_ADMISSION_KEYS", "The keys that sign places in waiting rooms and admissions.")
        var pace = AdmissionPace.Settings()
        pace.commitMax = reader.duration(
            "BOXOFFICE_ADMISSION_COMMIT_MILLISECONDS", default: Int(pace.commitMax / .milliseconds(1)), in: 10...10_000,
            "While commits take longer, fewer customers are called.")
        pace.batchWaitMax = reader.duration(
            "BOXOFFICE_ADMISSION_WAIT_MILLISECONDS", default: Int(pace.batchWaitMax / .milliseconds(1)),
            in: 10...10_000, "While holds wait longer for their batch, fewer customers are called.")
        self.pace = pace
        away = reader.duration(
            "BOXOFFICE_WAITING_AWAY_SECONDS", default: 60, in: PollPace.awaySecondsMin...600,
            "After how long without a question a customer who waits is skipped; the gateways need the same.")
    }
}
