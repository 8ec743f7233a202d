import Foundation
import ModelStore
import TestSupport
import Testing

/// The stores of other programs, laid out in a temporary home.
@Suite struct ModelSearchTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var home: URL { folder.url }

  private func search(_ more: [String: String] = [:]) -> ModelSearch {
    ModelSearch(environment: ["HOME": home.path].merging(more) { $1 })
  }

  @discardableResult
  private func write(_ path: String, _ bytes: Int = 100) throws -> URL {
    let url = home.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(repeating: 7, count: bytes).write(to: url)
    return url
  }

  private func link(_ path: String, to target: String) throws {
    let url = home.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: target)
  }

  private func find(_ name: String, _ more: [String: String] = [:]) throws -> FoundModel {
    try search(more).find(try #require(ModelReference(name)))
  }

  private func error(_ name: String) throws -> String {
    let reference = try #require(ModelReference(name))
    return try #require(
      #expect(throws: ModelSearchError.self) { try search().find(reference) }
    ).description
  }

  // MARK: Hugging Face

  private static let hub = ".cache/huggingface/hub"

  /// A file of a repository's snapshot that leads to a blob.
  private func addHub(
    _ repository: String, _ file: String, commit: String = "c0ffee",
    root: String = hub, bytes: Int = 100, blob: Bool = true
  ) throws {
    let folder = root + "/models--" + repository.replacing("/", with: "--")
    let hash = String(abs("\(commit)\(file)".hashValue), radix: 16)
    if blob { try write("\(folder)/blobs/\(hash)", bytes) }
    let up = String(repeating: "../", count: file.split(separator: "/").count + 1)
    try link("\(folder)/snapshots/\(commit)/\(file)", to: "\(up)blobs/\(hash)")
  }

  @Test func filesOfTheHubsCache() throws {
    try addHub("Qwen/Coder-GGUF", "coder-q4_k_m.gguf", bytes: 123)
    try addHub("Qwen/Coder-GGUF", "sub/coder-q8_0.gguf")
    try write("\(Self.hub)/models--Qwen--Coder-GGUF/snapshots/c0ffee/README.md")
    try write("\(Self.hub)/datasets--a--b/snapshots/c0ffee/x.gguf")
    let models = search().all().models
    #expect(
      models.map(\.name) == [
        "hf:Qwen/Coder-GGUF:coder-q4_k_m.gguf", "hf:Qwen/Coder-GGUF:sub/coder-q8_0.gguf",
      ])
    #expect(models.allSatisfy { $0.source == .huggingFace && $0.fault == nil })
    #expect(models.first?.bytes == 123)
    for model in models { #expect(try find(model.name) == model, "a listed name can be used") }
  }

  @Test(arguments: [
    ("LLAMA_CACHE", ""), ("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "/hub"),
    ("XDG_CACHE_HOME", "/huggingface/hub"),
  ])
  func everyVariableNamesARoot(_ variable: String, _ below: String) throws {
    try addHub("a/b", "x-Q8_0.gguf", root: "elsewhere" + below)
    let found = try find("hf:a/b", [variable: home.appending(path: "elsewhere").path])
    #expect(found.name == "hf:a/b:x-Q8_0.gguf")
    #expect(search().all().models.isEmpty)
    let root = search([variable: "~/elsewhere"]).hub.root
    #expect(root.path == home.appending(path: "elsewhere" + below).path, "downloads go there too")
  }

  @Test func theBranchDecidesBetweenSnapshots() throws {
    try addHub("a/b", "x-Q8_0.gguf", commit: "1111111", bytes: 1)
    try addHub("a/b", "x-Q8_0.gguf", commit: "2222222", bytes: 2)
    try addHub("a/b", "y-Q8_0.gguf", commit: "2222222", bytes: 3)
    let refs = try write("\(Self.hub)/models--a--b/refs/main")
    for (commit, bytes) in [("1111111", 1), ("2222222\n", 2)] {
      try Data(commit.utf8).write(to: refs)
      #expect(try find("hf:a/b:x-Q8_0.gguf").bytes == bytes)
      #expect(try find("hf:a/b:y-Q8_0.gguf").bytes == 3)
    }
    // A reference that leads elsewhere is none.
    try Data("../../../x".utf8).write(to: refs)
    #expect(search().all().models.count == 2)
  }

  @Test func whatIsBrokenIsListedWithItsFault() throws {
    try addHub("a/b", "gone-Q8_0.gguf", blob: false)
    try addHub("a/b", "empty-Q4_0.gguf", bytes: 0)
    let snapshot = "\(Self.hub)/models--a--b/snapshots/c0ffee"
    try link("\(snapshot)/circle.gguf", to: "circle.gguf")
    try link("\(snapshot)/device.gguf", to: "/dev/null")
    try link("\(snapshot)/again", to: ".")
    try addHub("a/b", "good-Q5_0.gguf")
    let models = search().all().models
    func fault(_ file: String) -> String? {
      models.first { $0.name.hasSuffix(":" + file) }?.fault
    }
    #expect(fault("gone-Q8_0.gguf")?.contains("missing") == true)
    #expect(fault("empty-Q4_0.gguf") == "it is empty")
    #expect(fault("circle.gguf")?.contains("circle") == true)
    #expect(fault("device.gguf")?.contains("regular") == true)
    #expect(models.contains { $0.name == "hf:a/b:good-Q5_0.gguf" && $0.fault == nil })
    #expect(try error("hf:a/b:gone-Q8_0.gguf").contains("missing"))
  }

  @Test func aSnapshotWhoseBlobIsThereCounts() throws {
    try addHub("a/b", "x-Q8_0.gguf", commit: "1111111", blob: false)
    try addHub("a/b", "x-Q8_0.gguf", commit: "2222222", bytes: 2)
    try Data("1111111".utf8).write(to: write("\(Self.hub)/models--a--b/refs/main"))
    #expect(try find("hf:a/b").bytes == 2)
  }

  @Test func splitModelsAreOneEntry() throws {
    for part in 1...3 { try addHub("a/b", "big-Q8_0-0000\(part)-of-00003.gguf", bytes: part) }
    for part in [1, 3] { try addHub("a/c", "big-Q8_0-0000\(part)-of-00003.gguf") }
    let models = search().all().models
    #expect(models.map(\.bytes) == [6, 200])
    #expect(models.first?.path.lastPathComponent == "big-Q8_0-00001-of-00003.gguf")
    #expect(models.last?.fault?.hasPrefix("part 2 of 3") == true)
    #expect(try find("hf:a/b:big-Q8_0-00002-of-00003.gguf") == models.first)
    #expect(try find("hf:a/b:Q8_0") == models.first)
  }

  @Test func theFlatCacheOfLlamaCPP() throws {
    try write(".cache/llama.cpp/ggml-org_gemma-GGUF_gemma-Q8_0.gguf", 5)
    #expect(search().all().models.map(\.name) == ["llama.cpp:ggml-org_gemma-GGUF_gemma-Q8_0.gguf"])
    for name in ["hf:ggml-org/gemma-GGUF", "hf:ggml-org/gemma-GGUF:gemma-Q8_0.gguf"] {
      #expect(try find(name).bytes == 5)
    }
    #expect(try find("llama.cpp:ggml-org_gemma-GGUF_gemma-Q8_0.gguf").bytes == 5)
  }

  @Test(arguments: [
    "hf:", "hf:a", "hf:../x", "hf:a/b:../c.gguf", "hf:a/b/c", "hf:a/b:", "hf:a b/c",
  ])
  func namesThatAreNone(_ name: String) throws {
    #expect(try error(name).contains("hf:OWNER/NAME"))
  }

  // MARK: Ollama

  private static let ollama = ".ollama/models"

  private func digest(_ seed: Int) -> String {
    let digits = String(seed, radix: 16)
    return "sha256:" + String(repeating: "0", count: 64 - digits.count) + digits
  }

  private func layer(_ kind: String, _ seed: Int, size: Int) -> String {
    #"{"mediaType":"application/vnd.ollama.image.\#(kind)","digest":"\#(digest(seed))","size":\#(size)}"#
  }

  @discardableResult
  private func addOllama(
    _ path: String, _ layers: [String], root: String = ollama
  ) throws -> URL {
    let url = try write("\(root)/manifests/\(path)")
    let text = #"{"schemaVersion":2,"layers":[\#(layers.joined(separator: ","))]}"#
    try Data(text.utf8).write(to: url)
    return url
  }

  private func addBlob(_ seed: Int, _ bytes: Int, root: String = ollama) throws {
    try write("\(root)/blobs/" + digest(seed).replacing(":", with: "-"), bytes)
  }

  @Test func modelsOfOllama() throws {
    try addBlob(1, 50)
    try addBlob(2, 7)
    let license = layer("license", 9, size: 1)
    try addOllama(
      "registry.ollama.ai/library/qwen2.5-coder/1.5b", [license, layer("model", 1, size: 50)])
    try addOllama(
      "registry.ollama.ai/me/tuned/latest",
      [layer("model", 1, size: 50), layer("adapter", 2, size: 7)])
    try addOllama("hf.co/a/b-GGUF/Q4_K_M", [layer("model", 1, size: 50)])
    let models = search().all().models
    #expect(
      models.map(\.name) == [
        "ollama:hf.co/a/b-GGUF:Q4_K_M", "ollama:qwen2.5-coder:1.5b", "ollama:me/tuned:latest",
      ])
    #expect(models.allSatisfy { $0.fault == nil && $0.source == .ollama })
    for model in models { #expect(try find(model.name) == model) }
    let tuned = try find("ollama:me/tuned")
    #expect(tuned.bytes == 57)
    #expect(tuned.adapter?.lastPathComponent == digest(2).replacing(":", with: "-"))
    #expect(try find("ollama:Qwen2.5-Coder:1.5B").adapter == nil)
    #expect(try find("ollama:registry.ollama.ai/library/qwen2.5-coder:1.5b").bytes == 50)
  }

  @Test func ollamasFolderCanBeElsewhere() throws {
    try addBlob(1, 50, root: "disk")
    try addOllama(
      "registry.ollama.ai/library/m/latest", [layer("model", 1, size: 50)], root: "disk")
    #expect(try find("ollama:m", ["OLLAMA_MODELS": home.appending(path: "disk").path]).bytes == 50)
    #expect(try error("ollama:m").contains("ollama pull m"))
  }

  @Test func damagedManifestsAndBlobs() throws {
    let library = "registry.ollama.ai/library"
    try addBlob(1, 50)
    try addOllama("\(library)/good/latest", [layer("model", 1, size: 50)])
    try addOllama("\(library)/gone/latest", [layer("model", 3, size: 50)])
    try addOllama("\(library)/short/latest", [layer("model", 1, size: 51)])
    try addOllama("\(library)/none/latest", [layer("template", 1, size: 50)])
    try addOllama(
      "\(library)/lost-adapter/latest", [layer("model", 1, size: 50), layer("adapter", 4, size: 1)])
    try addOllama(
      "\(library)/escape/latest",
      [layer("model", 1, size: 50).replacing(digest(1), with: "sha256:../../../../etc/passwd")])
    for (name, text) in [
      ("text", "hello"), ("array", "[]"), ("nothing", ""), ("cut", #"{"layers":[{"mediaType":"#),
      ("numbers", #"{"layers":[1,2]}"#), ("null", #"{"layers":null}"#),
    ] {
      try Data(text.utf8).write(to: write("\(Self.ollama)/manifests/\(library)/\(name)/latest"))
    }
    try link("\(Self.ollama)/manifests/\(library)/dangling/latest", to: "nowhere")
    try write("\(Self.ollama)/manifests/stray-file")
    try write("\(Self.ollama)/manifests/\(library)/.DS_Store")
    let models = search().all().models
    #expect(models.count == 13)
    #expect(models.filter { $0.fault == nil }.map(\.name) == ["ollama:good:latest"])
    for model in models where model.fault != nil {
      #expect(try error(model.name).contains(try #require(model.fault)))
    }
    #expect(models.first { $0.name.contains("short") }?.fault?.contains("50 bytes instead") == true)
  }

  @Test func blobsAreVerifiedByTheirNames() throws {
    let blob = try write("\(Self.ollama)/blobs/x", 50)
    let hash = try FileDigest.sha256(of: blob)
    let named = blob.deletingLastPathComponent().appending(path: "sha256-\(hash)")
    try FileManager.default.moveItem(at: blob, to: named)
    let layer = layer("model", 1, size: 50).replacing(digest(1), with: "sha256:\(hash)")
    try addOllama("registry.ollama.ai/library/m/latest", [layer])
    let reference = try #require(ModelReference("ollama:m"))
    #expect(try search().verify(reference))
    try Data(repeating: 8, count: 50).write(to: named)
    #expect(throws: ModelSearchError.self) { try search().verify(reference) }
    try write(".lmstudio/models/a/b/x.gguf")
    #expect(try !search().verify(#require(ModelReference("lmstudio:x"))))
  }

  // MARK: LM Studio

  @Test func modelsOfLMStudio() throws {
    let root = ".lmstudio/models/lmstudio-community"
    try write("\(root)/Qwen2.5-Coder-1.5B-Instruct-GGUF/Qwen2.5-Coder-1.5B-Instruct-Q4_K_M.gguf", 4)
    try write("\(root)/Qwen2.5-Coder-1.5B-Instruct-GGUF/Qwen2.5-Coder-1.5B-Instruct-Q8_0.gguf", 8)
    try write("\(root)/Qwen2.5-Coder-1.5B-Instruct-GGUF/mmproj-Q8_0.gguf", 1)
    let name = "Qwen2.5-Coder-1.5B-Instruct"
    for (text, bytes) in [
      (name, 4), (name.lowercased(), 4), ("\(name)@q8_0", 8), ("\(name):Q8_0", 8),
      ("lmstudio-community/\(name)-GGUF", 4), ("\(name)-Q8_0.gguf", 8), ("\(name)-Q8_0", 8),
    ] {
      #expect(try find("lmstudio:" + text).bytes == bytes, "\(text)")
    }
    let models = search().all().models
    #expect(models.count == 3)
    for model in models { #expect(try find(model.name) == model) }
    #expect(try error("lmstudio:\(name)@q5_k_m").contains(name))
  }

  @Test func lmStudiosFolderCanBeElsewhere() throws {
    try write("disk/a/b/x.gguf", 3)
    let settings = #"{"downloadsFolder": "\#(home.appending(path: "disk").path)", "x": 1}"#
    try Data(settings.utf8).write(to: write(".lmstudio/settings.json"))
    #expect(try find("lmstudio:a/b").bytes == 3)
    try Data("{".utf8).write(to: home.appending(path: ".lmstudio/settings.json"))
    #expect(search().all().models.isEmpty)
  }

  // MARK: Names

  @Test func similarNamesAreSuggested() throws {
    try addHub("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
    try addBlob(1, 50)
    try addOllama(
      "registry.ollama.ai/library/qwen2.5-coder/1.5b", [layer("model", 1, size: 50)])
    try addOllama("registry.ollama.ai/library/phi3/mini", [layer("model", 1, size: 50)])
    let text = try error("ollama:qwen-coder")
    #expect(text.contains("ollama:qwen2.5-coder:1.5b") && text.contains("hf:Qwen/"))
    #expect(!text.contains("phi3"))
    #expect(try error("hf:Qwen/Qwen2.5-Coder-3B").contains("pillow-lsp model fetch hf:Qwen/"))
  }

  @Test func whatIsNoReference() {
    for text in ["smollm2-135m-instruct", "/a/b.gguf", "a.gguf", "", "C:\\x.gguf", "http://x"] {
      #expect(ModelReference(text) == nil)
    }
  }

  @Test func aFolderThatCannotBeReadIsANote() throws {
    // The superuser may read everything, so the folder is a link in a circle.
    try link(".lmstudio/models", to: "models")
    let result = search().all()
    #expect(result.models.isEmpty)
    #expect(result.notes.count == 1 && result.notes.allSatisfy { $0.contains("models") })
  }

  @Test func quantisationsInNames() {
    for (name, type) in [
      ("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", "Q4_K_M"), ("x.Q4_1.gguf", "Q4_1"),
      ("a/b/Llama-3.2-1B-IQ4_XS.gguf", "IQ4_XS"), ("m-F16-00001-of-00002.gguf", "F16"),
      ("gemma-3-1b-it-BF16.gguf", "BF16"), ("model.gguf", nil), ("Qwen3-4B.gguf", nil),
      ("phi-4-mini-UD-Q4_K_XL.gguf", "Q4_K_XL"),
    ] as [(String, String?)] {
      #expect(FileChoice.quantisation(of: name) == type, "\(name)")
    }
  }
}
