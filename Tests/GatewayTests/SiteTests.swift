import Foundation
import HTTPTypes
import TestSupport
import Testing
import Wire

@testable import Gateway

/// The page: fingerprinted, compressed, revalidated, and nothing else of the disk.
struct SiteTests {
    private let edge: Edge

    init() throws {
        edge = try Edge()
    }

    /// The names under which the page refers to its assets.
    private func assets(in text: String) -> [String] {
        text.matches(of: /"(?:\.?\/)?(?:assets\/)([\w.-]+)"/).map { String($0.1) }
    }

    @Test(arguments: ["/", "/performances/0198f0a2-7c1e-7000-8000-000000000001", "/tickets"])
    func `every address of the page gives the page, to be asked for again each time`(path: String) async {
        let answer = await edge.ask(.get, path)
        #expect(answer.status == 200)
        #expect(answer.fields[.contentType] == "text/html; charset=utf-8")
        #expect(answer.fields[.cacheControl] == "no-cache")
        #expect(answer.text.lowercased().hasPrefix("<!doctype html>"))
        let again = await edge.ask(.get, path, [.ifNoneMatch: answer.fields[.eTag] ?? ""])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(again.fields[.eTag] == answer.fields[.eTag])
    }

    @Test func `what the page refers to is there under a name with a hash, for ever`() async throws {
        let names = assets(in: await edge.ask(.get, "/").text)
        #expect(names.count > 5)
        for name in names {
            #expect(name.firstMatch(of: /-[0-9a-f]{12}\.\w+$/) != nil, "\(name) has no hash")
            let answer = await edge.ask(.get, "/assets/\(name)")
            #expect(answer.status == 200, "\(name)")
            #expect(answer.fields[.cacheControl] == "public, max-age=31536000, immutable")
        }
    }

    @Test func `assets refer to each other by their hashed names`() async throws {
        let root = Edge.root.appending(path: "Services/Gateway/Web/assets")
        let originals = try FileManager.default.contentsOfDirectory(atPath: root.path)
        var seen: Set<String> = []
        var left = assets(in: await edge.ask(.get, "/").text)
        while let name = left.popLast() {
            guard seen.insert(name).inserted, name.hasSuffix(".js") else { continue }
            let text = await edge.ask(.get, "/assets/\(name)").text
            let imports = text.matches(of: /from\s+["']\.\/([\w.-]+)["']/).map { String($0.1) }
            for module in imports {
                #expect(!originals.contains(module), "\(name) imports \(module) under its bare name")
                #expect(await edge.ask(.get, "/assets/\(module)").status == 200, "\(name) imports \(module)")
            }
            left += imports
        }
        #expect(seen.count > 10)
    }

    @Test func `what can be compressed comes compressed, to who can read it`() async throws {
        let plain = await edge.ask(.get, "/")
        let packed = await edge.ask(.get, "/", [.acceptEncoding: "br, gzip;q=0.8"])
        #expect(plain.fields[.contentEncoding] == nil)
        #expect(packed.fields[.contentEncoding] == "gzip")
        #expect(packed.fields[.vary] == "Accept-Encoding")
        #expect(packed.body.count < plain.body.count / 2)
        #expect(try gunzipped(packed.body) == plain.body)
        for refusing in ["identity", "gzip;q=0", "br", ""] {
            #expect(await edge.ask(.get, "/", [.acceptEncoding: refusing]).fields[.contentEncoding] == nil)
        }
    }

    @Test(
        arguments: [
            ("\"a\"", true), ("W/\"a\"", true), ("*", true), ("\"b\", \"a\"", true), ("\"b\"", false), ("a", false),
            ("", false),
        ])
    func `an entity tag is compared as RFC 9110 says`(header: String, isMatch: Bool) {
        #expect(CompressedDocument.matches(header, "\"a\"") == isMatch)
    }

    @Test(
        arguments: [
            "/assets/../index.html", "/assets/..%2findex.html", "/assets/%2e%2e%2f%2e%2e%2fopenapi.yaml",
            "/assets/..%5c..%5copenapi.yaml", "/assets/....//index.html", "/assets/%00", "/assets/app.js%00.css",
            "/assets/%2fetc%2fpasswd", "/assets//etc/passwd", "/../openapi.yaml", "/openapi.yaml", "/index.html",
            "/assets/", "/assets", "/assets/app.js", "/assets/%zz", "/.git/config", "//etc/passwd",
        ])
    func `no path leads out of the page`(path: String) async {
        let answer = await edge.ask(.get, path)
        #expect(answer.status == 404)
        #expect(answer.code == .notFound)
    }

    @Test func `every answer tells the browser what the page may do`() async {
        for path in ["/", "/v1/nothing", "/assets/none.js", "/openapi.json"] {
            let fields = await edge.ask(.get, path).fields
            let policy = fields[HTTPField.Name("Content-Security-Policy")!]
            #expect(policy?.contains("default-src 'none'") == true)
            #expect(policy?.contains("unsafe") == false)
            #expect(fields[.xContentTypeOptions] == "nosniff")
            #expect(fields[.accessControlAllowOrigin] == nil)
            #expect(fields[.requestID] != nil)
        }
    }

    @Test func `files that refer to each other in a circle are no page`() throws {
        let files = ["a.js": Array("import './b.js'".utf8), "b.js": Array("import './a.js'".utf8)]
        #expect(throws: SiteFailure.self) { try AssetFingerprints(files: files) }
    }

    @Test func `a changed leaf renames all who lead to it`() throws {
        func names(_ leaf: String) throws -> Set<String> {
            Set(
                try AssetFingerprints(files: [
                    "leaf.js": Array(leaf.utf8), "stem.js": Array("import './leaf.js'".utf8),
                    "other.css": Array("a {}".utf8),
                ]).files.keys)
        }
        let (before, after) = (try names("1"), try names("2"))
        #expect(before.intersection(after).map { $0.prefix(5) } == ["other"])
        #expect(before.count == 3 && after.count == 3)
    }

    @Test func `a folder without the page is told by name`() {
        #expect(throws: SiteFailure.self) { try Site(folder: "/nowhere") }
    }

    private func gunzipped(_ bytes: [UInt8]) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appending(path: "site-\(UUID()).gz")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try ChildProcess.run(["gzip", "-dc", file.path]).printed
    }
}
