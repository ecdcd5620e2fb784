import Ticketing

/// The words of letters, in each language.
extension CustomerLanguage {
    func greeting(_ name: String) -> String {
        switch self {
        case .english: name.isEmpty ? "Hello," : "Hello \(name),"
        case .korean: name.isEmpty ? "안녕하세요." : "\(name) 님, 안녕하세요."
        }
    }

    func ticketsSubject(_ title: String) -> String {
        switch self {
        case .english: "Your tickets: \(title)"
        case .korean: "예매 완료: \(title)"
        }
    }

    var ticketsText: String {
        switch self {
        case .english:
            "Your order is complete, and these are your tickets. At the entrance, show the QR code or read the code out."
        case .korean: "예매가 완료되었습니다. 입장하실 때 QR 코드를 보여 주시거나 입장 코드를 말씀해 주세요."
        }
    }

    func refundSubject(_ title: String) -> String {
        switch self {
        case .english: "Your money goes back: \(title)"
        case .korean: "환불 안내: \(title)"
        }
    }

    func refundText(_ amount: String) -> String {
        switch self {
        case .english:
            "We have given back \(amount) by the way that you paid. It may take your bank some days to show it."
        case .korean: "결제하신 수단으로 \(amount)을(를) 환불해 드렸습니다. 카드사에 따라 며칠이 걸릴 수 있습니다."
        }
    }

    /// For tickets that had cost nothing.
    var freeRefundText: String {
        switch self {
        case .english: "Your tickets are given back, and their seats are free for others. There was nothing to pay."
        case .korean: "티켓이 취소되었습니다. 결제하신 금액이 없어 환불할 금액도 없습니다."
        }
    }

    func cancellationSubject(_ title: String) -> String {
        switch self {
        case .english: "Cancelled: \(title)"
        case .korean: "공연 취소 안내: \(title)"
        }
    }

    var cancellationText: String {
        switch self {
        case .english:
            "We are sorry: this performance will not take place. Your tickets are no longer valid; you need not do anything "
                + "to get your money back, and we write to you when it is on its way."
        case .korean:
            "죄송합니다. 아래 공연이 취소되었습니다. 예매하신 티켓은 더 이상 사용하실 수 없습니다. 따로 신청하지 않으셔도 환불해 드리며, 환불이 처리되면 다시 알려 드리겠습니다."
        }
    }

    var codeLabel: String {
        switch self {
        case .english: "Code"
        case .korean: "입장 코드"
        }
    }

    var totalLabel: String {
        switch self {
        case .english: "Total"
        case .korean: "합계"
        }
    }

    var orderLabel: String {
        switch self {
        case .english: "Order"
        case .korean: "주문 번호"
        }
    }

    func ticketsLink(_ url: String) -> String {
        switch self {
        case .english: "Your tickets are also at \(url)"
        case .korean: "티켓은 다음 주소에서도 보실 수 있습니다: \(url)"
        }
    }

    func receiptLink(_ url: String) -> String {
        switch self {
        case .english: "Your receipt: \(url)"
        case .korean: "영수증: \(url)"
        }
    }

    func date(_ time: LocalTime) -> String {
        switch self {
        case .english:
            "\(Self.englishDays[time.weekday]), \(time.day) \(Self.englishMonths[time.month - 1]) \(time.year), "
                + "\(time.clock) (\(time.zone))"
        case .korean:
            "\(time.year)년 \(time.month)월 \(time.day)일 (\(Self.koreanDays[time.weekday])) \(time.clock) (\(time.zone))"
        }
    }

    private static let englishDays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let englishMonths = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let koreanDays = ["일", "월", "화", "수", "목", "금", "토"]
}
