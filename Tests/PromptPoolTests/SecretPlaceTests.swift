import PromptPool
import TestSupport
import Testing

/// Places that secrets stand in, and what stands there otherwise. `{pw}` is a password and `{n}` a
/// key of n letters and digits, drawn when the test runs.
@Suite struct SecretPlaceTests {
  private static func drawn(_ count: Int, _ random: inout SplitMix) -> String {
    let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789")
    let text = (0..<max(0, count - 4)).map { _ in
      letters[Int(random.next() % UInt64(letters.count))]
    }
    return "k7" + String(text) + "Xq"
  }

  private static func filled(_ template: String, seed: UInt64) -> String {
    var random = SplitMix(seed: seed)
    var text = template
    while let found = text.firstMatch(of: /\{(pw|[0-9]+)\}/) {
      let value =
        found.1 == "pw"
        ? drawn(8, &random) + "!" + drawn(6, &random) : drawn(Int(found.1) ?? 0, &random)
      text.replaceSubrange(found.range, with: value)
    }
    return text
  }

  private func expectFound(_ template: String) {
    for seed in 1...8 as ClosedRange<UInt64> {
      let text = Self.filled(template, seed: seed)
      #expect(SecretScanner.find(in: text) != nil, "\(text)")
    }
  }

  private func expectHarmless(_ template: String) {
    for seed in 1...8 as ClosedRange<UInt64> {
      let text = Self.filled(template, seed: seed)
      #expect(SecretScanner.find(in: text) == nil, "\(text)")
    }
  }

  @Test(arguments: [
    "vault_token = s.{24}", "vault login s.{24}", "s.{24}.k8Xq2", "VAULT_TOKEN=s.{24}", "pcsk_{64}",
    "sl.u.{120}", "access_token$production${16}$0f{30}", "{14}.atlasv1.{67}", "EAA{160}",
    "EAACEdEose0cBA{150}", "1//0{60}", "refresh_token = 1//03{50}",
    "amzn.mws.4ea38b7b-f563-7709-4bae-87aeab3c2d91", "A3-ASWWYB-798JRY-7K2XQ-23DC2-86TVM-H43EB",
    "A3-ASWWYB-798JRYLJVD4-23DC2-86TVM-H43EB",
  ])
  func tokens(template: String) { expectFound(template) }

  @Test(arguments: [
    "s.getElementsByClassName12", "the value s.length", "x = s.TestServerListenAndServe2",
    "pcsk_ is their prefix", "access_token$production$", "A3-A4-A5 are sizes of paper",
    "1//0 is no division", "resource.atlasv1.name", "EAAhello",
  ])
  func otherWordsThatBeginLikeTokens(template: String) { expectHarmless(template) }

  @Test(arguments: [
    "password:\n  {pw}", "\"password\":\n  \"{pw}\"", "password = \\\n  '{pw}'",
    "api_key:\n  - {32}", "api_keys:\n  - {32}\n  - {32}", "const password =\n  \"{pw}\";",
    "PASSWORD = (\n    \"{pw}\"\n)", "String password =\n    \"{pw}\";", "apiKeys = [\"{32}\"]",
    "db:\r\n  password:\r\n    '{pw}'\r\n",
  ])
  func valuesOnTheNextLine(template: String) { expectFound(template) }

  @Test(arguments: [
    "password:\n  type: string\n  minLength: 8", "password:\n  $ref: '#/x'",
    "Password:\n\nAt least 8 characters", "password = \\\n  os.environ['X1']",
    "token:\n  description: the token\n", "secrets:\n  - db-password-2\n  - api_key_v2",
    "if token:\n  return token2", "case password:\n    return Color.red2",
    "token =\n  await getToken2();", "- password:\n- token:\n", "API_KEY=\nHASH={32}",
    "password:\n  {{ .Values.password }}", "tokens: [\"a1\", \"b2\"]",
  ])
  func otherTextOnTheNextLine(template: String) { expectHarmless(template) }

  @Test(arguments: [
    "curl -su 'bob:{pw}' https://x.example.com/", "curl -sSLu bob:{pw} https://x.example.com",
    "mysqldump -uroot -p'{pw}' shop", "mariadb -uroot -p{pw} shop", "redis-cli -a {pw} ping",
    "ldapsearch -x -D cn=admin -w '{pw}' -b dc=x", "ldapmodify -x -w {pw} -f a.ldif",
    "openssl enc -aes-256-cbc -k '{pw}' -in a -out b", "zip -P '{pw}' a.zip b",
    "zip -rP {pw} a.zip b", "unzip -P {pw} a.zip", "7z a -p'{pw}' a.7z b", "7z x -p{pw} a.7z",
    "unrar x -hp{pw} a.rar", "http -a bob:{pw} GET x.example.com", "sqlplus scott/{pw}@orcl",
    "sqlplus -S scott/{pw}@//db:1521/x", "sqlplus bob/{pw}", "docker login -u bob -p {pw}",
    "useradd -m -p '{pw}' bob", "sqlcmd -S db -U sa -P {pw}",
    "curl -s \\\n  -u bob:{pw} \\\n  https://x", "subprocess.run([\"curl\", \"-u\", \"bob:{pw}\"])",
    "echo '{pw}' | sudo -S apt update", "echo {pw} | sudo -kS ls",
    "printf '%s\\n' '{pw}' | passwd --stdin bob", "kinit bob <<< '{pw}'",
    "echo \"{pw}\" | docker login -u bob --password-stdin",
  ])
  func commands(template: String) { expectFound(template) }

  @Test(arguments: [
    "curl -s https://x.example.com:8080/a", "curl -su \"$U:$P\" https://x",
    "mysqldump -u root -p shop > a.sql", "redis-cli -a $REDIS_PASSWORD ping",
    "redis-cli -a \"$(cat /run/p)\" ping", "ldapsearch -x -D cn=admin -W -b dc=x",
    "openssl enc -aes-256-cbc -kfile k -in a", "zip -r a2.zip b2", "zip -P \"$PASS\" a.zip",
    "7z a -p a.7z b", "7z x archive2.7z -ooutput", "http GET x.example.com/a:80",
    "sqlplus / as sysdba", "sqlplus scott/tiger@orcl", "sqlplus $U/$P@orcl",
    "useradd -m -s /bin/bash bob2",
    "echo \"$PW\" | sudo -S ls", "echo 'deb http://x jammy2 main' | sudo tee /etc/apt/a.list",
    "docker run -p 8080:80 nginx", "echo 'foo1;' | prettier --stdin-filepath x.js",
    "unzip a1.zip -d Out2", "zip -P asks for a password",
  ])
  func commandsWithoutSecrets(template: String) { expectHarmless(template) }

  @Test(arguments: [
    "new NetworkCredential(\"bob\", \"{pw}\")", "new PDO($dsn,'bob','{pw}')",
    "new PDO(\"mysql:host=db;dbname=x\", \"bob\", \"{pw}\");",
    "DriverManager.getConnection(url, \"bob\", \"{pw}\")", "smtp.login('b@x','{pw}')",
    "withCredentials('bob','{pw}')", "jwt.sign(p,'{32}')",
    "jwt.sign({ id: user.id, roles: ['a', 'b'] }, \"{32}\", { expiresIn: \"1h\" })",
    "mysqli_connect('localhost', 'bob', '{pw}', 'shop')", "ftp = FTP('h', 'bob', '{pw}')",
    "session.auth = ('bob', '{pw}')", "$mail->login('b@x', '{pw}');",
    "ftp_login($ftp, 'bob', '{pw}')", "signWith(SignatureAlgorithm.HS512, \"{48}\")",
    "crypto.createHmac('sha256', '{32}')",
    "new UsernamePasswordCredentials(\n  \"bob\",\n  \"{pw}\")", "Algorithm.HMAC256(\"{32}\")",
  ])
  func arguments(template: String) { expectFound(template) }

  @Test(arguments: [
    "new NetworkCredential(user, pass)", "new NetworkCredential(\"user\", \"password\")",
    "new PDO('sqlite:/tmp/a1.db', 'x', '')", "DriverManager.getConnection(url, user, pass)",
    "smtp.login('user@x.com', 'your-password')", "jwt.sign(payload, process.env.SECRET)",
    "jwt.sign({id: 'u1'}, key, {algorithm: 'HS256'})", "jwt.decode(token, 'HS256')",
    "withCredentials(true)", "log.login('user2', 'from 10.0.0.1')", "login('bob', 'home2')",
  ])
  func argumentsWithoutSecrets(template: String) { expectHarmless(template) }

  @Test(arguments: [
    "INSERT INTO users (name, password) VALUES ('bob', '{pw}');",
    "insert into users(password,name)values('{pw}','bob')",
    "INSERT INTO shop.\"users\" (\"name\", \"password\")\nVALUES\n  ('ann', 'x'),\n  ('bob', '{pw}');",
    "REPLACE INTO `users` (`name`, `user_password`) VALUES (\"bob\", \"{pw}\")",
    "INSERT INTO [users] ([name], [pwd]) VALUES (N'bob', N'{pw}')",
    "INSERT INTO users (name, password) /* one */ VALUES -- a row\n ('o''hara', E'{pw}')",
    "INSERT INTO users (name, password) VALUES ('bob', crypt('{pw}', gen_salt('bf')))",
    "INSERT INTO users (name, password, at) VALUES ('b (1), 2', MD5('{pw}'), now())",
    "db.execute(\"INSERT INTO users (name, password) \"\n  \"VALUES ('bob', '{pw}')\")",
    "INSERT INTO users (name, password)\\nVALUES ('bob', '{pw}')",
    "INSERT INTO apps (id, api_key, at) VALUES (7, '{32}', NULL)",
    "INSERT OR IGNORE INTO users (name, password) VALUES (?, '{pw}')",
    "UPDATE users SET password = '{pw}' WHERE name = 'bob'",
    "CREATE USER bob WITH PASSWORD '{pw}'", "ALTER ROLE bob PASSWORD '{pw}'",
    "CREATE USER bob IDENTIFIED BY '{pw}'",
  ])
  func statements(template: String) { expectFound(template) }

  @Test(arguments: [
    "INSERT INTO users (name, password) VALUES (?, ?)",
    "INSERT INTO users (name, password, status) VALUES ('alice', 'alice123', 0);",
    "INSERT INTO users (name, password) VALUES (:name, :password)",
    "INSERT INTO users (name, password) VALUES ($1, crypt($2, gen_salt('bf')))",
    "INSERT INTO users (name, password) VALUES ('%s', '%s')",
    "INSERT INTO users (name, password) VALUES ('bob', 'changeme')",
    "INSERT INTO users (name, password) VALUES ('user1', 'password1')",
    "INSERT INTO users (name, password_changed_at) VALUES ('bob', '2024-05-17 10:00:00')",
    "INSERT INTO settings (name, value) VALUES ('a{pw}', '{pw}')",
    "INSERT INTO runs (id, token_count) VALUES ('{32}', '{pw}')",
    "INSERT INTO users (name, password) SELECT name, 'x1' FROM old",
    "INSERT INTO users (name, password) VALUES ('{pw}', NULL)",
    "INSERT INTO users VALUES (1, 'bob1')", "put it into users (a password) values 'x1'",
    "into x (password", "INSERT INTO a (password) VALUES ('{pw}",
  ])
  func statementsWithoutSecrets(template: String) { expectHarmless(template) }

  @Test func allRowsWithSecretsAreLeftOut() {
    let text = """
      INSERT INTO users (name, password) VALUES
        ('ann', 'hunter2horse'),
        ('bob', 'stapler77Correct');
      SELECT 1;
      """
    #expect(SecretScanner.removingLines(from: text) == "SELECT 1;")
  }

  @Test(arguments: [
    "Authorization: Bot {59}", "Authorization: Bot {24}.{6}.{27}", "Authorization: SSWS 00{40}",
    "\"Authorization\": \"SSWS 00{40}\"", "x-functions-key: {54}==", "Cookie: sessionid={32}",
    "Cookie: lang=en; sessionid={32}; theme=dark", "Set-Cookie: session={43}; Path=/",
    "curl --cookie 'sessionid={32}' https://x", "cookies = {'lang': 'en', 'sessionid': '{32}'}",
    "https://f.azurewebsites.net/api/x?code={54}==", "sig={43}%3D&se=2026-01-01&sv=2021",
    "https://hooks.zapier.com/hooks/catch/1234567/bq3x9kz/",
    "https://hooks.zapier.com/hooks/catch/123456/abc1234/",
    "https://hooks.zapier.com/hooks/catch/7654321/bqxzkp",
    "https://hooks.zapier.com/hooks/catch/7654321/o2zxyb?source=shop",
  ])
  func headersAndAddresses(template: String) { expectFound(template) }

  @Test(arguments: [
    "Authorization: Bot TOKEN", "Authorization: Bot ${token}", "Cookie: sessionid=<session>",
    "Cookie: lang=en-US; theme=dark2", "Set-Cookie: sessionid=${id}; Path=/", "sig=sum2",
    "https://x.example.com/callback?code=<code>",
    "https://x.azurewebsites.net/api/orders/3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "https://x.azurewebsites.net/api/products/list-all?code=<key>", "x-functions-key: <key>",
    "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "https://hooks.zapier.com/hooks/catch/123456/abcdef/",
    "https://hooks.zapier.com/hooks/catch/123456/xxxxxx/",
    "https://hooks.zapier.com/hooks/catch/123456/webhook/",
    "https://hooks.zapier.com/hooks/catch/{account}/{hook}/",
  ])
  func headersAndAddressesWithoutSecrets(template: String) { expectHarmless(template) }

  @Test(arguments: [
    "mot de passe : {pw}", "Mot de passe: {pw}", "密码：{pw}", "我的密码：{pw}", "パスワード: {pw}",
    "пароль: {pw}", "ПАРОЛЬ: {pw}", "비밀번호: {pw}", "hasło: {pw}",
    "Wachtwoord: {pw}", "şifre: {pw}", "mật khẩu: {pw}", "كلمة المرور: {pw}", "סיסמה: {pw}",
    "密码是{pw}", "le mot de passe est {pw}", "das Passwort lautet {pw}", "пароль {pw}",
    "Mot de passe du serveur : {pw}", "la contraseña es: {pw}", "“密码”: “{pw}”", "password → {pw}",
    "Password (root): {pw}", "the password for bob is {pw}", "mot_de_passe = '{pw}'",
    "password {pw}", "user bob password {pw}", "Log in as bob with password {pw}.",
  ])
  func proseOfAnyLanguage(template: String) { expectFound(template) }

  @Test(arguments: [
    "Mot de passe : au moins 12 caractères", "Le mot de passe est requis.", "密码：至少8位",
    "密码长度为8到16位", "パスワード: 8文字以上", "Пароль: не менее 8 символов", "clave: primaria",
    "clave: id_usuario2", "password reset2go", "contraseña: tu_contraseña1",
    "password_hash = \"pbkdf2_sha256\"", "Mot de passe (12 caractères) : obligatoire",
    "password policy NIST-800-63B",
    "password OAuth2.0/PKCE", "password ^(?=.*[A-Z]).{8,}$", "password manager 1Password!",
  ])
  func proseAboutPasswords(template: String) { expectHarmless(template) }

  @Test(arguments: [
    "the password is hunter2", "The password is swordfish.", "password: swordfish",
    "Log in as bob, password: Dragon.", "Passwort: sunshine", "das Passwort lautet letmein",
    "the password for bob is monkey", "WIFI_PASSWORD=iloveyou",
    "The admin password was qwerty, so change it.",
  ])
  func weakPasswords(template: String) { expectFound(template) }

  @Test(arguments: [
    "The password is wrong.", "the password is required", "password: string", "password: optional",
    "Passwort: erforderlich", "das Passwort ist falsch", "password = \"swordfish\"",
    "the password policy: dragon", "A swordfish is a fish.", "The password is stored as a hash.",
    "the password for bob is unknown", "das Passwort ist acht Zeichen lang",
  ])
  func wordsAboutPasswords(template: String) { expectHarmless(template) }

  @Test(arguments: [
    "sed 's/password=.*/password=***/'", "sed -E 's/(token=)[^&]+/\\1***/g'",
    "apiKey: \"@Microsoft.KeyVault(SecretUri=https://kv1.vault.azure.net/secrets/db2)\"",
    "tokenAddress: 0x742d35Cc6634C0532925a3b844Bc454e4438f44e",
    "TOKEN=0x742d35Cc6634C0532925a3b844Bc454e4438f44e", "NEXT_PUBLIC_POSTHOG_KEY=phc_{43}",
    "PUBLIC_MAPS_TOKEN={32}", "password: 'YourStrong!Passw0rd' # placeholder",
    "password = '{pw}' // dummy", "SA_PASSWORD=YourStrong!Passw0rd",
    "if line.startswith('-----BEGIN PRIVATE KEY-----'):",
    "`-----BEGIN PRIVATE KEY-----` begins a key.",
    "A key begins with -----BEGIN PRIVATE KEY----- and has lines of Base64.",
    "pem = \"-----BEGIN PRIVATE KEY-----\\n\" + body + \"\\n-----END PRIVATE KEY-----\"",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\n<your key>\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----",
  ])
  func whatOnlyLooksLikeOne(template: String) { expectHarmless(template) }

  @Test(arguments: [
    "NEXT_PUBLIC_DB_PASSWORD={pw}", "PUBLIC_CLIENT_SECRET={32}",
    "key = \"-----BEGIN PRIVATE KEY-----\\n\" +\n  \"MIIE{60}\"",
    "-----BEGIN PRIVATE KEY-----\nMIIE{60}\n...\n-----END PRIVATE KEY-----",
    "password = '{pw}' # of production", "PRIVATE_KEY=0x{64}",
  ])
  func whatLooksHarmlessOnly(template: String) { expectFound(template) }
}
