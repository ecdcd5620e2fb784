/// Something that was let in and is to begin when the loop has listened to everybody.
protocol LoopStart: AnyObject {
    /// Begins, unless it is over by now.
    func begin()
}
