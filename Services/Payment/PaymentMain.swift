@main
enum PaymentMain {
    static func main() async {}
}
