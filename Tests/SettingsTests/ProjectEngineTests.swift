import JSONRPC
import Settings
import Testing

/// A repository must not send a person's text to somebody.
struct ProjectEngineTests {
  private func engine(
    _ value: JSONValue, as origin: SettingsLayers.Origin
  ) -> (EngineSettings, [String]) {
    var layers = SettingsLayers()
    let problems = layers.set(["engine": value], as: origin)
    return (layers.settings.engineOrDefault, problems)
  }

  @Test(arguments: [
    "http://127.0.0.1:8080", "http://localhost:1234/v1", "http://[::1]:8080", "",
  ])
  func mayNameThisMachine(_ url: String) {
    let (found, problems) = engine(["url": .string(url)], as: .project)
    #expect(found.urlOrDefault == url)
    #expect(problems.isEmpty)
  }

  @Test(arguments: [
    "https://example.org/v1", "http://10.0.0.2:8080", "http://127.0.0.1.example.org", "nonsense",
    "http://localhost.example.org", "http://example.org/127.0.0.1",
  ])
  func mayNameNobodyElse(_ url: String) {
    let (found, problems) = engine(["url": .string(url)], as: .project)
    #expect(found.urlOrDefault == "")
    #expect(problems.count == 1)
    #expect(problems.first?.contains("engine.url may name only this machine") == true)
  }

  @Test(arguments: [
    SettingsLayers.Origin.client, .initializationOptions, .environment,
  ])
  func aPersonMayNameAnybody(_ origin: SettingsLayers.Origin) {
    let (found, problems) = engine(["url": "https://example.org/v1"], as: origin)
    #expect(found.urlOrDefault == "https://example.org/v1")
    #expect(problems.isEmpty)
  }

  @Test func mayNotChooseTheKeyOfAnotherAddress() {
    var layers = SettingsLayers()
    _ = layers.set(["engine": ["url": "https://example.org/v1"]], as: .client)
    let problems = layers.set(["engine": ["keyFile": "/home/me/.ssh/id_rsa"]], as: .project)
    #expect(problems.count == 1)
    #expect(layers.settings.engineOrDefault.keyFileOrDefault == "")
    let (found, none) = engine(
      ["url": "http://127.0.0.1:1", "keyFile": "key"], as: .project)
    #expect(found.keyFileOrDefault == "key")
    #expect(none.isEmpty)
  }

  @Test func comesFromTheEnvironment() {
    let value = SettingsSources.environment([
      "PILLOW_LSP_ENGINE_URL": "http://127.0.0.1:1", "PILLOW_LSP_ENGINE_MODEL": "m",
      "PILLOW_LSP_ENGINE_KEY_FILE": "/k", "PILLOW_LSP_ENGINE_KEY": "secret",
    ])
    var layers = SettingsLayers()
    #expect(layers.set(value, as: .environment).isEmpty)
    let found = layers.settings.engineOrDefault
    #expect(found.urlOrDefault == "http://127.0.0.1:1")
    #expect(found.modelOrDefault == "m")
    #expect(found.keyFileOrDefault == "/k")
  }
}
