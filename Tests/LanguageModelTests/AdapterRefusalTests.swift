import Foundation
import LanguageModel
import ModelFormats
import TestSupport
import Testing

/// Adapters that are not plain LoRA are refused by name, and never run as if they were.
struct AdapterRefusalTests {
  private static let original = AdapterTests.folder.appending(path: "gemma3")

  /// What refuses PEFT's adapter of the small Gemma after a change of its settings; nil where it
  /// loads.
  private func refusal(
    changing changes: [String: Any], header: (String) -> String = { $0 }
  ) throws -> String? {
    let folder = try TemporaryFolder()
    let copy = folder.file("adapter")
    try FileManager.default.copyItem(at: Self.original, to: copy)
    let settings = copy.appending(path: "adapter_config.json")
    var fields = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: settings)) as? [String: Any])
    fields.merge(changes) { $1 }
    try JSONSerialization.data(withJSONObject: fields).write(to: settings)
    let weights = copy.appending(path: "adapter_model.safetensors")
    try Self.changeHeader(of: weights, header)
    return try refusal(of: copy)
  }

  private func refusal(of adapter: URL) throws -> String? {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("gemma3").model)
    do {
      _ = try model.adapter(contentsOf: adapter)
      return nil
    } catch LanguageModelError.adapterUnusable(_, let reason) {
      return reason
    }
  }

  private static func changeHeader(of file: URL, _ change: (String) -> String) throws {
    let bytes = try [UInt8](Data(contentsOf: file))
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = Array(change(String(decoding: bytes[8..<8 + length], as: UTF8.self)).utf8)
    let size = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    try Data(size + header + bytes[(8 + length)...]).write(to: file)
  }

  static let refused: [(field: String, json: String)] = [
    ("use_dora", "true"), ("use_qalora", "true"), ("lora_bias", "true"),
    ("fan_in_fan_out", "true"), ("alora_invocation_tokens", "[5, 6]"),
    ("layer_replication", "[[0, 2], [1, 3]]"), ("alpha_pattern", #"{"k_proj": 3}"#),
    ("trainable_token_indices", "[1]"), ("trainable_token_indices", #"{"embed_tokens": [1]}"#),
    ("target_parameters", #"["experts.up"]"#), ("modules_to_save", #"["lm_head"]"#),
    ("use_bdlora", #"{"nblocks": 2}"#), ("arrow_config", #"{"top_k": 3}"#),
    ("kasa_config", #"{"beta": 1e-4}"#), ("monteclora_config", #"{"num_samples": 8}"#),
    ("megatron_config", #"{"a": 1}"#), ("enable_lora", "[true, false, true]"),
    ("a_field_of_next_year", "true"), ("another_one", #"{"x": 0}"#),
    ("invocation_string", #""go""#),
    ("init_lora_weights", #""pissa""#), ("init_lora_weights", #""pissa_niter_4""#),
    ("init_lora_weights", #""OLoRA""#), ("init_lora_weights", #""corda""#),
    ("init_lora_weights", #""loftq""#), ("init_lora_weights", #""lora_ga""#),
    ("init_lora_weights", #""something_new""#), ("init_lora_weights", "[1]"),
    ("lora_alpha", "0"), ("lora_alpha", "null"), ("use_rslora", #""yes""#),
  ]

  @Test(arguments: refused) func whatIsNotPlainIsNamed(field: String, json: String) throws {
    let reason = try refusal(changing: [field: jsonObject(json)])
    #expect(reason?.contains(field) == true, "\(reason ?? "it loads")")
  }

  @Test(arguments: ["IA3", "ADALORA", "LOHA", "VERA", "PREFIX_TUNING"])
  func otherMethodsAreNamed(type: String) throws {
    #expect(try refusal(changing: ["peft_type": type])?.contains(type) == true)
  }

  @Test(arguments: ["SEQ_CLS", "TOKEN_CLS", "QUESTION_ANS", "SEQ_2_SEQ_LM"])
  func otherTasksAreNamed(task: String) throws {
    #expect(try refusal(changing: ["task_type": task])?.contains(task) == true)
  }

  /// A rank that the matrices do not have: PEFT would not load it either.
  @Test func aRankThatIsNotThatOfTheMatricesIsRefused() throws {
    #expect(try refusal(changing: ["r": 3])?.contains("rank 3") == true)
    #expect(try refusal(changing: ["r": 3, "rank_pattern": ["q_proj": 4]]) == nil)
  }

  static let harmless: [(field: String, json: String)] = [
    ("init_lora_weights", "true"), ("init_lora_weights", "false"), ("init_lora_weights", "null"),
    ("init_lora_weights", #""gaussian""#), ("init_lora_weights", #""eva""#),
    ("init_lora_weights", #""orthogonal""#), ("init_lora_weights", #""mica""#),
    ("lora_dropout", "0.1"), ("target_modules", #"".*q_proj""#),
    ("layers_to_transform", "[0, 1]"), ("layers_pattern", #""layers""#),
    ("eva_config", #"{"rho": 2.0}"#), ("velora_config", #"{"num_groups": 1}"#),
    ("peft_version", #""0.99.0""#), ("revision", #""main""#), ("inference_mode", "false"),
    ("qalora_group_size", "32"), ("task_type", #""CAUSAL_LM""#),
    ("a_field_of_next_year", "null"), ("another_one", "false"), ("a_third", "{}"),
    ("merge_weights", "true"), ("bias", #""lora_only""#),
  ]

  @Test(arguments: harmless) func whatChangesNothingIsNoHindrance(
    field: String, json: String
  ) throws {
    #expect(try refusal(changing: [field: jsonObject(json)]) == nil)
  }

  /// Modules of a tower for images have the same names.
  @Test(arguments: [
    "base_model.model.vision_tower.vision_model.encoder.layers.",
    "base_model.model.model.vision_tower.vision_model.encoder.layers.",
    "base_model.model.audio_tower.layers.", "base_model.model.model.encoder.layers.",
    "base_model.model.model.mtp.layers.",
  ])
  func otherTowersAreRefused(prefix: String) throws {
    let reason = try refusal(changing: [:]) {
      $0.replacing("base_model.model.model.layers.", with: prefix)
    }
    #expect(reason?.contains(prefix) == true, "\(reason ?? "it loads")")
  }

  @Test(arguments: [
    "base_model.model.language_model.model.layers.",
    "base_model.model.model.language_model.layers.", "base_model.model.layers.",
  ])
  func theTextPartOfALargerModelLoads(prefix: String) throws {
    let reason = try refusal(changing: [:]) {
      $0.replacing("base_model.model.model.layers.", with: prefix)
    }
    #expect(reason == nil)
  }

  /// Two adapters in one file: the second layer's matrices become the first's under another name.
  @Test func oneMatrixIsNotGivenTwice() throws {
    let reason = try refusal(changing: [:]) { header in
      header.replacing(/layers\.1\.([a-z_.]+)\.lora_([AB])\.weight/) {
        "layers.0.\($0.1).lora_\($0.2).second.weight"
      }
    }
    #expect(reason?.contains("twice") == true, "\(reason ?? "it loads")")
  }

  // MARK: GGUF

  private func gguf(_ change: (inout [(key: String, value: GGUFValue)]) -> Void) throws -> (
    TemporaryFolder, URL
  ) {
    let file = try GGUFFile(contentsOf: AdapterTests.folder.appending(path: "gemma3.gguf"))
    var metadata = file.metadata.keys.compactMap { key in
      file.metadata.value(key).map { (key: key, value: $0) }
    }
    change(&metadata)
    let folder = try TemporaryFolder()
    let url = folder.file("adapter.gguf")
    let writer = try GGUFWriter(
      to: url, metadata: metadata,
      tensors: file.tensors.map { .init(name: $0.name, shape: $0.shape, type: $0.type) })
    for tensor in file.tensors {
      try Array(file.bytes(of: tensor)).withUnsafeBytes { try writer.write($0) }
    }
    try writer.finish()
    return (folder, url)
  }

  /// llama.cpp takes 0 for an alpha that is not stated, which is a scale of 1.
  @Test func anAlphaOfZeroIsOneThatIsNotStated() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("gemma3").model)
    func logits(_ alpha: Float?) async throws -> [[Float]] {
      let (folder, url) = try gguf { metadata in
        metadata.removeAll { $0.key == "adapter.lora.alpha" }
        if let alpha { metadata.append(("adapter.lora.alpha", .float32(alpha))) }
      }
      defer { withExtendedLifetime(folder) {} }
      let adapter = try model.adapter(contentsOf: url)
      return try await model.logits(of: [1, 2, 3], adapter: AdapterUse(adapter))
    }
    let unstated = try await logits(nil)
    #expect(try await logits(0) == unstated)
    // The adapter has the rank 20.
    #expect(try await logits(20) == unstated)
    #expect(try await model.logits(of: [1, 2, 3]) != unstated)
  }

  @Test func fieldsOfAGGUFAdapterThatAreNotKnownAreNamed() throws {
    for (key, value) in [
      ("adapter.alora.invocation_tokens", GGUFValue.uint32s([1, 2])),
      ("adapter.lora.new_thing", .float32(1)),
    ] {
      let (folder, url) = try gguf { $0.append((key, value)) }
      defer { withExtendedLifetime(folder) {} }
      #expect(try refusal(of: url)?.contains(key) == true)
    }
    let (folder, url) = try gguf {
      $0.append(("adapter.lora.task_name", .string("summaries")))
      $0.append(("adapter.lora.prompt_prefix", .string("Summarise: ")))
    }
    defer { withExtendedLifetime(folder) {} }
    #expect(try refusal(of: url) == nil)
  }
}

/// A JSON value as Foundation has it.
private func jsonObject(_ text: String) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
}
