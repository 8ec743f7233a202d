/// Requests in other languages than English.
struct ForeignWording {
  let isParagraph: Bool

  /// - Returns: `nil` for a text in English, or one too short to tell.
  func asks(_ text: String) -> Bool? {
    var counts: [Script: Int] = [:]
    for scalar in text.unicodeScalars {
      if let script = Script(scalar) { counts[script, default: 0] += 1 }
    }
    let letters = counts.values.reduce(0, +)
    guard let script = counts.max(by: { $0.value < $1.value })?.key, letters > 0 else { return nil }
    // Names of functions within Japanese are Latin letters, and may be the greater part.
    let chief =
      script == .latin && 3 * (letters - counts[.latin, default: 0]) >= letters
      ? counts.filter { $0.key != .latin }.max { $0.value < $1.value }?.key ?? .latin : script
    switch chief {
    case .latin: return latin(text)
    case .kana, .han:
      return counts[.kana, default: 0] > 0 ? japanese(text) : chinese(text)
    case .hangul: return korean(text)
    case .cyrillic: return cyrillic(text)
    case .other: return true
    }
  }

  private enum Script {
    case latin, han, kana, hangul, cyrillic, other

    init?(_ scalar: Unicode.Scalar) {
      guard scalar.properties.isAlphabetic else { return nil }
      switch scalar.value {
      case ..<0x250, 0x1E00..<0x1F00: self = .latin
      case 0x400..<0x530: self = .cyrillic
      case 0x3040..<0x3100, 0x31F0..<0x3200, 0xFF66..<0xFFA0: self = .kana
      case 0x3400..<0xA000, 0xF900..<0xFB00, 0x20000..<0x32000: self = .han
      case 0x1100..<0x1200, 0x3130..<0x3190, 0xAC00..<0xD7B0: self = .hangul
      default: self = .other
      }
    }
  }

  // MARK: Latin letters

  private static let english = Verbs.words(
    """
    the a an of and or is are was be with that this it from by on as at all into each if not when
    its you your we can will to for which has have should one two list function value
    """)
  private static let foreign = Verbs.words(
    """
    der die das und ein eine einen einer den dem des mit für von zu zum zur ist sind nicht auf alle
    aus bei wenn oder im als sich wird le la les un une des et du de au aux pour avec dans sur qui
    que est sont ne pas ce cette il el los las una unos y del al con por para en es son se lo su o
    uno gli di il che per da nel della delle dei e é são os as um uma com não na no dos het een van
    voor met op te niet zijn och att som för med är på av och w i z na się nie jest og
    hàm một các của và để là cho với từ những số văn bản yang dan untuk dengan dari sebuah dua adalah
    fungsi ini itu která který které funkci dvě pro jsou nebo aby ktorá ktorý bir ve için ile si și
    care pentru din este egy és hogy amely vagy joka että jotka funktio
    """)
  /// Imperatives and infinitives that requests begin with in German, French, Spanish, Italian,
  /// Portuguese, Dutch, Swedish, Danish and Polish.
  private static let verbs = Verbs.words(
    """
    schreib schreibe schreiben erstelle erstellen erzeuge erzeugen erkläre erklären übersetze
    übersetzen berechne berechnen gib gebe geben nenne nennen fasse liste finde finden implementiere
    implementieren verbessere korrigiere formuliere beschreibe beschreiben sortiere sortieren
    vergleiche analysiere ergänze füge hinzufügen addiere addieren prüfe prüfen lies lese lesen
    entferne entfernen ersetze wandle zeige zeigen mache mach zähle definiere verwende antworte
    écris écrire écrivez rédige rédiger rédigez crée créer créez génère générer générez explique
    expliquer expliquez traduis traduire traduisez résume résumer résumez donne donner donnez liste
    lister décris décrire calcule calculer calculez ajoute ajouter trouve trouver corrige corriger
    compare retourne retourner renvoie renvoyer affiche afficher trie trier fais faire implémente
    escribe escribir escriba crea crear cree genera generar explica explicar explique traduce
    traducir resume resumir da dar dame haz hacer describe describir calcula calcular encuentra
    corrige compara devuelve devolver muestra mostrar ordena añade agrega suma implementa convierte
    scrivi scrivere crea creare genera generare spiega spiegare traduci tradurre riassumi riassumere
    elenca descrivi calcola trova correggi confronta restituisci mostra ordina aggiungi implementa
    converti dammi fai escreva escrever crie criar gere gerar explique traduza traduzir resuma
    resumir liste descreva calcule encontre corrija compare retorne mostre ordene adicione implemente
    converta dê faça schrijf maak genereer vertaal vat geef leg beschrijf bereken zoek sorteer voeg
    skriv skapa förklara översätt sammanfatta beräkna lav forklar oversæt beregn opret napisz stwórz
    utwórz wyjaśnij przetłumacz podsumuj oblicz wymień opisz dodaj zwróć bitte
    viết tạo dịch tóm tính liệt thêm tìm sửa chuyển giải sắp tulis tuliskan buat buatlah jelaskan
    terjemahkan ringkas hitung urutkan tambahkan cari ubah perbaiki napiš vytvoř vysvětli přelož
    shrň spočítej seřaď přidej najdi oprav napíš vytvor vysvetli prelož scrie creează explică rezumă
    calculează adaugă írj írd készíts magyarázd fordítsd számold kirjoita laadi tee
    forneça dê escriu crea explica tradueix resumeix calcula kirjoita selitä käännä yaz
    """)
  private static let questions = Verbs.words(
    """
    was wie warum wann wo wer welche welcher welches comment pourquoi quand où qui quel quelle
    quels combien qué cómo por cuándo dónde quién cuál cuántos come perché quando dove chi quale
    quanti como porquê onde quem qual hoe waarom wat wie vad hur varför hvad hvordan co jak dlaczego
    """)

  private func latin(_ text: String) -> Bool? {
    let words = text.split(whereSeparator: \.isWhitespace).map { Words.Word($0).plain }
      .filter { !$0.isEmpty }
    guard let first = words.first else { return nil }
    // Turkish has its imperative at the end: “sınıflandırın”.
    if text.contains(where: { "ığşİ".contains($0) }), let last = words.last {
      return ["ın", "in", "un", "ün", "yaz", "et", "ver", "çevir", "bul"].contains {
        last.hasSuffix($0)
      }
    }
    let english = words.filter { Self.english.contains($0) }.count
    let foreign = words.filter { Self.foreign.contains($0) }.count
    let accents = text.unicodeScalars.filter { $0.value >= 0xC0 && $0.value < 0x250 }.count
    let startsForeign = Self.verbs.contains(first) && !Verbs.base.contains(first)
    guard startsForeign || foreign > english || accents > 0 && foreign >= english && foreign > 0
    else { return nil }
    // Words that English has, too, are left to English.
    if foreign <= 1, english == 0, accents == 0, !startsForeign { return nil }
    if Self.verbs.contains(first) { return true }
    if text.contains("?"), Self.questions.contains(first) { return true }
    // German states tasks with the infinitive at the end: “zwei Zahlen addieren”.
    if !isParagraph, let last = words.last,
      last.hasSuffix("en") || last.hasSuffix("eln") || last.hasSuffix("ern"),
      foreign + accents > 0, last.count > 5, !words.contains("sind"), !words.contains("werden")
    {
      return true
    }
    let tail = text.split(separator: ". ").last.map(String.init) ?? text
    guard tail != text, let word = tail.split(separator: " ").first else { return false }
    return Self.verbs.contains(Words.Word(word).plain)
  }

  // MARK: Other scripts

  private func japanese(_ text: String) -> Bool {
    let end = text.trimmed.trimmingSuffix("。.!！ ")
    let asks = [
      "ください", "下さい", "せよ", "しろ", "ましょう", "なさい", "て", "関数", "クラス", "メソッド",
      "プログラム", "スクリプト", "する", "処理", "テスト", "たい", "何か", "ですか", "ますか", "？", "?",
      "お願いします", "コード", "作成", "実装", "追加", "翻訳", "要約", "説明", "表示", "出力", "計算",
    ]
    if asks.contains(where: { end.hasSuffix($0) }) { return true }
    let states = ["です", "でした", "である", "ました", "ません", "だ", "った", "いる", "ある"]
    if states.contains(where: { end.hasSuffix($0) }) { return false }
    // “…します” says in documentation what a function has to do.
    if end.hasSuffix("ます") { return !isParagraph }
    return !isParagraph
  }

  private func chinese(_ text: String) -> Bool {
    let head = String(text.trimmed.prefix(16))
    let requests = [
      "请", "請", "写", "寫", "编写", "編寫", "实现", "實現", "创建", "創建", "建立", "生成", "翻译", "翻譯",
      "总结", "總結", "解释", "解釋", "说明", "列出", "计算", "計算", "返回", "给", "給", "添加", "输出",
      "打印", "定义", "描述", "改写", "比较", "分析", "设计", "如何", "怎么", "为什么", "什么", "将", "把", "用",
      "检查", "删除", "修改", "优化", "读取", "获取", "设置", "转换", "排序", "查找", "帮我", "判断", "遍历", "过滤",
    ]
    if text.trimmed.hasSuffix("？") || text.trimmed.hasSuffix("吗") { return true }
    if requests.contains(where: { head.hasPrefix($0) }) { return true }
    if isParagraph { return text.contains("请") || text.contains("請") }
    return ["函数", "函數", "方法", "脚本", "程序"].contains { text.contains($0) }
      || requests.contains { head.contains($0) }
  }

  private func korean(_ text: String) -> Bool {
    let end = text.trimmed.trimmingSuffix(".!?。 ")
    if text.trimmed.hasSuffix("?") { return true }
    let asks = [
      "하세요", "세요", "해줘", "줘", "주세요", "하시오", "시오", "하라", "해라", "함수", "작성", "구현", "하기",
      "추가", "생성", "반환", "출력", "계산", "번역", "요약", "설명", "클래스", "스크립트",
    ]
    if asks.contains(where: { end.hasSuffix($0) }) { return true }
    if isParagraph { return false }
    return end.hasSuffix("한다") || end.hasSuffix("합니다")
  }

  /// Russian and its neighbours: imperatives and infinitives have endings of their own.
  private func cyrillic(_ text: String) -> Bool {
    guard
      let word = text.split(whereSeparator: \.isWhitespace).map({ Words.Word($0).plain })
        .first(where: { $0.count > 2 && $0 != "пожалуйста" })
    else { return false }
    if text.trimmed.hasSuffix("?") { return true }
    let endings = [
      "йте", "ите", "ьте", "ай", "яй", "уй", "ой", "ши", "ди", "си", "ти", "чи", "ри", "ни", "ви",
      "ми", "жи", "ьи", "ть", "ться", "вь", "ль", "дь",
    ]
    if endings.contains(where: { word.hasSuffix($0) }) { return true }
    return !isParagraph
      && ["ает", "яет", "ует", "ит", "функция", "класс"].contains { word.hasSuffix($0) }
  }
}

extension String {
  /// Without the characters at its end that are among these.
  fileprivate func trimmingSuffix(_ characters: String) -> String {
    var text = self[...]
    while let last = text.last, characters.contains(last) { text.removeLast() }
    return String(text)
  }
}
