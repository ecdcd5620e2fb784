import Wire

/// What an organizer may ask of a waiting room.
enum WaitingRoomRules {
    /// The members at fault; none where it may be kept.
    static func faults(of settings: WaitingRoomSettingsRequest) -> [FieldProblem] {
        var faults: [FieldProblem] = []
        if !WaitingRoomSettingsRequest.admissionsPerMinuteBounds.contains(settings.admissionsPerMinuteMax) {
            faults.append(FieldProblem(path: "admissions_per_minute_max", code: "out_of_range"))
        }
        if !WaitingRoomSettingsRequest.admissionSecondsBounds.contains(settings.admissionSeconds) {
            faults.append(FieldProblem(path: "admission_seconds", code: "out_of_range"))
        }
        return faults
    }
}
