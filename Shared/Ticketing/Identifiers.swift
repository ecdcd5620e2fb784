/// The kinds of things that have an id of their own.
public enum Entity {
    /// Somebody who buys, sells or administers.
    public enum Customer {}
    /// One sign-in.
    public enum Session {}
    /// A place with seats.
    public enum Venue {}
    /// The seats of a place, drawn.
    public enum SeatingChart {}
    /// A show.
    public enum Event {}
    /// One date of a show.
    public enum Performance {}
    /// A short claim on seats.
    public enum Hold {}
    /// A customer's commitment with a price.
    public enum Order {}
    /// One attempt at paying an order.
    public enum Payment {}
    /// The right to enter.
    public enum Ticket {}
    /// One immutable row of the ledger.
    public enum Transfer {}
    /// Money that goes back.
    public enum Refund {}
    /// Money that an organizer was sent.
    public enum Payout {}
    /// Something that others are told.
    public enum Message {}
    /// An address that an organizer is told at.
    public enum WebhookEndpoint {}
    /// A customer's place on a waiting list.
    public enum WaitingListEntry {}
    /// A customer's place in a waiting room.
    public enum Entry {}
}

/// Somebody who buys, sells or administers.
public typealias CustomerID = Identifier<Entity.Customer>
/// One sign-in of a customer.
public typealias SessionID = Identifier<Entity.Session>
/// A place with a seating chart.
public typealias VenueID = Identifier<Entity.Venue>
/// One immutable seating chart.
public typealias SeatingChartID = Identifier<Entity.SeatingChart>
/// A show.
public typealias EventID = Identifier<Entity.Event>
/// One date of a show; all that is sold hangs on it.
public typealias PerformanceID = Identifier<Entity.Performance>
/// A short claim on seats.
public typealias HoldID = Identifier<Entity.Hold>
/// A customer's commitment with a price.
public typealias OrderID = Identifier<Entity.Order>
/// One attempt at paying an order.
public typealias PaymentID = Identifier<Entity.Payment>
/// The right to enter.
public typealias TicketID = Identifier<Entity.Ticket>
/// One immutable line of the ledger.
public typealias TransferID = Identifier<Entity.Transfer>

/// One giving back of money at the provider.
public typealias RefundID = Identifier<Entity.Refund>
/// Money that an organizer was sent, once.
public typealias PayoutID = Identifier<Entity.Payout>
/// Something that others are told, once.
public typealias MessageID = Identifier<Entity.Message>
/// An address that an organizer is told at.
public typealias WebhookEndpointID = Identifier<Entity.WebhookEndpoint>
/// A customer's place on a performance's waiting list.
public typealias WaitingListEntryID = Identifier<Entity.WaitingListEntry>
/// A customer's place in a performance's waiting room.
public typealias EntryID = Identifier<Entity.Entry>

/// The position of a seat in its chart, from 0; the same for every performance that uses the chart.
public typealias SeatIndex = Int32
