import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Ticketing
import Wire

/// Waiting lists for those who buy, and the rules of those who sell.
distributed actor FairnessDesk: FairnessContract {
    typealias ActorSystem = ServiceActorSystem

    private let rules: FairnessStore
    private let lists: WaitingListStore
    private let catalogue: CatalogueStore
    private let gate: AdmissionGate

    init(
        rules: FairnessStore, lists: WaitingListStore, catalogue: CatalogueStore, gate: AdmissionGate,
        system: ServiceActorSystem
    ) {
        actorSystem = system
        self.rules = rules
        self.lists = lists
        self.catalogue = catalogue
        self.gate = gate
    }

    // MARK: The waiting list

    distributed func joinWaitingList(_ request: WaitingListCommand) async throws -> Answer {
        guard (1...HoldWish.seatsMax).contains(request.wish.quantity) else {
            return try fault("quantity", "out_of_range")
        }
        // Seats that come back are not to be had past those who wait in the room.
        if let refusal = try await gate.refusal(of: request) { return try Answer(refusing: refusal.problem) }
        let joining = try await LedgerCalls.reading {
            try await lists.join(
                request, as: WaitingListEntryID(at: .now), deadline: CallContext.current.deadline)
        }
        switch joining {
        case .joined, .offered: return try await entryAnswer(request.place)
        case .notFound: return try Answer(refusing: Problem(.notFound))
        case .noWaitingList:
            return try Answer(refusing: Problem(.noWaitingList, detail: "Seats that come back are free for all."))
        case .notOnSale:
            let sale = try await LedgerCalls.reading { try await catalogue.sale(of: request.place.performanceId) }
            return try Answer(refusing: Problem(.notOnSale).with { $0.onSaleAt = sale?.onSaleAt })
        case .salePaused: return try Answer(refusing: Problem(.salePaused))
        case .saleEnded: return try Answer(refusing: Problem(.saleEnded))
        case .seatLimitReached:
            let sale = try await LedgerCalls.reading { try await catalogue.sale(of: request.place.performanceId) }
            return try Answer(
                refusing: Problem(.seatLimitReached, detail: "Wait for fewer seats.").with {
                    $0.seatsMax = sale?.seatsPerCustomerMax
                })
        case .unknownPriceLevel: return try fault("price_level_id", "unknown")
        }
    }

    distributed func waitingListEntry(_ request: WaitingListQuestion) async throws -> Answer {
        try await entryAnswer(request)
    }

    distributed func leaveWaitingList(_ request: WaitingListQuestion) async throws -> Answer {
        try await LedgerCalls.reading { try await lists.leave(request, deadline: CallContext.current.deadline) }
        // Who was on no list is off it; a performance that there is none of has none.
        let sale = try await LedgerCalls.reading { try await catalogue.sale(of: request.performanceId) }
        return sale == nil ? try Answer(refusing: Problem(.notFound)) : .noContent
    }

    private func entryAnswer(_ place: WaitingListQuestion) async throws -> Answer {
        let entry = try await LedgerCalls.reading {
            try await lists.entry(place, deadline: CallContext.current.deadline)
        }
        guard let entry else { return try Answer(refusing: Problem(.notFound)) }
        return try Answer(entry)
    }

    // MARK: The rule

    distributed func rule(_ request: PerformanceSalesRequest) async throws -> Answer {
        let rule = try await LedgerCalls.reading {
            try await rules.rule(for: request, deadline: CallContext.current.deadline)
        }
        return try ruleAnswer(rule)
    }

    distributed func changeRule(_ request: FairnessRuleCommand) async throws -> Answer {
        let faults = request.rule.faults
        guard faults.isEmpty else {
            return try Answer(refusing: Problem(.invalidRequest).with { $0.fields = faults })
        }
        let rule = try await LedgerCalls.reading {
            try await rules.change(request, deadline: CallContext.current.deadline)
        }
        return try ruleAnswer(rule)
    }

    private func ruleAnswer(_ rule: FairnessRuleResource?) throws -> Answer {
        guard let rule else { return try Answer(refusing: Problem(.notFound)) }
        return try Answer(rule)
    }

    private func fault(_ path: String, _ code: String) throws -> Answer {
        try Answer(
            refusing: Problem(.invalidRequest).with { $0.fields = [FieldProblem(path: path, code: code)] })
    }
}
