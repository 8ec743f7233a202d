import Foundation

/// What of `adapter_config.json` changes the arithmetic.
///
/// Every field that PEFT writes is either applied, known to change nothing once the adapter is
/// trained, or refused by name. So is a field that is set and not known. Source: `LoraConfig` of
/// PEFT 0.21 and of the versions before it.
struct PEFTSettings {
  let alpha: Float
  let isRankStabilised: Bool
  /// Nil where matrices may differ in it.
  let rank: Int?

  /// Fields that say how the adapter was trained, or what it is called.
  private static let harmless: Set<String> = [
    "auto_mapping", "base_model_name_or_path", "bias", "corda_config", "ensure_weight_tying",
    "eva_config", "exclude_modules", "inference_mode", "layers_pattern", "layers_to_transform",
    "loftq_config", "lora_dropout", "lora_ga_config", "megatron_core", "merge_weights",
    "peft_version", "qalora_group_size", "revision", "runtime_config", "target_modules",
    // Compresses activations in the backward pass only.
    "velora_config",
  ]

  /// Fields that are read below.
  private static let applied: Set<String> = [
    "init_lora_weights", "lora_alpha", "peft_type", "r", "rank_pattern", "task_type", "use_rslora",
  ]

  /// Fields that change the arithmetic in ways that are not implemented, and what they are called.
  private static let unsupported = [
    "alora_invocation_tokens": "activated LoRA",
    "alpha_pattern": "an alpha for each module",
    "arrow_config": "Arrow routing",
    "enable_lora": "LoRA of fused matrices",
    "fan_in_fan_out": "transposed weights",
    "kasa_config": "KaSA",
    "layer_replication": "layer replication",
    "lora_bias": "biases of B",
    "megatron_config": "Megatron's parallel layers",
    "modules_to_save": "modules that are trained whole",
    "monteclora_config": "MonteCLoRA",
    "target_parameters": "LoRA of bare parameters",
    "trainable_token_indices": "trained tokens",
    "use_bdlora": "block-diagonal LoRA",
    "use_dora": "DoRA",
    "use_qalora": "QALoRA",
  ]

  /// Ways to begin that leave the base model as it is, so what was trained is a plain update.
  private static let plainBeginnings: Set<String> = [
    "gaussian", "eva", "orthogonal", "mica", "true", "false",
  ]

  private static let plainTasks: Set<String> = ["CAUSAL_LM", "FEATURE_EXTRACTION"]

  /// - Throws: ``LanguageModelError/adapterUnusable(path:reason:)``.
  init(folder: URL, adapter path: String) throws(LanguageModelError) {
    func unusable(_ reason: String) -> LanguageModelError {
      .adapterUnusable(path: path, reason: reason)
    }
    let fields: [String: PEFTValue]
    do {
      let data = try Data(contentsOf: folder.appending(path: "adapter_config.json"))
      fields = try JSONDecoder().decode([String: PEFTValue].self, from: data)
    } catch is DecodingError {
      throw unusable("its adapter_config.json is not a JSON object")
    } catch {
      throw unusable("it has no adapter_config.json that can be read")
    }
    func text(_ name: String) throws(LanguageModelError) -> String? {
      guard let value = fields[name], value != .null else { return nil }
      guard case .text(let text) = value else { throw unusable("\(name) is not a text") }
      return text
    }
    func number(_ name: String) throws(LanguageModelError) -> Double? {
      guard let value = fields[name], value != .null else { return nil }
      guard case .number(let number) = value else { throw unusable("\(name) is not a number") }
      return number
    }

    if let type = try text("peft_type"), type != "LORA" {
      throw unusable("it is of the type \(type), and only LORA is supported")
    }
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) where value.isSet {
      if Self.harmless.contains(name) || Self.applied.contains(name) { continue }
      if let feature = Self.unsupported[name] {
        throw unusable("it uses \(feature) (\(name)), which is not supported")
      }
      throw unusable("\(name) in its adapter_config.json is not known here and is set")
    }
    try Self.checkBeginning(fields["init_lora_weights"] ?? .null, unusable)
    if let task = try text("task_type"), !Self.plainTasks.contains(task) {
      throw unusable("it was trained for the task \(task), and only CAUSAL_LM is supported")
    }
    guard let alpha = try number("lora_alpha") else {
      throw unusable("its adapter_config.json has no lora_alpha")
    }
    guard alpha != 0 else { throw unusable("its lora_alpha is 0, so it would change nothing") }
    self.alpha = Float(alpha)
    switch fields["use_rslora"] ?? .null {
    case .null: isRankStabilised = false
    case .bool(let value): isRankStabilised = value
    default: throw unusable("use_rslora is neither true nor false")
    }
    let hasPattern = fields["rank_pattern"]?.isSet == true
    rank = hasPattern ? nil : try number("r").flatMap { Int(exactly: $0) }
  }

  /// PiSSA, OLoRA, CorDA, LoftQ and LoRA-GA take something off the base model's weights first: on
  /// the base model as it was, their updates are wrong. PEFT can convert such an adapter while it
  /// saves it, and then says `true` here.
  private static func checkBeginning(
    _ value: PEFTValue, _ unusable: (String) -> LanguageModelError
  ) throws(LanguageModelError) {
    switch value {
    case .null, .bool: return
    case .text(let name) where plainBeginnings.contains(name.lowercased()): return
    case .text(let name):
      throw unusable(
        "it was trained on weights that init_lora_weights \"\(name)\" changed first; save it with "
          + "path_initial_model_for_weight_conversion to make it a plain LoRA adapter")
    default: throw unusable("init_lora_weights is neither a text nor true or false")
    }
  }
}

/// A value of `adapter_config.json`, as far as it counts whether it is set.
private enum PEFTValue: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list(isEmpty: Bool)
  case object(isEmpty: Bool)

  init(from decoder: any Swift.Decoder) throws {
    if let object = try? decoder.container(keyedBy: AnyKey.self) {
      self = .object(isEmpty: object.allKeys.isEmpty)
      return
    }
    if let list = try? decoder.unkeyedContainer() {
      self = .list(isEmpty: list.isAtEnd)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  /// Whether it asks for anything.
  var isSet: Bool {
    switch self {
    case .null, .bool(false), .list(isEmpty: true), .object(isEmpty: true): false
    case .bool, .list, .object: true
    case .number(let number): number != 0
    case .text(let text): !text.isEmpty
    }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
