import Foundation

/// The licence of a project, read off the file that has it.
enum Licence {
  private static let names = [
    "LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "COPYING", "COPYING.txt",
  ]

  /// What a text of a licence says, and its SPDX identifier; the first that fits counts.
  private static let phrases: [(String, String)] = [
    ("apache license version 2.0", "Apache-2.0"),
    ("gnu affero general public license", "AGPL-3.0"),
    ("gnu lesser general public license", "LGPL"),
    ("gnu general public license version 3", "GPL-3.0"),
    ("gnu general public license version 2", "GPL-2.0"),
    ("mozilla public license version 2.0", "MPL-2.0"),
    ("permission to use, copy, modify, and/or distribute this software", "ISC"),
    ("permission is hereby granted, free of charge", "MIT"),
    ("neither the name of", "BSD-3-Clause"),
    ("redistribution and use in source and binary forms", "BSD-2-Clause"),
    ("this is free and unencumbered software", "Unlicense"),
  ]

  /// - Returns: an SPDX identifier, or nil where none is recognised.
  static func find(in folder: URL) -> String? {
    for name in names {
      guard let data = try? Data(contentsOf: folder.appending(path: name), options: .mappedIfSafe)
      else { continue }
      let words = String(decoding: data.prefix(12_000), as: UTF8.self).lowercased()
        .split { $0.isWhitespace || $0 == "\"" }.joined(separator: " ")
        .replacing("license, version", with: "license version")
        .replacing("license version 2.0, january", with: "license version 2.0 january")
      return phrases.first { words.contains($0.0) }?.1
    }
    return nil
  }
}
