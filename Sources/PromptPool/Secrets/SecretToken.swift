/// A form of tokens that a vendor has published: a prefix and what follows it.
struct SecretToken: Sendable {
  enum Alphabet: Sendable {
    /// Letters, digits, `_` and `-`; with `.`; without signs.
    case token, dotted, alphanumeric
    /// Parts with `$` or `-` between.
    case dollars, dashedUpper
    case hex, upper, base64

    func contains(_ byte: UInt8) -> Bool {
      switch self {
      case .token: byte.isToken
      case .dotted: byte.isToken || byte == 0x2E
      case .alphanumeric: byte.isAlphanumeric
      case .dollars: byte.isAlphanumeric || byte == 0x24
      case .dashedUpper: byte.isUpper || byte.isDigit || byte == 0x2D
      case .hex: byte.isHex
      case .upper: byte.isUpper || byte.isDigit
      case .base64: byte.isToken || byte == 0x2B || byte == 0x2F || byte == 0x3D
      }
    }
  }

  let prefix: [UInt8]
  let alphabet: Alphabet
  /// How many characters follow the prefix.
  let length: ClosedRange<Int>
  let kind: String

  private static func form(
    _ kind: String, _ prefixes: String, _ length: ClosedRange<Int>, _ alphabet: Alphabet = .token
  ) -> [SecretToken] {
    prefixes.split(separator: " ").map {
      SecretToken(prefix: Array($0.utf8), alphabet: alphabet, length: length, kind: kind)
    }
  }

  private static let long = 512

  static let all: [SecretToken] =
    forges + clouds + models + payments + messages + observation + others

  private static let forges =
    form("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", 36...long, .alphanumeric)
    + form("a GitHub token", "github_pat_", 40...long)
    + form(
      "a GitLab token",
      "glpat- gldt- glrt- glptt- glft- glsoat- glcbt- glimt- glagent- gloas- glffct-", 20...long,
      .dotted)
    + form("a GitLab token", "GR1348941", 20...40)
    + form("an Atlassian token", "ATATT3 ATCTT3", 30...long, .base64)
    + form("a Bitbucket token", "ATBB", 24...64, .alphanumeric)
    + form("an npm token", "npm_", 36...long, .alphanumeric)
    + form("a PyPI token", "pypi-", 50...long)
    + form("a RubyGems key", "rubygems_", 48...48, .hex)
    + form("a NuGet key", "oy2", 43...43, .alphanumeric)
    + form("a crates.io token", "cio", 32...32, .alphanumeric)
    + form("a Clojars token", "CLOJARS_", 60...60, .alphanumeric)
    + form("a Docker token", "dckr_pat_ dckr_oat_", 24...64)
    + form("an Artifactory key", "AKCp", 60...100, .alphanumeric)
    + form("a CircleCI token", "CCIPAT_", 40...100)
    + form("a Buildkite token", "bkua_", 40...40, .alphanumeric)
    + form("a SonarQube token", "squ_ sqp_ sqa_", 40...40, .hex)
    + form("a Sourcegraph token", "sgp_", 40...100)

  private static let clouds =
    form("an AWS access key", "AKIA ASIA ABIA ACCA", 16...16, .upper)
    + form("an AWS key", "ABSK", 100...200, .base64)
    + form("a Google API key", "AIza", 35...39)
    + form("a Google client secret", "GOCSPX-", 24...40)
    + form("a Google token", "ya29.", 20...long, .dotted)
    + form("an Alibaba access key", "LTAI", 12...24, .alphanumeric)
    + form("a Tencent access key", "AKID", 32...48, .alphanumeric)
    + form("a Yandex key", "AQVN y0_AgA", 30...long)
    + form("a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", 64...64, .hex)
    + form("a Databricks token", "dapi", 32...34, .hex)
    + form("a Heroku key", "HRKU-", 36...80)
    + form("a Fly.io token", "fo1_", 40...long)
    + form("a Fly.io token", "fm1_ fm2_ fm1r_", 60...4096, .base64)
    + form("a Netlify token", "nfp_", 36...60, .alphanumeric)
    + form("a Pulumi token", "pul-", 40...40, .hex)
    + form("a PlanetScale token", "pscale_tkn_ pscale_pw_ pscale_oauth_", 32...80, .dotted)
    + form("a Supabase key", "sbp_", 40...40, .hex)
    + form("a Supabase key", "sb_secret_", 20...80)
    + form("a Neon key", "napi_ npg_", 12...80, .alphanumeric)
    + form("a Vault token", "hvs. hvb. hvr.", 24...long)
    + form("a Doppler token", "dp.pt. dp.st. dp.sa. dp.ct. dp.scim. dp.audit.", 40...80, .dotted)
    + form("an OpenShift token", "sha256~", 43...43)
    + form("a Tailscale key", "tskey-", 20...80)
    + form("a 1Password token", "ops_eyJ", 80...2048, .base64)
    + form("a 1Password key", "A3-", 36...37, .dashedUpper)
    + form("a Google refresh token", "1//0", 40...200)
    + form("a Scalingo token", "tk-us-", 40...60)
    + form("an Infracost key", "ico-", 32...32, .alphanumeric)

  private static let models =
    form("an API key", "sk-", 32...long)
    + form("a Hugging Face token", "hf_ api_org_", 30...60, .alphanumeric)
    + form("a Groq key", "gsk_", 40...80, .alphanumeric)
    + form("an xAI key", "xai-", 60...100, .alphanumeric)
    + form("a Perplexity key", "pplx-", 40...80, .alphanumeric)
    + form("a Replicate token", "r8_", 37...40, .alphanumeric)
    + form("a Tavily key", "tvly-", 24...80)
    + form("a Jina key", "jina_", 40...80)
    + form("a LangSmith key", "lsv2_pt_ lsv2_sk_", 32...80)
    + form("a Pinecone key", "pcsk_", 40...100)

  private static let payments =
    form("a Stripe key", "sk_live_ rk_live_ sk_test_ rk_test_", 20...long, .alphanumeric)
    + form("a webhook secret", "whsec_", 24...100, .base64)
    + form("a Square token", "sq0atp- sq0csp- sq0idp-", 22...60)
    + form("a Square token", "EAAAE EAAAl", 50...70)
    + form("a Facebook token", "EAAC EAAB EAAD EAAG", 80...long, .alphanumeric)
    + form("a Facebook token", "EAA", 100...long, .alphanumeric)
    + form("a Shopify token", "shpat_ shpca_ shppa_ shpss_", 32...34, .alphanumeric)
    + form("a Plaid token", "access-sandbox- access-development- access-production-", 36...36)
    + form("a Braintree token", "access_token$production$ access_token$sandbox$", 20...80, .dollars)
    + form("an Amazon MWS token", "amzn.mws.", 36...36)
    + form("a Flutterwave key", "FLWSECK_TEST- FLWSECK-", 12...60)
    + form("a Duffel token", "duffel_test_ duffel_live_", 40...60)
    + form("an EasyPost key", "EZAK EZTK", 54...54, .alphanumeric)
    + form("a Shippo token", "shippo_live_ shippo_test_", 40...40, .hex)

  private static let messages =
    form(
      "a Slack token", "xoxb- xoxp- xoxa- xoxs- xoxr- xoxe- xoxe.xoxp- xoxe.xoxb- xapp-", 20...long)
    + form("a SendGrid key", "SG.", 60...80, .dotted)
    + form("a Mailgun key", "key-", 32...32, .hex)
    + form("a Brevo key", "xkeysib- xsmtpsib-", 70...100)
    + form("a Resend key", "re_", 30...40)
    + form("a Twilio key", "SK AC", 32...32, .hex)
    + form("a Telegram token", "bot", 40...60)

  private static let observation =
    form("a Grafana token", "glsa_", 40...60)
    + form("a Grafana token", "glc_ eyJrIjoi", 40...long, .base64)
    + form("a New Relic key", "NRAK- NRJS- NRII- NRAL-", 19...40)
    + form("a Sentry token", "sntrys_ sntryu_", 40...long, .base64)
    + form("a Dynatrace token", "dt0c01. dt0s16.", 80...120, .dotted)
    + form("a Honeycomb key", "hcaik_ hcxik_ hcalk_", 40...80, .alphanumeric)

  private static let others =
    form("a Harness token", "pat.", 60...75, .dotted)
    + form("a Cloudflare key", "v1.0-", 160...190, .token)
    + form("a Lob key", "live_ test_", 35...35, .hex)
    + form("a Twitter token", "AAAAAAAAAAAAAAAAAAAAA", 60...200, .token)
    + form("an Adobe secret", "p8e-", 32...32, .hex)
    + form("an age key", "AGE-SECRET-KEY-1", 50...60, .upper)
    + form("a Figma token", "figd_", 30...80)
    + form("a Linear key", "lin_api_ lin_oauth_", 32...80, .alphanumeric)
    + form("a Notion token", "ntn_ secret_", 43...50, .alphanumeric)
    + form("an Airtable token", "pat", 79...82, .dotted)
    + form("a Postman key", "PMAK-", 50...64)
    + form("a Contentful token", "CFPAT-", 40...60)
    + form("a ReadMe key", "rdme_", 60...80, .alphanumeric)
    + form("a Prefect key", "pnu_ pnb_", 30...40, .alphanumeric)
    + form("a Typeform token", "tfp_", 40...80, .dotted)
    + form("a Mapbox token", "sk.eyJ", 60...long, .dotted)
    + form("a Frame.io token", "fio-u-", 40...80)
    + form("a Dropbox token", "sl. sl.u.", 60...2048, .token)
    + form("an extended private key", "xprv", 100...112, .alphanumeric)

  /// By the first three bytes, letter case left aside as in ``SecretTriggers``.
  private static let byStart: [Int: [SecretToken]] = Dictionary(
    grouping: all, by: { start($0.prefix[0], $0.prefix[1], $0.prefix.count > 2 ? $0.prefix[2] : 0) }
  )

  private static func start(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Int {
    Int(a) << 16 | Int(b) << 8 | Int(c)
  }

  /// The forms that three bytes can begin.
  static func forms(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> [SecretToken] {
    (byStart[start(a, b, c)] ?? []) + (byStart[start(a, b, 0)] ?? [])
  }
}

extension SecretScan {
  func token(at start: Int) -> Match? {
    if let match = shapedToken(at: start) ?? azureSecret(at: start) ?? terraformToken(at: start) {
      return match
    }
    guard isWordStart(start) else { return nil }
    for form in SecretToken.forms(bytes[start], bytes[start + 1], bytes[start + 2])
    where has(form.prefix, at: start) {
      let bodyStart = start + form.prefix.count
      let end = end(ofRunFrom: bodyStart, form.alphabet.contains)
      let body = bytes[bodyStart..<end]
      guard form.length.contains(body.count), SecretValue(body).isRandomToken(form.alphabet),
        // A longer word that only begins like one.
        form.alphabet == .base64 || byte(at: end).map { !$0.isToken } ?? true
      else { continue }
      return Match(kind: form.kind, range: start..<end)
    }
    return nil
  }

  /// How the number of a user begins in Base64.
  static let discordStarts = ["MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT"]

  /// Tokens that are known by their parts: JSON web tokens, and those of Discord.
  private func shapedToken(at start: Int) -> Match? {
    guard isWordStart(start) else { return nil }
    // The first part of all forms but Vault's is long; that saves looking at the others.
    let isLong = end(ofRunFrom: start, \.isToken) - start >= 11
    guard isLong || has("s.", at: start) else { return nil }
    let end = end(ofRunFrom: start) { $0.isToken || $0 == 0x2E }
    let parts = bytes[start..<end].split(separator: 0x2E, omittingEmptySubsequences: false)
    if has("AAAA", at: start), end - start == 11, byte(at: end) == UInt8(ascii: ":") {
      let last = self.end(ofRunFrom: end + 1, \.isToken)
      return last - end > 120 ? Match(kind: "a Firebase key", range: start..<last) : nil
    }
    if has("eyJ", at: start) {
      guard parts.count >= 3, parts[0].count >= 16, parts[2].count >= 16,
        parts[1].count >= 16 || parts.count == 5, SecretValue(parts[2]).isRandomToken(.token)
      else { return nil }
      return Match(kind: "a JSON web token", range: start..<end)
    }
    if has("s.", at: start) { return vaultToken(start..<end) }
    if parts.count == 3, (23...28).contains(parts[0].count), parts[1].count == 6,
      (27...38).contains(parts[2].count), "MNO".utf8.contains(bytes[start]),
      SecretValue(parts[2]).isRandomToken(.token)
    {
      return Match(kind: "a Discord token", range: start..<end)
    }
    return nil
  }

  /// Vault's tokens before version 1.10: `s.` and 24 letters and digits, which code may have, too.
  private func vaultToken(_ token: Range<Int>) -> Match? {
    // In a namespace, a sign of it stands behind.
    let parts = bytes[(token.lowerBound + 2)..<token.upperBound].split(separator: 0x2E)
    guard let body = parts.first, parts.count == 1 || parts.count == 2 && parts[1].count == 5 else {
      return nil
    }
    let value = SecretValue(body)
    guard body.count == 24, body.allSatisfy(\.isAlphanumeric),
      byte(at: token.lowerBound - 1) != 0x2E,
      byte(at: token.upperBound) != UInt8(ascii: "("), value.hasDigit,
      value.isRandomToken(.alphanumeric),
      !value.isWords || isNamed("vault", before: token.lowerBound)
    else { return nil }
    return Match(kind: "a Vault token", range: token)
  }

  /// Whether a word stands before a place, in its line.
  private func isNamed(_ word: String, before index: Int) -> Bool {
    text(start(ofLineAt: index)..<index).lowercased().contains(word)
  }

  /// 14 letters and digits, `.atlasv1.`, and 60 to 70 more.
  private func terraformToken(at dot: Int) -> Match? {
    guard has(".atlasv1.", at: dot), dot >= 14, isWordStart(dot - 14),
      bytes[(dot - 14)..<dot].allSatisfy(\.isAlphanumeric)
    else { return nil }
    let end = end(ofRunFrom: dot + 9) { $0.isToken || $0 == UInt8(ascii: "=") }
    guard (60...70).contains(end - dot - 9),
      SecretValue(bytes[(dot + 9)..<end]).isRandomToken(.token)
    else { return nil }
    return Match(kind: "a Terraform token", range: (dot - 14)..<end)
  }

  /// Secrets of applications in Azure: three characters, a digit, `Q~`, and 31 to 34 more.
  func azureSecret(at start: Int) -> Match? {
    func isPart(_ byte: UInt8) -> Bool { byte.isToken || byte == 0x2E || byte == 0x7E }
    let first = start - 4
    guard has("Q~", at: start), first >= 0, bytes[start - 1].isDigit,
      bytes[first..<start].allSatisfy(isPart), first == 0 || !isPart(bytes[first - 1])
    else { return nil }
    let end = end(ofRunFrom: start + 2, isPart)
    guard (31...34).contains(end - start - 2) else { return nil }
    return Match(kind: "an Azure secret", range: first..<end)
  }
}
