public import Shedding

extension SettingsReader {
    /// How much a listener takes in at once: `BOXOFFICE_IN_FLIGHT_MIN`, `…_MAX` and what belongs to them.
    public func intake(_ defaults: IntakeSettings = IntakeSettings()) -> IntakeSettings {
        var settings = defaults
        settings.limitMin = int(
            "BOXOFFICE_IN_FLIGHT_MIN", default: defaults.limitMin, in: 1...100_000, unit: "requests",
            "Requests in flight below which the adaptive limit never falls.")
        settings.limitMax = int(
            "BOXOFFICE_IN_FLIGHT_MAX", default: defaults.limitMax, in: 1...100_000, unit: "requests",
            "Requests in flight above which the adaptive limit never rises.")
        if settings.limitMin > settings.limitMax {
            add(problem: "BOXOFFICE_IN_FLIGHT_MIN is more than BOXOFFICE_IN_FLIGHT_MAX. For example: leave both out")
        }
        settings.latencyTolerancePercent = int(
            "BOXOFFICE_LATENCY_TOLERANCE_PERCENT", default: defaults.latencyTolerancePercent, in: 110...10_000,
            unit: "percent", "How long requests may take, compared with quiet times, before the limit falls.")
        settings.latencyUnnoticed = duration(
            "BOXOFFICE_LATENCY_UNNOTICED_MILLISECONDS", default: Int(defaults.latencyUnnoticed / .milliseconds(1)),
            in: 0...10_000, "What is quick enough in any case, as long as more requests in flight are of use.")
        settings.queueMax = int(
            "BOXOFFICE_QUEUE_MAX", default: defaults.queueMax, in: 1...100_000, unit: "requests",
            "Requests that wait for a place among those in flight.")
        settings.burstWait = duration(
            "BOXOFFICE_QUEUE_BURST_MILLISECONDS", default: Int(defaults.burstWait / .milliseconds(1)), in: 1...10_000,
            "How long one of them waits at most while a crowd that came at once is served.")
        settings.overloadWait = duration(
            "BOXOFFICE_QUEUE_MILLISECONDS", default: Int(defaults.overloadWait / .milliseconds(1)), in: 1...10_000,
            "How long one of them waits at most while more come than can be served.")
        return settings
    }
}
