import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct SecretTests {
  private static let noise = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2dF4gH6"

  static let hits = [
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE", "-----BEGIN OPENSSH PRIVATE KEY-----",
    "token: ghp_\(noise)", "github_pat_11\(noise)\(noise)", "AKIA3XQ7ZL5MN2PR8TVW",
    "xoxb-123987-\(noise)", "sk-\(noise)", "sk_live_\(noise)", "glpat-\(noise)", "hf_\(noise)",
    "eyJhbGciOiJIUzI1NiIsInR5.eyJzdWIiOiIxMjM0NTY3ODkw.SflKxwRJSMeKKF2QT4fw",
    "password = \"hu7Nter2x9Q\"", "\"api_key\": \"9f8e7d6c5b4a3021\"", "API_KEY=9f8e7d6c5b4a3021",
  ]

  static let misses = [
    "-----BEGIN PUBLIC KEY-----", "password = \"changeme\"", "password = getpass()",
    "Enter your password: ", "secret: String", "api_key = os.environ[\"API_KEY1\"]",
    "ghp_example", "sk-learn is short for scikit-learn", "task-1234567890abcdef1234567890abcdef",
    "AKIAIOSFODNN7EXAMPLE", "desk-aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2dF4gH6", "password=${PASSWORD1}",
    "a hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "password: string; // at least 8",
  ]

  @Test(arguments: hits) func secretsAreFound(text: String) {
    let found = SecretScanner.find(in: "one\ntwo " + text)
    #expect(found?.line == 2)
  }

  @Test(arguments: misses) func otherTextsPass(text: String) {
    #expect(SecretScanner.find(in: text) == nil)
  }

  /// Names in every style, values with and without quotation marks.
  @Test(arguments: [
    "dbPassword", "DB_PASSWORD", "db-password", "db.password", "DbPassword", "dbpassword",
    "userPwd", "PGPASS", "apiKey", "API_KEY", "api-key", "apikey", "X-Api-Key", "clientSecret",
    "CLIENT_SECRET", "authToken", "accessToken2", "SECRET_KEY_BASE", "jwtSecret", "signing_key",
  ])
  func namesInEveryStyle(name: String) {
    let value = Self.noise.prefix(20)
    for text in [
      "\(name) = \"\(value)\"", "\(name)='\(value)'", "\(name)=\(value)", "\(name): \(value)",
      "\"\(name)\": \"\(value)\"", "\\\"\(name)\\\": \\\"\(value)\\\"", "\(name) := `\(value)`",
      "<\(name)>\(value)</\(name)>", "--\(name) \(value)", "--\(name)=\(value)",
      "config['\(name)'] = '\(value)'", "?a=b&\(name)=\(value)&c=d",
    ] {
      #expect(SecretScanner.find(in: text) != nil, "\(text)")
    }
    for text in [
      "\(name) = config.value", "\(name) = \"\"", "\(name) = \"changeme\"", "\(name): ${\(name)}",
      "\(name): String", "\(name)_id = \"\(value)\"", "\(name) = \"your-value-here\"",
    ] {
      #expect(SecretScanner.find(in: text) == nil, "\(text)")
    }
  }

  /// A megabyte without a line break takes no longer than one of many lines.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "INSERT INTO a(password)values(", "into a(b,password,", "into a(password)values('a','b'),(",
      "into a(password)values/*", "into a(password) values ('x", "password is ", "password: x, ",
      "--password ", "token=\"", "curl -u ", "Authorization: Bearer ", "export KEY=",
    ])
  func oneLongLineIsNoTrap(piece: String) {
    let text = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
    #expect(SecretScanner.find(in: text) == nil)
  }

  @Test func linesThatHoldOneAreLeftOut() {
    let key = "password = \"\(Self.noise)\""
    #expect(SecretScanner.removingLines(from: "a\n\(key)\nb\n") == "a\nb\n")
    #expect(SecretScanner.removingLines(from: key) == "")
    #expect(SecretScanner.removingLines(from: "a\n\(key)\n\(key)\n\nb") == "a\n\nb")
    #expect(SecretScanner.removingLines(from: "a\r\nb\n") == "a\r\nb\n")
    let armour = [
      "-----BEGIN ", "RSA PRIVATE KEY-----\n", "MIIE\nabcd==\n-----END RSA PRIVATE KEY-----",
    ]
    #expect(SecretScanner.removingLines(from: "a\n\(armour.joined())\nb") == "a\nb")
  }

  @Test(arguments: [
    ".env", ".env.local", "prod.env", "server.pem", "id_rsa", "id_ed25519.pub", ".ssh/config",
    "secrets/a.txt", ".aws/config", "terraform.tfstate", "prod.tfvars", "Vault.kdbx", "app.jks",
    ".npmrc", ".git-credentials", "credentials.json", "wp-config.php", ".pgpass", "site.p12",
    ".env~", ".env.bak", "id_rsa.old", "server.pem~", ".config/gh/hosts.yml",
    ".config/gcloud/x.json", "application_default_credentials.json", "serviceAccountKey.json",
    "shop-firebase-adminsdk-x1y2z.json", "my-service-account.json", "prod-credentials.json",
    ".m2/settings.xml", "ansible/vault.yml", "group_vars/all/vault.yaml", "wg0.conf", "wg12.conf",
    ".config/rclone/rclone.conf", ".kube/config", ".docker/config.json",
    ".config/containers/auth.json", ".cargo/credentials.toml", ".gradle/gradle.properties",
    ".oci/config", "wpa_supplicant.conf", "home.nmconnection", ".env.swp",
  ])
  func filesThatHoldSecrets(path: String) { #expect(SecretFiles.contains("/home/me/" + path)) }

  @Test(arguments: [
    "main.py", ".env.example", ".env.sample", "environment.py", "keys.py", "monkey", "token.go",
    "credentials_test.go", "password.swift", "README.md", "secretary.txt", "config.json",
    "hosts.yml", "settings.xml", "gradle.properties", "config", "wgs.conf", "wg0.conf.example",
    "vault.go", "main.py~", "notes.bak", ".config/nvim/init.lua", "service_account.py", "~",
    "nginx.conf", "data/hosts.yml",
  ])
  func otherFiles(path: String) { #expect(!SecretFiles.contains("/home/me/" + path)) }

  @Test func anImportRefusesThemWithTheirPlace() throws {
    let folder = try TemporaryFolder()
    let draft = ExemplarDraft(instruction: "a", output: "b\n" + Self.hits[0])
    let file = try folder.write(draft.jsonLine.utf8)
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(file)
    #expect(
      report.rejected.map(\.reason)
        == ["“output” seems to hold a private key, in its line 2"])
    #expect(try pool.importFile(file, options: ImportOptions(allowsSecrets: true)).added == 1)
  }

  @Test(.enabled(if: TestData.folder != nil, "../shared/data is missing"))
  func realInstructionsHoldOne() throws {
    let folder = try #require(TestData.folder)
    let pool = try PromptPool.inMemory()
    var found: [String] = []
    for name in ["alpaca-en", "code-alpaca", "seed-tasks"] {
      let report = try pool.importFile(folder.appending(path: name + ".jsonl"))
      let hits = report.rejected.filter { $0.reason.contains("seems to hold") }
      found += hits.map { "\(name):\($0.line)" }
    }
    // A password of 32 random characters, and one of eight, of 3,191 examples.
    #expect(found == ["alpaca-en:66", "code-alpaca:774"])
  }
}
