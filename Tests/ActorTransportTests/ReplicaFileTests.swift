import HTTP2
import Testing

@testable import ActorTransport

/// A file with a replica a line.
struct ReplicaFileTests {
    @Test func `blank lines and comments don't count, and the order stays`() throws {
        let text = "\n# the first\n10.0.0.2:7000\n\t10.0.0.1:7000 \r\n   \n#10.0.0.3:7000\nseats.internal:7001"
        #expect(
            try ReplicaFile.replicas(in: text) == [
                Endpoint(host: "10.0.0.2", port: 7000), Endpoint(host: "10.0.0.1", port: 7000),
                Endpoint(host: "seats.internal", port: 7001),
            ])
    }

    @Test(
        arguments: [
            ("", ReplicaFile.Fault.nobody),
            ("# nobody yet\n\n", .nobody),
            ("a:1\nseats\n", .notAReplica(line: 2)),
            ("a:1,b:2", .notAReplica(line: 1)),
            ("a:1 b:2", .notAReplica(line: 1)),
            ("a:0", .notAReplica(line: 1)),
            ("a:1 # a comment behind it", .notAReplica(line: 1)),
            ("\na:1\nb:1\na:1", .namedTwice(line: 4)),
            (String(repeating: "#", count: ReplicaFile.bytesMax + 1), .tooMany),
            ((0...ReplicaFile.replicasMax).map { "host-\($0):1\n" }.joined(), .tooMany),
        ])
    func `a text that names no replicas says why`(text: String, fault: ReplicaFile.Fault) {
        #expect(throws: fault) { try ReplicaFile.replicas(in: text) }
    }
}
