import Wire

/// Thrown inside a route to answer with a problem.
struct EdgeRefusal: Error {
    let problem: Problem

    init(_ problem: Problem) {
        self.problem = problem
    }

    init(_ code: ProblemCode, detail: String? = nil) {
        problem = Problem(code, detail: detail)
    }
}

extension Problem {
    /// A member of the request is at fault.
    static func invalidField(_ path: String, _ code: String, detail: String? = nil) -> Problem {
        Problem(.invalidRequest, detail: detail).with { $0.fields = [FieldProblem(path: path, code: code)] }
    }
}
