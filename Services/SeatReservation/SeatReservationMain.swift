@main
enum SeatReservationMain {
    static func main() async {}
}
