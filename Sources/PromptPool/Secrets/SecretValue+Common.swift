extension SecretValue {
  /// A word that many people have as their password. Other words beside a password's name say
  /// something of it: `password: required`.
  var isCommonPassword: Bool {
    var word = lowered
    while let last = word.last, ".!?:*".contains(last) { word.removeLast() }
    return Self.commonPasswords.contains(word)
  }

  private static let commonPasswords = Set(
    """
    ashley asdfgh asdfghjkl azerty bailey baseball basketball batman blink182 buster butterfly
    charlie cheese chelsea chocolate daniel donald dragon flower football freedom ginger harley
    hockey iloveyou jennifer jessica jordan killer letmein liverpool loveme merlin
    michael michelle monkey mustang naruto nicole pepper pokemon princess qazwsx qwerty qwertyuiop
    rockyou samantha shadow slipknot snoopy soccer spiderman starwars summer sunshine superman
    superstar swordfish thomas thunder tigger trustno1 welcome winter zxcvbn zxcvbnm
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
