import Contracts
import Crypto
import Foundation
import HTTP2
import HTTPTypes
import Wire

/// The page: read, fingerprinted and compressed once at the start.
///
/// Each asset is served under a name that holds a hash of its bytes, and every other file's quoted reference to it is
/// rewritten; so an asset can be kept for ever, and `index.html` alone is asked again.
struct Site: Sendable {
    static let forever = "public, max-age=31536000, immutable"
    static let askAgain = "no-cache"
    private static let fileBytesMax = 1_048_576

    private let index: CompressedDocument
    private let worker: CompressedDocument?
    private let assets: [String: CompressedDocument]

    /// Reads `index.html`, `sw.js` and `assets/` of a folder; throws `SiteFailure` when it isn't the page.
    init(folder: String) throws {
        let root = URL(fileURLWithPath: folder, isDirectory: true)
        let names = try Self.names(in: root.appendingPathComponent("assets", isDirectory: true))
        var files: [String: [UInt8]] = [:]
        for name in names { files[name] = try Self.read(root.appendingPathComponent("assets/\(name)")) }
        let fingerprinted = try AssetFingerprints(files: files)
        assets = try fingerprinted.files.reduce(into: [:]) { documents, file in
            documents[file.key] = try CompressedDocument(bytes: file.value, mediaType: Self.mediaType(of: file.key))
        }
        let page = fingerprinted.rewritten(try Self.read(root.appendingPathComponent("index.html")))
        index = try CompressedDocument(bytes: page, mediaType: "text/html; charset=utf-8")
        worker = try? CompressedDocument(
            bytes: fingerprinted.rewritten(try Self.read(root.appendingPathComponent("sw.js"))),
            mediaType: "text/javascript; charset=utf-8")
    }

    /// How many bytes a browser loads for all of the page.
    var transferBytes: Int { assets.values.reduce(index.transferBytes) { $0 + $1.transferBytes } }

    func register(in routes: inout EdgeTable, forms: PaymentForms) {
        for path in ["/", "/performances/{performance_id}", "/orders/{order_id}/receipt", "/tickets"] {
            routes.on(.get, path, .place, by: .memory) { request in
                index.response(to: request, cacheControl: Self.askAgain)
            }
        }
        routes.on(.get, "/orders/{order_id}", .place, by: .memory) { request in
            var response = index.response(to: request, cacheControl: Self.askAgain)
            // The same document as elsewhere, so a kept one would come with a kept policy: it is not kept.
            response.headerFields[.cacheControl] = "no-store"
            if let form = try? await forms.current() {
                response.headerFields[.contentSecurityPolicy] = ContentSecurityPolicy.payScreen(form.sources)
            }
            return response
        }
        routes.on(.get, "/assets/{name}", .place, by: .memory) { request in
            guard let asset = assets[request.pathParameters["name"] ?? ""] else { return .problem(.init(.notFound)) }
            return asset.response(to: request, cacheControl: Self.forever)
        }
        if let worker {
            routes.on(.get, "/sw.js", .place, by: .memory) { request in
                worker.response(to: request, cacheControl: Self.askAgain)
            }
        }
    }

    private static func names(in folder: URL) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
        } catch {
            throw SiteFailure(description: "\(folder.path) can't be read: it has to hold the page's assets")
        }
    }

    private static func read(_ file: URL) throws -> [UInt8] {
        guard let data = try? Data(contentsOf: file), data.count <= fileBytesMax else {
            throw SiteFailure(description: "\(file.path) can't be read, or has more than \(fileBytesMax) bytes")
        }
        return Array(data)
    }

    private static func mediaType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "woff2": "font/woff2"
        default: "application/octet-stream"
        }
    }
}

/// Why a folder isn't the page.
struct SiteFailure: Error, CustomStringConvertible {
    let description: String
}
