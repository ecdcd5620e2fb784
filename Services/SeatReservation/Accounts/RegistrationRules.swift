import Wire

/// What an account's texts have to be like.
enum RegistrationRules {
    static let emailBytesMax = 254
    static let passwordCharactersMin = 8
    static let passwordBytesMax = 200
    static let nameBytesMax = 200

    /// The members at fault; none when all is well.
    static func problems(of request: CustomerRegistrationRequest) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if !isEmail(request.email) { problems.append(FieldProblem(path: "email", code: "malformed")) }
        if request.password.count < passwordCharactersMin || request.password.utf8.count > passwordBytesMax {
            problems.append(FieldProblem(path: "password", code: "out_of_range"))
        }
        let name = request.name
        if name.allSatisfy(\.isWhitespace) || name.utf8.count > nameBytesMax
            || name.unicodeScalars.contains(where: isControl)
        {
            problems.append(FieldProblem(path: "name", code: "out_of_range"))
        }
        return problems
    }

    /// How addresses are compared.
    static func normalized(email: String) -> String {
        email.lowercased()
    }

    private static func isEmail(_ text: String) -> Bool {
        guard text.utf8.count <= emailBytesMax, let at = text.lastIndex(of: "@"), at != text.startIndex else {
            return false
        }
        let domain = text[text.index(after: at)...]
        return !domain.isEmpty
            && !text.unicodeScalars.contains { $0 == " " || isControl($0) || $0.properties.isWhitespace }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}
