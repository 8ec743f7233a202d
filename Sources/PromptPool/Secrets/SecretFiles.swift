/// Files that hold secrets, known by their names and folders.
public enum SecretFiles {
  private static let names: Set<String> = [
    ".env", ".envrc", ".netrc", "_netrc", ".npmrc", ".yarnrc.yml", ".pypirc", ".pgpass", ".my.cnf",
    ".mylogin.cnf", ".htpasswd", ".git-credentials", ".dockercfg", ".s3cfg", ".boto",
    ".vault-token",
    ".vault_pass", ".terraformrc", "terraform.rc", "credentials", "credentials.json",
    "client_secret.json", "service-account.json", "serviceaccount.json", "kubeconfig", "shadow",
    "gshadow", "master.passwd", "authorized_keys", "known_hosts", "wp-config.php",
    "terraform.tfstate", "secrets", "secret_token.rb", "master.key", "id_rsa", "id_dsa", "id_ecdsa",
    "id_ed25519", "local.settings.json", "key.properties", "keystore.properties", "logins.json",
    "key4.db", "wallet.dat", ".bash_history", ".zsh_history", ".python_history", ".psql_history",
    ".mysql_history", ".node_repl_history", "auth.json", ".rediscli_history", ".sqlite_history",
    ".irb_history", "application_default_credentials.json", "serviceaccountkey.json",
    "keyfile.json", "sa-key.json", "gcp-key.json", "vault.yml", "vault.yaml", "vault_pass.txt",
    ".vault_password", "rclone.conf", "pgpass.conf", "my.cnf", ".msmtprc", ".fetchmailrc",
    ".smbcredentials", ".htdigest", "wpa_supplicant.conf", "sftp-config.json", ".ftpconfig",
    "sitemanager.xml", "recentservers.xml", "cookies.sqlite", "cookies.txt", ".databrickscfg",
    ".snowsql", "settings-security.xml",
  ]

  /// Names that hold secrets only in some folder.
  private static let places = [
    ".config/gh/hosts.yml", ".config/hub", ".config/glab-cli/config.yml",
    ".config/doctl/config.yaml", ".m2/settings.xml", ".gradle/gradle.properties",
    ".netlify/config.json", ".snowsql/config", ".oci/config", ".bundle/config", ".ngrok2/ngrok.yml",
    ".config/ngrok/ngrok.yml", ".config/hcloud/cli.toml", ".config/configstore/firebase-tools.json",
    ".config/stripe/config.toml", ".fly/config.yml", ".databricks/token-cache.json",
  ]

  private static let prefixes = [
    ".env.", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "secrets.", "secret.", "credentials.",
    "client_secret_", "terraform.tfstate.", "gha-creds-", "vault-password", "vault_password",
  ]

  /// Keys of service accounts, as consoles name them when they are downloaded: `shop-firebase-
  /// adminsdk-x1y2z.json`.
  private static let partsOfJSON = [
    "firebase-adminsdk", "service-account", "service_account", "serviceaccount",
  ]

  private static let suffixes = [
    ".env", ".pem", ".key", ".p8", ".p12", ".pfx", ".pkcs12", ".jks", ".keystore", ".bks", ".kdb",
    ".kdbx", ".agilekeychain", ".asc", ".gpg", ".pgp", ".ppk", ".ovpn", ".rdp", ".secret",
    ".secrets", ".tfvars", ".keytab", ".age", ".mobileprovision", ".keychain", ".keychain-db",
    ".jceks", ".psafe3", ".nmconnection", "-credentials.json", "_credentials.json",
  ]

  /// What editors and people put behind the name of a copy.
  private static let copies = ["~", ".bak", ".old", ".orig", ".save", ".swp", ".swo", ".backup"]

  private static let folders: Set<Substring> = [
    ".ssh", ".gnupg", ".aws", ".azure", ".gcloud", ".kube", ".docker", ".password-store",
    ".secrets", "secrets", "gcloud", "wireguard",
  ]

  /// Samples are there to be read.
  private static let samples = [
    ".example", ".sample", ".template", ".dist", ".tmpl", ".defaults", ".example.json",
    ".sample.json",
  ]

  /// Whether the path is that of a file that usually holds secrets.
  public static func contains(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard var name = parts.last?.lowercased() else { return false }
    while let ending = copies.first(where: { name.hasSuffix($0) && name.count > $0.count }) {
      name.removeLast(ending.count)
    }
    if samples.contains(where: name.hasSuffix) || name.hasPrefix(".env.example") { return false }
    let place = "/" + (parts.dropLast() + [name[...]]).joined(separator: "/")
    return parts.dropLast().contains { folders.contains($0) } || names.contains(name)
      || places.contains { place.hasSuffix("/" + $0) } || isTunnel(name)
      || name.hasSuffix(".json") && partsOfJSON.contains(where: name.contains)
      || prefixes.contains(where: name.hasPrefix) || suffixes.contains(where: name.hasSuffix)
  }

  /// `wg0.conf`: a tunnel of WireGuard, with its private key.
  private static func isTunnel(_ name: String) -> Bool {
    guard name.hasPrefix("wg"), name.hasSuffix(".conf") else { return false }
    let number = name.dropFirst(2).dropLast(5)
    return !number.isEmpty && number.utf8.allSatisfy(\.isDigit)
  }
}
