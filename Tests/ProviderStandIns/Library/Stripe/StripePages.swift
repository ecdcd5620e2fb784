import HTTP2
import HTTPTypes
import NIOCore

/// What a buyer's browser loads of the stand-in: the script of the card form, and the bank's page.
struct StripePages: Sendable {
    let standIn: StripeStandIn

    func register(in routes: inout RouteTable) {
        routes.on(.get, "/v3/") { _ in Self.script }
        routes.on(.get, "/3ds/{id}") { request in Self.bank(request.pathParameters["id"] ?? "") }
        routes.on(.post, "/3ds/{id}") { request in
            let read = await StandInRequest(request)
            let back = await standIn.authenticate(
                request.pathParameters["id"] ?? "", isApproved: read?.form["answer"] == "approve")
            guard let back else { return ServerResponse(status: .notFound) }
            return ServerResponse(status: .seeOther, headerFields: [.location: back])
        }
    }

    private static func bank(_ id: String) -> ServerResponse {
        let safe = id.filter { $0.isLetter || $0.isNumber || $0 == "_" }
        return ServerResponse(
            status: .ok, headerFields: [.contentType: "text/html; charset=utf-8"],
            body: .text(
                """
                <!doctype html><html lang="en"><meta charset="utf-8"><title>Stand-in bank</title>
                <h1>Stand-in bank</h1><p>No money moves. Approve this payment?</p>
                <form method="post" action="/3ds/\(safe)">
                <button name="answer" value="approve">Approve</button>
                <button name="answer" value="decline">Decline</button></form></html>
                """))
    }

    /// A card form with the test cards to choose from, in place of a frame with a number to type.
    private static var script: ServerResponse {
        let cards = StripeCard.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return ServerResponse(
            status: .ok, headerFields: [.contentType: "text/javascript; charset=utf-8"],
            body: .text(
                """
                globalThis.Stripe = () => ({
                    elements: () => ({
                        create: () => {
                            const select = document.createElement("select");
                            select.name = "card";
                            select.setAttribute("aria-label", "Test card");
                            for (const card of [\(cards)]) select.append(new Option(card, card));
                            return { mount: (place) => place.append(select), select };
                        },
                    }),
                    createPaymentMethod: async ({ card }) => ({ paymentMethod: { id: card.select.value } }),
                });
                """))
    }
}
