import ActorTransport
import Contracts
import Testing

/// What the sources declare, the route tables carry and the round trips prove are the same methods.
struct ContractTests {
    @Test func `every distributed method of every contract has its route and its round trip`() throws {
        let declared = try DeclaredMethods.all()
        let trips = Dictionary(grouping: try RoundTrip.all(), by: \.contract)
        #expect(declared.map(\.name) == ContractName.allCases.map { "\($0)" }.sorted())
        for contract in declared {
            let name = try #require(ContractName.allCases.first { "\($0)" == contract.name })
            #expect(!contract.methods.isEmpty)
            #expect(Hall.routes[name.rawValue] == contract.methods, "the route table of \(name)")
            #expect(trips[name].map { Set($0.map(\.method)) } == contract.methods, "the round trips of \(name)")
        }
    }

    @Test func `every distributed method takes one request and gives one response`() throws {
        #expect(try DeclaredMethods.all().flatMap(\.faults) == [])
    }

    @Test func `a method that is added to a contract is seen, and so is one of another form`() {
        let source = """
            @Resolvable
            public protocol WaitingRoomContract: DistributedActor where ActorSystem == ServiceActorSystem {
                /// The old distributed func gone(_ request: A) async throws -> B.
                distributed func enter(_ request: EntryRequest) async throws -> Answer
                distributed func leave(_ entry: EntryID, at time: Timestamp) async throws -> Answer
                distributed var count: Int { get async throws }
            }
            """
        let expected = DeclaredMethods.Contract(
            name: "waitingRoom", methods: ["enter"],
            faults: [
                "distributed func leave(_ entry: EntryID, at time: Timestamp) async throws -> Answer",
                "distributed var count: Int { get async throws }",
            ])
        #expect(DeclaredMethods.contracts(in: source) == [expected])
    }

    @Test func `every contract is served by one service`() {
        let directory = ReplicaDirectory()
        let names = [ContractName.Service.seatReservation, .payment, .realtimePush].flatMap {
            ContractName.served(by: $0, in: directory).keys
        }
        #expect(names.sorted() == ContractName.allCases.map(\.rawValue).sorted())
    }
}
