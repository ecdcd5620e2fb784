import Foundation
import TestSupport
import Testing

/// Every command that the README shows can be given as it is written.
struct ReadmeTests {
    private func text(_ file: String) throws -> String {
        try String(contentsOf: CommandCheck.root.appending(path: file), encoding: .utf8)
    }

    @Test func `commands, their options and their settings exist`() async throws {
        let markdown = try text("README.md")
        for command in ReadmeCommand.all(in: markdown) + CommandCheck.subcommands(in: markdown) {
            #expect(try await CommandCheck.faults(of: command) == [])
        }
    }

    @Test func `the two commands of a stranger are among them`() throws {
        let programs = ReadmeCommand.all(in: try text("README.md")).compactMap(\.words.first)
        #expect(programs.contains("deploy/local/run"))
        #expect(programs.contains("deploy/local/test"))
    }

    @Test(arguments: ["README.md", "ARCHITECTURE.md"])
    func `links lead to files that are there`(file: String) throws {
        for link in try text(file).matches(of: /\]\(([^)#\s]+)/).map({ String($0.1) }) where !link.contains("://") {
            #expect(
                try CommandCheck.root.appending(path: link).checkResourceIsReachable(), "\(file) links to \(link)")
        }
    }

    @Test(arguments: CommandCheck.executables.filter { $0 != "benchmarks" })
    func `each service lists its settings`(service: String) async throws {
        let ending = try await ServiceProcess.run(service, ["--settings"])
        #expect(ending.status == 0)
        #expect(ending.output.contains("BOXOFFICE_ADMIN_ADDRESS"))
    }

    @Test func `commands are found in blocks, with their variables, and without what they print`() {
        let markdown = """
            Give `no-command`:

            ```sh
            BOXOFFICE_PORT=9000 deploy/local/run   # a comment
            curl -s 'http://localhost:8080/v1/events' | jq '.items | length' && echo done
            ```
            ```
            browser ──▶ gateway
            ```
            ```json
            {"not": "a command"}
            ```
            ```console
            $ payment audit \\
                --json
            {"printed": true}
            ```

                swift build
            """
        let expected = [
            ReadmeCommand(variables: ["BOXOFFICE_PORT"], words: ["deploy/local/run"]),
            ReadmeCommand(words: ["curl", "-s", "http://localhost:8080/v1/events"]),
            ReadmeCommand(words: ["jq", ".items | length"]), ReadmeCommand(words: ["echo", "done"]),
            ReadmeCommand(words: ["payment", "audit", "--json"]), ReadmeCommand(words: ["swift", "build"]),
        ]
        #expect(ReadmeCommand.all(in: markdown) == expected)
    }

    @Test(
        arguments: [
            "deploy/local/runn", "BOXOFFICE_PROT=1 deploy/local/run", "payment audits", "payment audit --xml",
            "seat-reservation import-chart --mend f.csv", "swift run -c release bench", "no-such-program --x",
        ])
    func `what does not exist is told`(line: String) async throws {
        let command = try #require(ReadmeCommand.simpleCommands(of: line).first)
        #expect(try await CommandCheck.faults(of: command).count == 1)
    }

    @Test(
        arguments: [
            "deploy/local/run", "BOXOFFICE_PORT=1 deploy/local/run", "payment audit --json",
            ".build/release/seat-reservation import-chart --repair f.csv --layout l.json", "gateway --settings",
            "swift run -c release benchmarks transport", "git clone x",
        ])
    func `what exists is taken`(line: String) async throws {
        let command = try #require(ReadmeCommand.simpleCommands(of: line).first)
        #expect(try await CommandCheck.faults(of: command) == [])
    }
}
