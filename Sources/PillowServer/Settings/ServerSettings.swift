/// Everything that can be set; all of it is optional.
///
/// The schema and the page of the settings are made from these comments
/// (`Scripts/make-settings-page`).
package struct ServerSettings: Codable, Sendable, Equatable {
  /// Names of the starter pools that a project gets.
  package var starterPools: [String]?
  /// How many exemplars stand in a prompt.
  package var shots: Int?
  /// The most tokens that a completion may have.
  package var maxTokens: Int?
  /// Of sampling; 0 always takes the likeliest token.
  package var temperature: Double?
  /// The language model: a name that `pillow-lsp model list` shows, or the path of a GGUF file,
  /// absolute or from the project's folder on.
  package var model: String?
  /// A LoRA adapter that tunes the model: a folder as PEFT writes it, or a GGUF file; empty for the
  /// bare model.
  package var adapter: String?
  /// How much of the adapter counts; 1 is what it was trained for.
  package var adapterScale: Double?
  /// How a conversation is written for the model; empty takes what the model's file says.
  package var chatTemplate: String?
  /// How many threads the language model computes on; 0 for one a physical core.
  package var threads: Int?
  /// After how many minutes without a request the language model gives its memory back; 0 keeps it.
  package var unloadAfter: Int?
  /// What chooses exemplars: `policy` is the network that learns, the others are what it is
  /// compared with.
  package var matcher: String?
  /// Draws exemplars from the policy instead of taking the likeliest, with so much of the
  /// probability spread evenly: what learning from feedback needs to see other choices.
  package var exploration: Double?
  /// Whether a completion that was accepted and kept for two minutes becomes an exemplar.
  package var harvest: HarvestSetting?
  /// For how many days suggestions and feedback are kept.
  package var historyDays: Int?
  /// Text that is shown at the cursor as if it were there.
  package var inlineCompletion: InlineCompletionSettings?
  /// Where instructions are looked for, and what goes into a prompt with them.
  package var instructions: InstructionSettings?
  /// How the exemplars of an instruction are shown.
  package var exemplars: ExemplarSettings?

  package init() {}
}

/// What becomes of a completion that was accepted and kept.
package enum HarvestSetting: String, Codable, Sendable, Equatable, CaseIterable {
  case ask, always, never
}

/// Text that is shown at the cursor as if it were there.
package struct InlineCompletionSettings: Codable, Sendable, Equatable {
  /// Whether instructions are completed at the cursor.
  package var enabled: Bool?
  /// How many candidates are made when the user asks for them; by itself the server makes one.
  package var candidates: Int?
  /// How long typing has to pause before the server completes by itself, in milliseconds; shortens
  /// with accepted and lengthens with rejected suggestions.
  package var debounce: Int?

  package init() {}
}

/// Where instructions are looked for, and what goes into a prompt with them.
package struct InstructionSettings: Codable, Sendable, Equatable {
  /// Language ids with whether they are served; `*` stands for those that are not named.
  package var languages: [String: Bool]?
  /// Globs of files that are not served, from the workspace folder on, such as `secrets/**`.
  package var exclude: [String]?
  /// Whether files that `.gitignore` names are left alone; those of `.pillowignore` always are.
  package var respectGitignore: Bool?
  /// The most tokens of surrounding text that go into a prompt; they are estimated.
  package var inputTokens: Int?

  package init() {}
}

/// How the exemplars of an instruction are shown.
package struct ExemplarSettings: Codable, Sendable, Equatable {
  /// Whether the completion menu holds them.
  package var menu: Bool?
  /// Whether hovering over an instruction lists them.
  package var hover: Bool?
  /// Whether a code lens stands above instructions.
  package var codeLens: Bool?

  package init() {}
}

// MARK: Defaults

extension ServerSettings {
  /// Every setting with its default; what is empty here (`model`) depends on what is installed.
  package static let defaults: ServerSettings = {
    var settings = ServerSettings()
    settings.starterPools = []
    settings.shots = 3
    settings.maxTokens = 256
    settings.temperature = 0
    settings.model = ""
    settings.adapter = ""
    settings.adapterScale = 1
    settings.chatTemplate = ""
    settings.threads = 0
    settings.unloadAfter = 30
    settings.matcher = "policy"
    settings.exploration = 0
    settings.harvest = .ask
    settings.historyDays = 365
    var inline = InlineCompletionSettings()
    inline.enabled = true
    inline.candidates = 3
    inline.debounce = 150
    settings.inlineCompletion = inline
    var instructions = InstructionSettings()
    instructions.languages = ["*": true]
    instructions.exclude = []
    instructions.respectGitignore = true
    instructions.inputTokens = 400
    settings.instructions = instructions
    var exemplars = ExemplarSettings()
    exemplars.menu = true
    exemplars.hover = true
    exemplars.codeLens = true
    settings.exemplars = exemplars
    return settings
  }()
}
