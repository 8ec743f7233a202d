/// Self-contained pages: no network, light and dark as the reader's system is, and fit for print.
public enum Page {
  /// - Parameter body: HTML.
  public static func html(title: String, _ body: String) -> String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>\(Chart.escaped(title))</title>
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta name="color-scheme" content="light dark"><style>
    :root{--ink:#222;--ground:#fff;--line:#ddd}
    @media(prefers-color-scheme:dark){:root{--ink:#ddd;--ground:#16181c;--line:#3a3d44}}
    body{font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;padding:0 1rem;
    color:var(--ink);background:var(--ground)}
    svg{width:100%;height:auto}section{break-inside:avoid;margin:1.5rem 0;overflow-x:auto}
    dt{font-weight:600}dd{margin:0 0 .4rem}table{border-collapse:collapse;font-size:14px}
    th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid var(--line)}
    .day{white-space:nowrap}
    .figure{font-size:2.2rem;font-weight:600;line-height:1.1}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:1rem}
    </style></head><body>\(body)</body></html>
    """
  }

  public static func section(_ title: String?, _ content: String) -> String {
    let heading = title.map { "<h2>\(Chart.escaped($0))</h2>" } ?? ""
    return "<section>\(heading)\(content)</section>"
  }

  /// A definition list.
  public static func definitions(_ values: [String: String]) -> String {
    "<dl>"
      + values.sorted { $0.key < $1.key }.map {
        "<dt>\(Chart.escaped($0.key))</dt><dd>\(Chart.escaped($0.value))</dd>"
      }.joined() + "</dl>"
  }
}
