/// Finds names that nobody has yet; remembers how far each wish was counted, so that a file of repeated names does
/// not make it slow.
struct FreeNames {
    private var lastNumbers: [String: Int] = [:]

    /// The wish itself, else "wish (2)", "wish (3)" and so on.
    mutating func name(like wish: String, isTaken: (String) -> Bool) -> String {
        if lastNumbers[wish] == nil, !isTaken(wish) { return wish }
        var number = lastNumbers[wish] ?? 1
        var name: String
        repeat {
            number += 1
            name = "\(wish) (\(number))"
        } while isTaken(name)
        lastNumbers[wish] = number
        return name
    }
}
