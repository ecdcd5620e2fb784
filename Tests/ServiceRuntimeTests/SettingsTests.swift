import Shedding
import Testing

@testable import ServiceRuntime

struct SettingsTests {
    private enum Mode: String, CaseIterable { case calm, storm }
    private static let key = String(repeating: "0a", count: 32)

    private func problems<S>(_ environment: [String: String], _ body: (SettingsReader) -> S) -> [String] {
        do throws(SettingsFailure) {
            _ = try SettingsReader.read(environment, body)
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `defaults hold where nothing is set, and empty counts as nothing`() throws {
        try SettingsReader.read(["SHOP_B": "", "SHOP_WAIT_SECONDS": ""]) { reader in
            #expect(reader.string("SHOP_A", default: "x", "A.") == "x")
            #expect(reader.optionalString("SHOP_B", "B.") == nil)
            #expect(reader.int("SHOP_ITEMS_MAX", default: 7, in: 1...9, unit: "items", "I.") == 7)
            #expect(reader.duration("SHOP_WAIT_SECONDS", default: 3, in: 1...9, "W.") == .seconds(3))
            #expect(reader.bool("SHOP_OPEN", default: true, "O."))
            #expect(reader.optionalAddress("SHOP_PEER", "P.") == nil)
            #expect(reader.optionalSecret("SHOP_TOKEN", "T.") == nil)
            #expect(reader.choice("SHOP_MODE", default: Mode.calm, "M.") == .calm)
        }
    }

    @Test func `an intake's settings are read, and have to go together`() throws {
        try SettingsReader.read(["BOXOFFICE_IN_FLIGHT_MAX": "99", "BOXOFFICE_QUEUE_MILLISECONDS": "7"]) { reader in
            let settings = reader.intake()
            #expect(settings.limitMax == 99)
            #expect(settings.overloadWait == .milliseconds(7))
        }
        let wrong = problems(["BOXOFFICE_IN_FLIGHT_MIN": "20", "BOXOFFICE_IN_FLIGHT_MAX": "10"]) { $0.intake() }
        #expect(wrong.count == 1)
        #expect(wrong.first?.hasPrefix("BOXOFFICE_IN_FLIGHT_MIN ") == true)
    }

    @Test func `every type is read`() throws {
        let environment = [
            "SHOP_A": "text", "SHOP_N": "12", "SHOP_WAIT_MILLISECONDS": "250", "SHOP_OPEN": "no",
            "SHOP_PEERS": "a.example:1, [::1]:2", "SHOP_URL": "HTTPS://pay.example/v1", "SHOP_TOKEN": "s3cret",
            "SHOP_KEYS": "b:\(Self.key),a:\(Self.key)", "SHOP_MODE": "storm",
        ]
        try SettingsReader.read(environment) { reader in
            #expect(reader.string("SHOP_A", example: "x", "A.") == "text")
            #expect(reader.int("SHOP_N", in: 1...12, unit: "items", "N.") == 12)
            #expect(reader.duration("SHOP_WAIT_MILLISECONDS", in: 1...1_000, "W.") == .milliseconds(250))
            #expect(!reader.bool("SHOP_OPEN", default: true, "O."))
            #expect(reader.addresses("SHOP_PEERS", "P.").map(\.description) == ["a.example:1", "[::1]:2"])
            let url = reader.url("SHOP_URL", example: "https://x", "U.")
            #expect(url?.address == NetworkAddress(host: "pay.example", port: 443))
            #expect(url?.path == "/v1" && url?.scheme == "https")
            #expect(reader.secret("SHOP_TOKEN", "T.").exposed == "s3cret")
            let keys = reader.signingKeys("SHOP_KEYS", "K.")
            #expect(keys.signing.id == "b" && keys.key(id: "a")?.bytes.count == 32 && keys.key(id: "c") == nil)
            #expect(reader.choice("SHOP_MODE", default: Mode.calm, "M.") == .storm)
        }
    }

    @Test func `a list of choices keeps its order and takes each once`() throws {
        try SettingsReader.read(["SHOP_MODES": "storm, calm"]) { reader in
            #expect(reader.choices("SHOP_MODES", default: [Mode.calm], "M.") == [.storm, .calm])
            #expect(reader.choices("SHOP_OTHERS", default: [Mode.calm], "O.") == [.calm])
        }
        for wrong in ["wild", "calm,", "calm,calm", ",", "Calm"] {
            let told = problems(["SHOP_MODES": wrong]) { $0.choices("SHOP_MODES", default: [Mode.calm], "M.") }
            #expect(told.count == 1 && told[0].hasPrefix("SHOP_MODES="), "\(wrong)")
        }
    }

    @Test func `secrets of somebody else's making are one or two, and never shown`() throws {
        try SettingsReader.read(["SHOP_SECRETS": "new-secret, old-secret"]) { reader in
            #expect(reader.secrets("SHOP_SECRETS", "S.").map(\.exposed) == ["new-secret", "old-secret"])
        }
        for wrong in ["one-long-a,two-long-b,three-long", "short", "long-enough,"] {
            let told = problems(["SHOP_SECRETS": wrong]) { $0.secrets("SHOP_SECRETS", "S.") }
            #expect(told.count == 1 && !told[0].contains("long"), "\(wrong)")
        }
        #expect(problems([:]) { $0.secrets("SHOP_SECRETS", "S.") }.first?.hasPrefix("SHOP_SECRETS_FILE is not") == true)
    }

    @Test func `a part that is not needed is declared and never at fault`() throws {
        func read(_ reader: SettingsReader, isNeeded: Bool) -> String? {
            reader.part(isNeeded: isNeeded) { reader.string("SHOP_PART", example: "x", "P.") }
        }
        #expect(try SettingsReader.read([:]) { read($0, isNeeded: false) } == nil)
        #expect(problems([:]) { read($0, isNeeded: true) }.count == 1)
        #expect(SettingsReader.declarations { read($0, isNeeded: false) }.map(\.name) == ["SHOP_PART"])
    }

    @Test func `all problems are told at once, each on one line that names the variable and gives an example`() {
        let environment = [
            "SHOP_N": "many\nlines", "SHOP_M": "11", "SHOP_OPEN": "maybe", "SHOP_PEERS": "a:1,b", "SHOP_URL": "ftp://x",
            "SHOP_MODE": "wild",
        ]
        let problems = problems(environment) { reader in
            _ = reader.string("SHOP_NAME", example: "corner", "What the shop is called.")
            _ = reader.int("SHOP_N", in: 1...9, unit: "items", "N.")
            _ = reader.int("SHOP_M", default: 5, in: 1...9, unit: "items", "M.")
            _ = reader.bool("SHOP_OPEN", default: true, "O.")
            _ = reader.addresses("SHOP_PEERS", "P.")
            _ = reader.address("SHOP_HOME", "H.")
            _ = reader.url("SHOP_URL", example: "https://x", "U.")
            _ = reader.choice("SHOP_MODE", default: Mode.calm, "M.")
            _ = reader.secret("SHOP_TOKEN", "What the shop signs in with.")
            _ = reader.signingKeys("SHOP_KEYS", "K.")
        }
        let names = ["NAME", "N", "M", "OPEN", "PEERS", "HOME", "URL", "MODE", "TOKEN_FILE", "KEYS"]
        #expect(problems.count == names.count)
        for (problem, name) in zip(problems, names) {
            #expect(problem.hasPrefix("SHOP_\(name)"))
            #expect(problem.contains("For example: SHOP_\(name)="))
            #expect(!problem.contains("\n"))
        }
        #expect(problems[0] == "SHOP_NAME is not set. What the shop is called. For example: SHOP_NAME=corner")
        #expect(problems[2] == "SHOP_M=\"11\" is out of range; it must be from 1 to 9. For example: SHOP_M=5")
    }

    @Test func `a secret may stand in a file, and not in two places`() throws {
        try SettingsReader.read(["SHOP_TOKEN_FILE": "/proc/sys/kernel/ostype"]) { reader in
            #expect(reader.secret("SHOP_TOKEN", "T.").exposed == "Linux")
        }
        let both = problems(["SHOP_TOKEN": "a", "SHOP_TOKEN_FILE": "/x"]) { $0.secret("SHOP_TOKEN", "T.") }
        #expect(both == ["SHOP_TOKEN and SHOP_TOKEN_FILE are both set; set only one of them"])
        let gone = problems(["SHOP_TOKEN_FILE": "/nowhere/x"]) { $0.secret("SHOP_TOKEN", "T.") }
        #expect(gone.count == 1 && gone[0].contains("\"/nowhere/x\" (No such file or directory)"))
        let empty = problems(["SHOP_TOKEN_FILE": "/dev/null"]) { $0.signingKeys("SHOP_TOKEN", "T.") }
        #expect(empty.count == 1 && empty[0].contains("is empty"))
        let endless = problems(["SHOP_TOKEN_FILE": "/dev/zero"]) { $0.optionalSecret("SHOP_TOKEN", "T.") }
        #expect(endless.count == 1 && endless[0].contains("more than"))
    }

    static let badKeys: [(String, String)] = [
        ("", "is not set"), ("a", "its id, a colon"), ("a:zz", "hexadecimal"), ("a:abc", "even number"),
        ("a:abcd", "at least 32"), ("a b:\(key)", "id is 1 to 32"), ("a:\(key),a:\(key)", "same id"),
        ("a:\(key),b:\(key),c:\(key)", "or two"), ("a:\(key),", "its id, a colon"), (":\(key)", "id is 1 to 32"),
    ]

    @Test(arguments: badKeys)
    func `a bad key set is refused without being shown`(text: String, reason: String) {
        let problems = problems(["SHOP_KEYS": text]) { $0.signingKeys("SHOP_KEYS", "K.") }
        #expect(problems.count == 1)
        #expect(problems.first?.contains(reason) == true)
        #expect(problems.first?.contains(Self.key) != true)
    }

    @Test func `a secret never shows itself`() throws {
        let keys = try SigningKeySet.parse("a:\(Self.key)").get()
        let secret = Secret("s3cret")
        var dumped = ""
        dump((keys, secret), to: &dumped)
        for text in [dumped, "\(keys)", "\(secret)", String(reflecting: secret), String(reflecting: keys.signing)] {
            #expect(!text.contains("s3cret") && !text.contains(Self.key) && !text.contains("10, 10"))
        }
    }

    @Test func `the settings can be listed with their defaults, units and meanings`() {
        let declarations = SettingsReader.declarations { reader in
            _ = reader.int("SHOP_ITEMS_MAX", default: 100, in: 1...1_000, unit: "items", "How many items a page lists.")
            _ = reader.secret("SHOP_TOKEN", "What the shop signs in with.")
        }
        let lines = SettingDeclaration.table(declarations).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].split(separator: " ").prefix(3) == ["SHOP_ITEMS_MAX", "100", "items"])
        #expect(lines[2].contains("(must be set)"))
    }

    @Test func `the listeners that a service has are read by its prefix`() throws {
        let environment = ["SHOP_INTERNAL_ADDRESS": "127.0.0.1:22500", "SHOP_ADMIN_ADDRESS": "[::]:0"]
        let listeners = try SettingsReader.read(environment) {
            ListenerSettings(prefix: "SHOP", having: [.internalListener], from: $0)
        }
        #expect(listeners.publicAddress == nil)
        #expect(listeners.internalAddress?.port == 22_500)
        #expect(listeners.adminAddress == NetworkAddress(host: "::", port: 0))
        let missing = problems([:]) {
            ListenerSettings(prefix: "SHOP", having: [.publicListener, .internalListener], from: $0)
        }
        #expect(missing.count == 3)
    }

    @Test(arguments: ["", "a", "a:", ":1", "a:65536", "a:-1", "a:1x", "::1:80", "[a]:1", "a b:1", "http://a:1"])
    func `what is no address is refused`(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test(arguments: [
        "", "x", "http://", "ftp://a", "http://u@a", "http://a/?q", "http://a b", "http://a:99999/", "//a",
    ])
    func `what is no URL of a service is refused`(text: String) {
        #expect(ServiceURL(text) == nil)
    }
}
