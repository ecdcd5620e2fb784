/// Text as it may stand in a page.
public enum HTMLText {
    /// Without anything that HTML reads as more than text.
    public static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// A table; the first row is its head. The first `names` columns are names, the others numbers.
    public static func table(_ rows: [[String]], names: Int = 1) -> String {
        let lines = rows.enumerated().map { number, cells in
            let tag = number == 0 ? "th" : "td"
            let row = cells.enumerated().map { place, cell in
                "<\(tag)\(place < names ? "" : " class=\"number\"")>\(escaped(cell))</\(tag)>"
            }
            return "<tr>\(row.joined())</tr>"
        }
        return "<div class=\"wide\"><table>\n\(lines.joined(separator: "\n"))\n</table></div>\n"
    }

    /// A whole page with everything that it needs inside.
    public static func page(title: String, body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        <style>
        \(style)
        </style>
        </head>
        <body>
        <main>
        \(body)
        </main>
        </body>
        </html>

        """
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #ffffff; --line: #dde2e8;
          --good: #1a7f4b; --bad: #b3261e; --k0: #1f6fb2; --k1: #d1591b; --k2: #1b8a6b; --k3: #8a4fbf; --k4: #b07d12;
          --k5: #6b7785; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e8ecf1; --soft: #9aa6b4; --paper: #14181e; --line: #2d3540; --good: #5fce96; --bad: #ff8a80;
            --k0: #6db3f2; --k1: #ff9a5c; --k2: #5fd0ae; --k3: #c49bf0; --k4: #e3b65a; --k5: #a4afbd; }
        }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, "Noto Sans", sans-serif; }
        main { max-width: 920px; margin: 0 auto; padding: 24px 20px 64px; }
        h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 36px 0 8px; }
        p { margin: 6px 0; } .soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
        .banner { border-left: 4px solid var(--bad); padding: 8px 14px; margin: 16px 0; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; min-width: 100%; }
        th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        th { color: var(--soft); font-weight: 600; } .number { text-align: right; white-space: nowrap; }
        figure { margin: 20px 0; } figcaption { font-weight: 600; margin-bottom: 6px; }
        svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 12px; }
        .grid, .tick { stroke: var(--line); } .stretch { stroke: var(--line); stroke-dasharray: 2 4; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .dashed { stroke-dasharray: 6 5; }
        .line.k0 { stroke: var(--k0); } .line.k1 { stroke: var(--k1); } .line.k2 { stroke: var(--k2); }
        .line.k3 { stroke: var(--k3); } .line.k4 { stroke: var(--k4); } .line.k5 { stroke: var(--k5); }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 6px 0 0; }
        .key { display: inline-block; width: 18px; height: 4px; border-radius: 2px; margin-right: 7px;
          vertical-align: middle; }
        .key.k0 { background: var(--k0); } .key.k1 { background: var(--k1); } .key.k2 { background: var(--k2); }
        .key.k3 { background: var(--k3); } .key.k4 { background: var(--k4); } .key.k5 { background: var(--k5); }
        """
}
