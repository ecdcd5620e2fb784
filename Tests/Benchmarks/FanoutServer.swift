import ViewerCrowd

/// A server that passes messages on to thousands of viewers, on ports of its own.
protocol FanoutServer {
    var process: Child { get }

    /// How viewers find it.
    func viewers(over transport: CrowdSettings.Transport) -> CrowdSettings

    /// Sends the message of a number, counted from 1.
    func publish(_ number: Int) throws

    func stop() async
}

/// What is published to both: a hold's delta.
enum FanoutMessage {
    static func text(_ number: Int) -> String {
        let seats = (0..<6).map { "[\(number * 6 % 10_000 + $0),1]" }.joined(separator: ",")
        return #"{"epoch":1,"after_sequence":\#(number - 1),"sequence":\#(number),"changes":[\#(seats)]}"#
    }
}
