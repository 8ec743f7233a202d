import Foundation
import JSONRPC
import Settings
import Testing

@Suite struct SettingsLayersTests {
  private func value(_ path: String, _ layers: SettingsLayers) -> SettingsLayers.Value? {
    layers.values.first { $0.path == path }
  }

  @Test func everySettingHasARuleAndADefault() {
    #expect(SettingsLayers().values.map(\.path) == SettingRule.all.keys.sorted())
    for value in SettingsLayers().values {
      #expect(SettingRule.all[value.path]?.accepts(value.value) == true, "\(value.path)")
    }
    #expect(SettingsLayers().settings == .defaults)
  }

  @Test func theStrongestPlaceCounts() {
    var layers = SettingsLayers()
    #expect(value("shots", layers)?.origin == .defaults)
    let order: [SettingsLayers.Origin] = [.project, .initializationOptions, .client, .environment]
    for (shots, origin) in order.enumerated() {
      #expect(layers.set(["shots": .integer(shots)], as: origin) == [])
      #expect(
        value("shots", layers) == .init(path: "shots", value: .integer(shots), origin: origin))
    }
    #expect(layers.set(nil, as: .environment) == [])
    #expect(layers.settings.shots == 2)
  }

  @Test(
    arguments: [
      (["shots": "three"], "workspace/configuration.shots must be a whole number from 0 to 32"),
      (["shots": 33], "workspace/configuration.shots must be a whole number from 0 to 32"),
      (
        ["inlineCompletion": ["enabled": 1]],
        "workspace/configuration.inlineCompletion.enabled must be true or false"
      ),
      (
        ["instructions": ["languages": ["python": "no"]]],
        "workspace/configuration.instructions.languages must be an object of names with true or false"
      ),
    ] as [(JSONValue, String)])
  func whatIsWrongIsNamedAndLeftOut(wrong: JSONValue, message: String) {
    var layers = SettingsLayers()
    #expect(layers.set(wrong, as: .client) == [message + "; the default is used"])
    #expect(layers.settings == .defaults)
    #expect(layers.set([1], as: .client).first?.contains("is not an object") == true)
  }

  @Test func aWrongVariableIsNamed() {
    var layers = SettingsLayers()
    let value = SettingsSources.environment(["PILLOW_LSP_INLINE_COMPLETION_ENABLED": "maybe"])
    #expect(
      layers.set(value, as: .environment) == [
        "PILLOW_LSP_INLINE_COMPLETION_ENABLED must be true or false; the default is used"
      ])
  }

  @Test func anUnknownNameInTheProjectsFileIsTold() {
    var layers = SettingsLayers()
    #expect(
      layers.set(["shot": 3], as: .project) == [".pillow/config.json: there is no setting shot"])
    #expect(layers.set(["shot": 3], as: .initializationOptions) == [])
  }

  @Test func variablesSetValues() {
    let variables = [
      "PILLOW_LSP_SHOTS": "5", "PILLOW_LSP_INLINE_COMPLETION_ENABLED": "false",
      "PILLOW_LSP_STARTER_POOLS": "sql, tone", "PILLOW_LSP_MODEL": "5",
    ]
    var layers = SettingsLayers()
    #expect(layers.set(SettingsSources.environment(variables), as: .environment) == [])
    let settings = layers.settings
    #expect(settings.shots == 5)
    #expect(settings.inlineCompletion?.enabled == false)
    #expect(settings.inlineCompletion?.candidates == 3, "the rest of the section stays")
    #expect(settings.starterPools == ["sql", "tone"])
    #expect(settings.model == "5")
  }
}
