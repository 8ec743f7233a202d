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
    ".mysql_history", ".node_repl_history", "auth.json",
  ]

  private static let prefixes = [
    ".env.", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "secrets.", "secret.", "credentials.",
    "client_secret_", "terraform.tfstate.",
  ]

  private static let suffixes = [
    ".env", ".pem", ".key", ".p8", ".p12", ".pfx", ".pkcs12", ".jks", ".keystore", ".bks", ".kdb",
    ".kdbx", ".agilekeychain", ".asc", ".gpg", ".pgp", ".ppk", ".ovpn", ".rdp", ".secret",
    ".secrets", ".tfvars", ".keytab", ".age", ".mobileprovision", ".keychain", ".keychain-db",
  ]

  private static let folders: Set<Substring> = [
    ".ssh", ".gnupg", ".aws", ".azure", ".gcloud", ".kube", ".docker", ".password-store",
    ".secrets",
    "secrets",
  ]

  /// Samples are there to be read.
  private static let samples = [
    ".example", ".sample", ".template", ".dist", ".tmpl", ".defaults", ".example.json",
    ".sample.json",
  ]

  /// Whether the path is that of a file that usually holds secrets.
  public static func contains(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard let name = parts.last?.lowercased() else { return false }
    if samples.contains(where: name.hasSuffix) || name.hasPrefix(".env.example") { return false }
    return parts.dropLast().contains { folders.contains($0) } || names.contains(name)
      || prefixes.contains(where: name.hasPrefix) || suffixes.contains(where: name.hasSuffix)
  }
}
