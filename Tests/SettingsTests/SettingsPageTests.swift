import Foundation
import JSONRPC
import Settings
import TestSupport
import Testing

/// Makes the page and the schema of the settings from the source's comments, the rules and the
/// defaults.
///
/// `PILLOW_UPDATE_DOCS=1` writes them (`Scripts/make-settings-page`); otherwise they are compared.
@Suite struct SettingsPageTests {
  @Test func thePageIsCurrent() throws { try check("docs/settings.md", SettingsPage().markdown()) }

  @Test func theSchemaIsCurrent() throws {
    try check("docs/settings.schema.json", SettingsPage().schema())
  }

  private func check(_ path: String, _ text: String) throws {
    let file = TestPaths.package.appending(path: path)
    if ProcessInfo.processInfo.environment["PILLOW_UPDATE_DOCS"] != nil {
      try Data(text.utf8).write(to: file)
    }
    let there = try? String(contentsOf: file, encoding: .utf8)
    #expect(there == text, "\(path) is not current: run Scripts/make-settings-page")
  }
}

/// What the source says of each setting.
struct SettingsPage {
  private struct Entry {
    var path: String
    var comment: String
    var rule: SettingRule
    var value: JSONValue
  }

  private let entries: [Entry]

  init() throws {
    let file = TestPaths.package.appending(
      path: "Sources/Settings/PillowSettings.swift")
    let comments = Self.comments(try String(contentsOf: file, encoding: .utf8))
    entries = try SettingsLayers().values.map { value in
      Entry(
        path: value.path,
        comment: try #require(comments[value.path], "\(value.path) has no comment"),
        rule: try #require(SettingRule.all[value.path]), value: value.value)
    }
  }

  /// The doc comments of the properties, by path.
  private static func comments(_ source: String) -> [String: String] {
    var found: [String: [String: (type: String, comment: String)]] = [:]
    var type = ""
    var comment: [String] = []
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("///") {
        comment.append(line.dropFirst(3).trimmingCharacters(in: .whitespaces))
        continue
      }
      let words = line.split(separator: " ").map(String.init)
      if line.hasPrefix("public struct") { type = words[2].replacing(":", with: "") }
      if line.hasPrefix("public var"), words.count > 3 {
        found[type, default: [:]][words[2].replacing(":", with: "")] = (
          words[3].replacing("?", with: ""), comment.joined(separator: " ")
        )
      }
      comment = []
    }
    var flat: [String: String] = [:]
    for (name, property) in found["PillowSettings"] ?? [:] {
      flat[name] = property.comment
      for (inner, other) in found[property.type] ?? [:] { flat["\(name).\(inner)"] = other.comment }
    }
    return flat
  }

  private static func json(_ value: JSONValue) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  func markdown() throws -> String {
    let rows = try entries.map { entry in
      let variable = SettingsSources.variable(for: entry.path)
      let cells = [
        "`\(entry.path)`", entry.comment, entry.rule.expected, "`\(try Self.json(entry.value))`",
        "`\(variable)`",
      ]
      return "| \(cells.joined(separator: " | ")) |"
    }
    return """
      # Settings

      Made from the comments in the source by `Scripts/make-settings-page`; a JSON schema is beside it.

      A value counts from the strongest place that has it: an environment variable, the client's answer to
      `workspace/configuration` (section `pillow-lsp`, asked for at the start and after each
      `workspace/didChangeConfiguration`), its `initializationOptions`, the project's `.pillow/config.json`, the default.
      What is wrong is told with its path, and the next place counts. `pillow-lsp config show` prints what is in force.

      | setting | what it does | value | default | variable |
      | --- | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))

      """
  }

  func schema() throws -> String {
    var properties: [String: JSONValue] = [:]
    for entry in entries {
      var schema = entry.rule.schema
      schema["description"] = .string(entry.comment)
      schema["default"] = entry.value
      let parts = entry.path.split(separator: ".").map(String.init)
      if parts.count == 1 {
        properties[parts[0]] = .object(schema)
      } else {
        var inner = properties[parts[0]]?["properties"]?.object ?? [:]
        inner[parts[1]] = .object(schema)
        properties[parts[0]] = ["type": "object", "properties": .object(inner)]
      }
    }
    let root: JSONValue = [
      "$schema": "http://json-schema.org/draft-07/schema#", "title": "pillow-lsp",
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(root), as: UTF8.self) + "\n"
  }
}

extension SettingRule {
  fileprivate var schema: [String: JSONValue] {
    switch self {
    case .flag: ["type": "boolean"]
    case .integer(let range):
      [
        "type": "integer", "minimum": .integer(range.lowerBound),
        "maximum": .integer(range.upperBound),
      ]
    case .number(let range):
      [
        "type": "number", "minimum": .number(range.lowerBound),
        "maximum": .number(range.upperBound),
      ]
    case .text: ["type": "string"]
    case .texts: ["type": "array", "items": ["type": "string"]]
    case .flags: ["type": "object", "additionalProperties": ["type": "boolean"]]
    case .choice(let names): ["type": "string", "enum": .array(names.map { .string($0) })]
    }
  }
}
