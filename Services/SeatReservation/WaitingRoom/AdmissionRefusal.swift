import Wire

/// Why somebody may not ask for seats where a waiting room is on.
enum AdmissionRefusal: String, Error {
    /// No admission came along.
    case required
    /// The time to choose is over.
    case expired
    /// It is not of ours.
    case forged
    /// It is another customer's, or for another performance.
    case foreign

    /// As it is told.
    var problem: Problem {
        switch self {
        case .required:
            Problem(
                .admissionRequired, detail: "Enter the waiting room, and send its Admission-Token with this request.")
        case .expired, .forged, .foreign:
            Problem(.admissionInvalid, detail: "Ask for your place in the waiting room again.")
        }
    }
}
