import Foundation

/// What BERT's uncased tokenizer does to a text before it looks for pieces.
///
/// Source: Hugging Face `tokenizers`, BertNormalizer and BertPreTokenizer.
enum BERTText {
  /// Removes control characters, separates CJK characters, removes accents and lower-cases, in this
  /// order.
  static func normalized(_ text: Substring) -> String.UnicodeScalarView {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t", "\n", "\r": clean.append(" ")
      case "\0", "\u{FFFD}": break
      default:
        if isControl(scalar) {
          break
        } else if isCJK(scalar.value) {
          clean.append(contentsOf: [" ", scalar, " "])
        } else {
          clean.append(scalar)
        }
      }
    }
    guard !clean.allSatisfy({ $0.isASCII }) else {
      return String(clean).lowercased().unicodeScalars
    }
    var result = String.UnicodeScalarView()
    for scalar in String(clean).decomposedStringWithCanonicalMapping.unicodeScalars
    where scalar.properties.generalCategory != .nonspacingMark {
      result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
    return result
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .privateUse, .surrogate: true
    default: false
    }
  }

  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return (33...47).contains(scalar.value) || (58...64).contains(scalar.value)
        || (91...96).contains(scalar.value) || (123...126).contains(scalar.value)
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return true
    default:
      return false
    }
  }

  private static func isCJK(_ value: UInt32) -> Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
