/// The names of a JSON object's members, whatever their values are.
struct MemberNames: Decodable {
    private struct AnyName: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let names: Set<String>

    init(from decoder: any Decoder) throws {
        names = Set(try decoder.container(keyedBy: AnyName.self).allKeys.map(\.stringValue))
    }
}
