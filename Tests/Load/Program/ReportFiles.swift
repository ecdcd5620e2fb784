import Foundation
import LoadModel
import Wire

/// Keeps reports.
enum ReportFiles {
    /// Writes the report as JSON and as a page, in place of an older one.
    static func write(_ report: LoadReport, in folder: URL) throws {
        try Data(try WireJSON.encode(report)).write(
            to: folder.appending(path: "\(report.scenario).json"), options: .atomic)
        try Data(report.page.utf8).write(to: folder.appending(path: "\(report.scenario).html"), options: .atomic)
        let path = folder.appending(path: report.scenario).path(percentEncoded: false)
        FileHandle.standardError.write(Data("report: \(path).html and .json\n".utf8))
    }
}
