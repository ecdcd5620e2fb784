/// The columns that every door function's rows begin with.
public enum DoorColumn {
    /// 0 for the batch's own row, else the item's place from 1.
    public static let item = 0
    /// The outcome's word.
    public static let outcome = 1
    static let epoch = 2
    static let afterSequence = 3
    static let sequence = 4
    static let databaseTime = 5
    static let changes = 6
    /// The first column of the kind's own.
    public static let own = 7
}
