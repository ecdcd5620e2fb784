import Contracts
import HTTPTypes
import Sessions
import Testing
import Ticketing
import Wire

@testable import Gateway

/// What a room means for holds, and who runs it.
extension WaitingRoomRoutesTests {
    @Test func `a hold carries the admission that came with it`() async throws {
        edge.services.answer("seat-map/holdTogether") {
            HoldsAnswer(shared: [], holds: [.answered(try Answer(refusal: Problem(.admissionRequired)))])
        }
        let path = "/v1/performances/\(Self.performance)/holds"
        for text in ["a.b.c", nil] as [String?] {
            var fields: HTTPFields = [HTTPField.Name("Idempotency-Key")!: "k"]
            if let text { fields[HTTPField.Name("Admission-Token")!] = text }
            let answer = try await edge.call(
                .post, path, as: edge.session(), fields, body: #"{"seat_indexes":[1]}"#)
            #expect(answer.status == 403)
            let call = try #require(edge.services.calls.last)
            let sent = try WireJSON.decode(HoldsCommand.self, from: call.body)
            #expect(sent.performanceId == Self.performance && sent.holds.map(\.admissionToken) == [text])
        }
    }

    @Test func `a room is run by its organizer`() async throws {
        edge.services.answer("customers/sessionStanding") { SessionStanding(isRevoked: false) }
        edge.services.answer("waiting-room/change") { Answer.noContent }
        edge.services.answer("waiting-room/figures") { Answer.noContent }
        let path = "/v1/organizer/performances/\(Self.performance)/waiting-room"
        let organizer = edge.session(.organizer)
        #expect(try await edge.call(.get, path, as: organizer).status == 204)
        let body = #"{"is_on":true,"admissions_per_minute_max":300}"#
        #expect(try await edge.call(.put, path, as: organizer, body: body).status == 204)
        let call = try #require(edge.services.calls.last { $0.route == "waiting-room/change" })
        let command = try WireJSON.decode(WaitingRoomCommand.self, from: call.body)
        #expect(
            command.settings
                == WaitingRoomSettingsRequest(isOn: true, admissionsPerMinuteMax: 300, admissionSeconds: 600))
        #expect(command.sales.organizerId == organizer.customerID && !command.sales.isAdmin)
        #expect(try await edge.call(.put, path, as: edge.session(), body: body).status == 403)
        #expect(try await edge.call(.get, path, as: edge.session()).status == 403)
        #expect(try await edge.call(.put, path, as: organizer, body: "{}").status == 422)
    }
}
