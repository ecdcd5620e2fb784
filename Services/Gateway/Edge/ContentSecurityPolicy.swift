import Wire

/// What a page may load (Content Security Policy Level 3): nothing from third parties, no inline script or style. The pay
/// screen may reach its provider's card form, and nothing else may.
enum ContentSecurityPolicy {
    /// Every page but the pay screen.
    static let strict = text(PaymentFormSources())

    /// The pay screen with a provider's card form.
    static func payScreen(_ sources: PaymentFormSources) -> String {
        text(
            PaymentFormSources(
                script: sources.script.filter(isOrigin), frame: sources.frame.filter(isOrigin),
                connect: sources.connect.filter(isOrigin)))
    }

    private static func text(_ sources: PaymentFormSources) -> String {
        var directives = [
            "default-src 'none'", directive("script-src", "'self'", sources.script), "style-src 'self'",
            "img-src 'self' data: blob:", directive("connect-src", "'self'", sources.connect), "font-src 'self'",
            "manifest-src 'self'", "worker-src 'self'", "form-action 'self'", "base-uri 'self'",
            "frame-ancestors 'none'",
        ]
        if !sources.frame.isEmpty { directives.append("frame-src " + sources.frame.joined(separator: " ")) }
        return directives.joined(separator: "; ")
    }

    private static func directive(_ name: String, _ own: String, _ more: [String]) -> String {
        ([name, own] + more).joined(separator: " ")
    }

    /// An origin and nothing that could become another directive, or a keyword.
    private static func isOrigin(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://"))
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || ":/.*-_[]".utf8.contains(byte)
            }
    }
}
