/// A stream that a stop of the gateway ends; used on its loop.
protocol DrainedStream: AnyObject {
    /// The client is told to come again, and the stream ends.
    func leave()
}
