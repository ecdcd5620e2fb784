/// A language that customers are written to in.
public enum CustomerLanguage: String, Codable, Sendable, CaseIterable {
    /// English.
    case english = "en"
    /// Korean.
    case korean = "ko"
}
