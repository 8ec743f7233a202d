import ArgumentParser
import Foundation
import LanguageModel
import ModelStore

extension Model {
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List our own models and those of other programs on this machine.",
      discussion: """
        Searches the caches of Hugging Face and llama.cpp, and the models of Ollama and LM Studio. The \
        name is what --model and the setting `model` take.
        """)

    @Flag(help: "Print one JSON array.") var json = false

    func run() throws {
      let store = ModelStore()
      let found = store.search.all()
      let entries = store.list().map(Entry.init) + found.models.map(Entry.init)
      for note in found.notes { Output.message(note) }
      if json { return try Output.json(entries) }
      let width = entries.reduce(0) { max($0, $1.name.count) } + 2
      for entry in entries { Output.line(entry.line(nameWidth: width)) }
    }
  }
}

/// One model of the list.
private struct Entry: Encodable {
  let name, source, path: String
  let architecture, type: String?
  /// On this machine; 0 if it is not here.
  let bytes: Int64
  /// Whether it can be used to complete.
  let supported: Bool
  /// Why it cannot.
  let reason: String?
  /// Only of our own models.
  var state, license: String?
  var downloadBytes, installedBytes: Int64?

  init(_ status: ModelStatus) {
    let isHere = status.state == .installed
    name = status.model.rawValue
    source = "pillow-lsp"
    path = status.path.path(percentEncoded: false)
    bytes = isHere ? status.installedBytes : 0
    state = status.state.rawValue
    license = status.model.license
    downloadBytes = status.downloadBytes
    installedBytes = status.installedBytes
    if status.model == .miniLM {
      (architecture, type, supported) = ("bert", "F32", false)
      reason = isHere ? "It is the sentence encoder, which finds exemplars." : Self.absent(status)
    } else if isHere {
      let inspection = ModelInspection(contentsOf: status.path)
      (architecture, type) = (inspection.architecture, inspection.type)
      (supported, reason) = (inspection.isSupported, inspection.reason)
    } else {
      (architecture, type, supported, reason) = (nil, nil, false, Self.absent(status))
    }
  }

  private static func absent(_ status: ModelStatus) -> String {
    let terms = status.model.requiresAcceptingLicense ? " --accept-license" : ""
    return "It is \(status.state == .absent ? "not installed" : "incomplete"): run "
      + "`pillow-lsp model fetch \(status.model.rawValue)\(terms)`."
  }

  init(_ model: FoundModel) {
    name = model.name
    source = model.source.rawValue
    path = model.path.path(percentEncoded: false)
    bytes = model.bytes
    if let fault = model.fault {
      (architecture, type, supported) = (nil, nil, false)
      reason = fault.prefix(1).uppercased() + fault.dropFirst() + "."
    } else {
      let inspection = ModelInspection(contentsOf: model.path)
      (architecture, type) = (inspection.architecture, inspection.type)
      (supported, reason) = (inspection.isSupported, inspection.reason)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case name, source, path, architecture, type, bytes, supported, reason
    case state, license, downloadBytes, installedBytes
  }

  /// Writes null for what is not known, so that every model has the same keys.
  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(source, forKey: .source)
    try values.encode(path, forKey: .path)
    try values.encode(architecture, forKey: .architecture)
    try values.encode(type, forKey: .type)
    try values.encode(bytes, forKey: .bytes)
    try values.encode(supported, forKey: .supported)
    try values.encode(reason, forKey: .reason)
    try values.encodeIfPresent(state, forKey: .state)
    try values.encodeIfPresent(license, forKey: .license)
    try values.encodeIfPresent(downloadBytes, forKey: .downloadBytes)
    try values.encodeIfPresent(installedBytes, forKey: .installedBytes)
  }

  /// A line, and a second one with the reason where it cannot be used.
  func line(nameWidth: Int) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    let size = String(format: "%8.1f MB", Double(bytes > 0 ? bytes : downloadBytes ?? 0) / 1e6)
    let verdict = supported ? "can be used" : state == "absent" ? "absent" : "cannot be used"
    let line =
      padded(name, nameWidth) + padded(architecture ?? "-", 10) + padded(type ?? "-", 8) + size
      + "  " + verdict
    return line + (reason.map { "\n    " + $0 } ?? "")
  }
}
