import Languages

/// Lines of code that only their language's words tell from a sentence: `RUN apt-get update`,
/// `puts total`, `set number`.
struct LanguageLines {
  let language: Language

  /// - Parameters:
  ///   - bare: The line, without what stands between quotes.
  ///   - hasProse: Whether it has words that only sentences have.
  func isCode(_ bare: String, _ words: [Substring], hasProse: Bool) -> Bool {
    guard let first = words.first.map(String.init), !bare.hasSuffix("."), !bare.hasSuffix("?")
    else { return isShouted(bare, words) }
    if isShouted(bare, words) { return true }
    guard !hasProse else { return false }
    let rest = words.dropFirst()
    switch language.id {
    case "sql":
      if ["order", "group"].contains(first.lowercased()) {
        return rest.first?.lowercased() == "by"
      }
      return isCommand(first.lowercased(), "sql") && words.count <= 3
    case "ruby", "crystal":
      let isArgument = rest.first.map { ":'\"".contains($0.prefix(1)) } ?? false
      return first.first?.isLowercase == true && isArgument
        || isCommand(first, "ruby") && isShort(rest)
    case "elixir", "ocaml", "vb", "vim":
      return isCommand(first, language.id) && isShort(rest)
    case "haskell", "elm", "purescript", "idris", "agda", "lean":
      return rest.first == "::" && words.count >= 3 || bare.contains(" : ") && bare.contains("->")
    case "bat":
      return isCommand(first.lowercased(), "bat")
        && rest.contains { word in
          word.count == 1 || word.contains { ".\\/%=:*".contains($0) }
        }
    case "matlab":
      return bare.dropLast().contains(";")
        && isCommand(first.lowercased(), "matlab")
    case "fortran", "fortran-fixed":
      return isCommand(first.lowercased(), "fortran")
        && (bare.contains { "(*,:=".contains($0) } || words.count == 2)
    case "asm", "llvm": return isInstruction(first, rest)
    case "makefile": return isRule(bare) || first == "make" && words.count == 2
    case "shellscript", "fish": return first == "make" && isTarget(rest)
    default: return false
    }
  }

  /// Names and marks, not a sentence.
  private func isShort(_ rest: ArraySlice<Substring>) -> Bool {
    rest.count <= 2
      || rest.contains { word in word.contains { "(){}[]=:'\"/<>#".contains($0) } }
  }

  /// Dockerfiles and COBOL have their words in capitals.
  private func isShouted(_ bare: String, _ words: [Substring]) -> Bool {
    guard let first = words.first.map(String.init), words.count >= 2 else { return false }
    switch language.id {
    case "dockerfile": return isCommand(first, "dockerfile")
    case "cobol":
      return isCommand(first, "cobol")
        && !bare.contains { $0.isLowercase }
    default: return false
    }
  }

  /// `add eax, ebx`, `push rbp`, `mov $1, %rax`
  private func isInstruction(_ first: String, _ rest: ArraySlice<Substring>) -> Bool {
    guard first.count <= 8, first.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }),
      (1...3).contains(rest.count)
    else { return false }
    let operands = rest.map { $0.hasSuffix(",") ? $0.dropLast() : $0 }
    let isList = rest.dropLast().allSatisfy { $0.hasSuffix(",") }
    return isList && operands.contains { Self.isRegister($0) }
  }

  private static func isRegister(_ word: Substring) -> Bool {
    if let mark = word.first, "%$[#".contains(mark) { return true }
    return word.wholeMatch(
      of: #/[re]?[abcd]x|[abcd][lh]|[re]?[sdb][ip]l?|[rxwv]\d{1,2}[dwb]?|xmm\d+|lr|pc/#)
      != nil
  }

  /// `install: build`
  private func isRule(_ bare: String) -> Bool {
    bare.wholeMatch(of: #/[a-z0-9_.%\/$(){}-]+\s*:(\s+[a-z0-9_.%\/$(){}-]+){0,3}/#) != nil
      && !["todo", "fixme", "note", "task", "prompt", "hint"].contains { bare.hasPrefix($0) }
  }

  private func isTarget(_ rest: ArraySlice<Substring>) -> Bool {
    rest.count == 1
      && ["install", "all", "clean", "test", "check", "dist", "build"].contains(rest.first ?? "")
  }

  private func isCommand(_ word: String, _ list: String) -> Bool {
    Self.commands[list]?.contains(word) == true
  }

  private static let commands: [String: Set<String>] = [
    "sql": Verbs.words(
      "show describe truncate call use commit rollback begin analyze vacuum limit exec execute"),
    "dockerfile": Verbs.words(
      """
      FROM RUN COPY ADD ENV WORKDIR EXPOSE CMD ENTRYPOINT ARG LABEL USER VOLUME HEALTHCHECK ONBUILD
      SHELL STOPSIGNAL MAINTAINER
      """),
    "ruby": Verbs.words(
      """
      puts p pp print raise include extend prepend require require_relative gem yield attr_reader
      attr_writer attr_accessor render redirect_to validates has_many has_one belongs_to scope
      before_action alias_method private_constant
      """),
    "elixir": Verbs.words("use require alias import defstruct raise"),
    "ocaml": Verbs.words("open include"),
    "vb": Verbs.words("Exit End Dim ReDim Set Call MsgBox Next Loop Wend On Option Imports Const"),
    "vim": Verbs.words(
      """
      set setlocal call let autocmd au nnoremap inoremap vnoremap noremap map nmap imap syntax
      filetype colorscheme highlight hi Plug source runtime packadd augroup command execute echo
      """),
    "bat": Verbs.words(
      "copy xcopy robocopy move del ren set echo cd mkdir rmdir call start goto if for net type"),
    "matlab": Verbs.words("close clear clc hold figure axis format disp plot subplot"),
    "fortran": Verbs.words(
      """
      call print write read implicit use integer real double complex logical character do allocate
      deallocate open close subroutine program module
      """),
    "cobol": Verbs.words(
      """
      MOVE ADD SUBTRACT MULTIPLY DIVIDE COMPUTE DISPLAY ACCEPT PERFORM IF GO CALL OPEN CLOSE READ
      WRITE STOP EXIT SET INITIALIZE EVALUATE
      """),
  ]
}
