@main
enum RealtimePushMain {
    static func main() async {}
}
