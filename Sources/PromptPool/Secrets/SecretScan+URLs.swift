extension SecretScan {
  /// A secret of the URL whose `://` is at a place: a password before the host, or the path of a
  /// webhook, which is all that is needed to write to it.
  func credentials(ofURLAt separator: Int) -> Match? {
    guard has("://", at: separator) else { return nil }
    var start = separator
    while start > 0, bytes[start - 1].isAlphanumeric || "+-.".utf8.contains(bytes[start - 1]) {
      start -= 1
    }
    guard start < separator else { return nil }
    let authority = separator + 3
    var end = end(ofRunFrom: authority) {
      $0 > 0x20 && !$0.isQuote && !"<>\\|^)]".utf8.contains($0) && $0 < 0x80
    }
    end = min(end, authority + Self.lineReach)
    if let match = webhook(start, authority, end) ?? functionKey(start, authority, end) {
      return match
    }
    let hostEnd = self.end(ofRunFrom: authority) { $0 > 0x20 && !$0.isQuote && $0 != 0x2F }
    return password(start, authority, hostEnd)
  }

  /// `scheme://user:password@host`, also where the password holds a `/`, `#` or `?`.
  private func password(_ start: Int, _ authority: Int, _ end: Int) -> Match? {
    let line = bytes[authority..<self.end(ofRunFrom: authority) { $0 > 0x20 && !$0.isQuote }]
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
      line[..<colon].allSatisfy({ $0 != 0x2F && $0 != 0x40 && $0 != 0x3F }),
      let at = line[colon...].lastIndex(of: UInt8(ascii: "@")), at > colon + 1,
      byte(at: at + 1).map({ $0.isAlphanumeric || "[${<%".utf8.contains($0) }) == true
    else { return nil }
    let secret = line[(colon + 1)..<at]
    // A port, a path, and an @ somewhere behind them.
    let first = secret.prefix { $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }
    if first.count < secret.count, first.allSatisfy(\.isDigit) { return nil }
    let user = line[..<colon]
    guard SecretValue(secret).isPassword(user: user) else { return nil }
    return Match(kind: "a password in a URL", range: start..<at)
  }

  private static let webhooks: [(part: [UInt8], kind: String)] = [
    ("hooks.slack.com/services/", "a Slack webhook"),
    ("hooks.slack.com/workflows/", "a Slack webhook"),
    ("hooks.slack.com/triggers/", "a Slack webhook"),
    ("discord.com/api/webhooks/", "a Discord webhook"),
    ("discordapp.com/api/webhooks/", "a Discord webhook"),
    ("webhook.office.com/webhook", "a Teams webhook"),
    ("outlook.office.com/webhook/", "a Teams webhook"),
    ("chat.googleapis.com/v1/spaces/", "a Google Chat webhook"),
    ("hooks.zapier.com/hooks/catch/", "a Zapier webhook"),
    ("logic.azure.com", "an Azure webhook"),
    ("api.telegram.org/bot", "a Telegram token"),
    ("open.feishu.cn/open-apis/bot/", "a Feishu webhook"),
    ("qyapi.weixin.qq.com/cgi-bin/webhook/", "a WeCom webhook"),
    ("oapi.dingtalk.com/robot/send", "a DingTalk webhook"),
    ("hooks.chime.aws/incomingwebhooks/", "a Chime webhook"),
    ("maker.ifttt.com/trigger/", "an IFTTT webhook"),
    ("hook.eu1.make.com/", "a Make webhook"), ("hook.us1.make.com/", "a Make webhook"),
    ("events.pagerduty.com/integration/", "a PagerDuty webhook"),
    ("/hooks/", "a webhook"), ("/webhooks/", "a webhook"), ("/webhook/", "a webhook"),
  ].map { (Array($0.0.utf8), $0.1) }

  private static let zapier = Array("hooks.zapier.com/hooks/catch/".utf8)

  /// A number and a code, which is too short to look drawn at random by itself.
  private func isZapierHook(_ path: Slice<Bytes>) -> Bool {
    let parts = path.split { "/?".utf8.contains($0) }
    guard parts.count >= 2, parts[0].allSatisfy(\.isDigit), parts[0].count >= 5 else {
      return false
    }
    // `abc1234` may be one, though it is a placeholder elsewhere.
    let code = SecretValue(parts[1])
    return (5...10).contains(parts[1].count) && parts[1].allSatisfy(\.isAlphanumeric)
      && parts[1].contains(where: \.isLetter) && Set(parts[1]).count > 4
      && (code.hasDigit || !code.isWords)
  }

  /// `https://….azurewebsites.net/api/…?code=…`: whoever has the code may call the function.
  private func functionKey(_ start: Int, _ authority: Int, _ end: Int) -> Match? {
    guard let host = firstRange(of: Array(".azurewebsites.net/".utf8), in: authority..<end),
      let name = firstRange(of: Array("code=".utf8), in: host.upperBound..<end),
      "?&".utf8.contains(bytes[name.lowerBound - 1])
    else { return nil }
    let code = bytes[name.upperBound..<end].prefix { $0 != UInt8(ascii: "&") }
    return SecretValue(code).isRandomKey(length: 20)
      ? Match(kind: "a key of an Azure function", range: start..<end) : nil
  }

  private func webhook(_ start: Int, _ authority: Int, _ end: Int) -> Match? {
    for (part, kind) in Self.webhooks {
      guard let found = firstRange(of: part, in: authority..<end) else { continue }
      let path = bytes[found.upperBound..<end]
      if part == Self.zapier, isZapierHook(path) { return Match(kind: kind, range: start..<end) }
      // The parts of the path and of the query; one of them has to look drawn by lot.
      let parts = path.split { "/?&=@".utf8.contains($0) }
      guard parts.contains(where: { SecretValue($0).isRandomKey(length: 16) }) else { continue }
      return Match(kind: kind, range: start..<end)
    }
    return nil
  }

  private func firstRange(of part: [UInt8], in range: Range<Int>) -> Range<Int>? {
    guard range.count >= part.count else { return nil }
    for start in range.lowerBound...(range.upperBound - part.count) where has(part, at: start) {
      return start..<(start + part.count)
    }
    return nil
  }
}
