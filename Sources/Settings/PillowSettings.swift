public import PromptMatching

/// Everything that can be set. All of it is optional; the `…OrDefault` accessors resolve what is
/// not set.
///
/// The schema and the page of the settings are generated from these comments
/// (`Scripts/make-settings-page`).
public struct PillowSettings: Codable, Sendable, Equatable {
  /// Names of the starter pools that the project gets.
  public var starterPools: [String]?
  /// How many exemplars stand in a prompt.
  public var shots: Int?
  /// The maximum number of tokens in a completion.
  public var maxTokens: Int?
  /// The sampling temperature; 0 always takes the likeliest token.
  public var temperature: Double?
  /// The language model: a name that `pillow-lsp model list` shows, such as
  /// `hf:OWNER/NAME:Q4_K_M`, `ollama:NAME:TAG` or `lmstudio:NAME`, or the path of a GGUF file,
  /// absolute or relative to the project's folder. Empty for the default model.
  public var model: String?
  /// A LoRA adapter that tunes the model: a PEFT folder or a GGUF file. Empty for the project's own
  /// adapter that `pillow-lsp adapter list` marks, or else the one that comes with the default
  /// model; `none` for the bare model.
  public var adapter: String?
  /// How strongly the adapter counts; 1 is what it was trained for.
  public var adapterScale: Double?
  /// How a conversation is written for the model. Empty for what the model's file says.
  public var chatTemplate: String?
  /// How many threads the language model computes on; 0 for one per physical core.
  public var threads: Int?
  /// After how many minutes without a request the language model gives its memory back; 0 keeps it.
  public var unloadAfter: Int?
  /// A server that completes in place of the embedded engine. Instructions, exemplars and the text
  /// around an instruction are sent to it.
  public var engine: EngineSettings?
  /// What chooses exemplars: `policy` is the network that learns, the others are what it is
  /// compared with.
  public var matcher: MatcherName?
  /// Draws exemplars from the policy instead of taking the likeliest ones, with this share of the
  /// probability spread evenly. At 0, one instruction of sixteen gets a drawn list once something was
  /// learned and nothing is pinned.
  public var exploration: Double?
  /// Whether a completion that was accepted and kept for two minutes becomes an exemplar.
  public var harvest: HarvestSetting?
  /// Whether exemplars are mined from the project's own commits, code and texts: `ask` says in the
  /// status how many there are, and keeps them current once they were mined; `always` mines by
  /// itself.
  public var mine: MiningSetting?
  /// For how many days suggestions and feedback are kept.
  public var historyDays: Int?
  /// How the model reads the exemplars of a prompt: `together`, each with those before it, or `apart`,
  /// each by itself, so that one that is known costs no time in whatever list it stands.
  public var exemplarReading: ReadingSetting?
  /// Whether completions keep to the form that the exemplars share, such as
  /// `[tag] area: sentence. (T-331)`.
  public var forms: Bool?
  /// Ghost text: completions shown at the cursor.
  public var inlineCompletion: InlineCompletionSettings?
  /// Where instructions are looked for, and what goes into a prompt with them.
  public var instructions: InstructionSettings?
  /// How the exemplars of an instruction are shown.
  public var exemplars: ExemplarSettings?
  /// What is learned from the completions that you keep.
  public var learning: LearningSettings?

  public init() {}
}

/// A server that completes in place of the embedded engine.
public struct EngineSettings: Codable, Sendable, Equatable {
  /// The address of an OpenAI-compatible server, such as `http://127.0.0.1:8080` or
  /// `https://api.example.org/v1`. Empty for the embedded engine. In `.pillow/config.json` only
  /// addresses of this machine count, so that a repository cannot send text elsewhere.
  public var url: String?
  /// The model's name on the server. Empty for the only one that it has.
  public var model: String?
  /// A file with the key that the server asks for; only its owner may be able to read it (mode
  /// 0600). The environment variable `PILLOW_LSP_ENGINE_KEY` takes precedence.
  public var keyFile: String?

  public init() {}
}

/// What becomes of a completion that was accepted and kept.
public enum HarvestSetting: String, Codable, Sendable, Equatable, CaseIterable {
  case ask, always, never
}

/// What exemplars of a prompt see of each other.
public enum ReadingSetting: String, Codable, Sendable, Equatable, CaseIterable {
  case together, apart
}

/// Whether the project's own work becomes exemplars.
public enum MiningSetting: String, Codable, Sendable, Equatable, CaseIterable {
  case ask, always, never
}

/// How sure the server has to be of a completion before it shows it without being asked.
public enum EagernessSetting: String, Codable, Sendable, Equatable, CaseIterable {
  case quiet, balanced, eager
}

/// Ghost text: completions shown at the cursor.
public struct InlineCompletionSettings: Codable, Sendable, Equatable {
  /// Whether instructions are completed at the cursor.
  public var enabled: Bool?
  /// How many candidates an explicit request gets; an automatic one shows one.
  public var candidates: Int?
  /// How many answers are written at once for an automatic completion, of which the best is shown.
  /// Engines that do not say how sure they are write one.
  public var automaticCandidates: Int?
  /// How long typing has to pause before an automatic completion, in milliseconds. Accepted
  /// suggestions shorten the pause, rejected ones lengthen it.
  public var debounce: Int?
  /// Which automatic completions are shown: `balanced` those that pass the checks and have a fair
  /// chance of being kept, `quiet` only the likeliest of them, `eager` all but dangerous commands
  /// and loops. What is asked for explicitly is always shown.
  public var eagerness: EagernessSetting?

  public init() {}
}

/// Where instructions are looked for, and what goes into a prompt with them.
public struct InstructionSettings: Codable, Sendable, Equatable {
  /// Which languages are served, by language id; `*` stands for those that are not named.
  public var languages: [String: Bool]?
  /// Globs of files that are not served, relative to the workspace folder, such as `secrets/**`.
  public var exclude: [String]?
  /// Whether files that `.gitignore` names are left alone; those of `.pillowignore` always are.
  public var respectGitignore: Bool?
  /// The maximum number of tokens of surrounding text in a prompt; an estimate.
  public var inputTokens: Int?

  public init() {}
}

/// How the exemplars of an instruction are shown.
public struct ExemplarSettings: Codable, Sendable, Equatable {
  /// Whether the completion menu holds them.
  public var menu: Bool?
  /// Whether hovering over an instruction lists them.
  public var hover: Bool?
  /// Whether a code lens stands above instructions.
  public var codeLens: Bool?

  public init() {}
}

/// What is learned from the completions that you keep.
public struct LearningSettings: Codable, Sendable, Equatable {
  /// Whether outcomes change which exemplars are chosen and which completions are shown. They are
  /// recorded in any case.
  public var enabled: Bool?
  /// Whether the text that finally stands below an instruction is recorded, on this machine only. It
  /// is what teaches most.
  public var standingText: Bool?
  /// For how many days standing texts are kept.
  public var standingTextDays: Int?
  /// Whether the matching network and an adapter are trained while the machine is idle and on mains
  /// power, from about 100 outcomes on.
  public var whenIdle: Bool?

  public init() {}
}
