import Ticketing

/// The words of letters to those who waited for seats, in each language.
extension CustomerLanguage {
    func offerSubject(_ title: String) -> String {
        switch self {
        case .english: "Seats for you: \(title)"
        case .korean: "대기하신 좌석이 나왔습니다: \(title)"
        }
    }

    func offerText(until deadline: String) -> String {
        switch self {
        case .english:
            "Seats that you waited for have come back. They are held for you until \(deadline); if you don't pay by then, "
                + "they are offered to the next one who waits."
        case .korean:
            "대기하신 좌석이 나와 \(deadline)까지 잡아 두었습니다. 그때까지 결제하지 않으시면 다음 대기자에게 넘어갑니다."
        }
    }

    func offerLink(_ address: String) -> String {
        switch self {
        case .english: "Pay for them here: \(address)"
        case .korean: "결제하러 가기: \(address)"
        }
    }
}
