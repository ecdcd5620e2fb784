/// A plain hall of any size, as the list of seats that `import-chart` reads.
public enum HallChart {
    /// Seats of a row, and rows of a section.
    private static let rowSeats = 50
    private static let sectionRows = 40
    /// Sections beside each other.
    private static let sectionsAbreast = 8

    /// The file's text.
    public static func text(seats: Int) -> String {
        var lines = ["section,row,seat,x,y,category"]
        lines.reserveCapacity(seats + 1)
        let sectionSeats = rowSeats * sectionRows
        for seat in 0..<seats {
            let section = seat / sectionSeats
            let row = seat % sectionSeats / rowSeats
            let place = seat % rowSeats
            let x = section % sectionsAbreast * (rowSeats + 4) + place
            let y = section / sectionsAbreast * (sectionRows + 4) + row
            lines.append("Block \(section + 1),\(row + 1),\(place + 1),\(x),\(y),standard")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
