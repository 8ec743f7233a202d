public import PromptMatching

// Every default stands here, once.

extension PillowSettings {
  public var starterPoolsOrDefault: [String] { starterPools ?? [] }
  public var shotsOrDefault: Int { shots ?? 3 }
  public var maxTokensOrDefault: Int { maxTokens ?? 256 }
  public var temperatureOrDefault: Double { temperature ?? 0 }
  public var modelOrDefault: String { model ?? "" }
  /// What ``adapter`` says for the bare model.
  public static let noAdapter = "none"
  public var adapterOrDefault: String { adapter ?? "" }
  public var adapterScaleOrDefault: Double { adapterScale ?? 1 }
  public var chatTemplateOrDefault: String { chatTemplate ?? "" }
  public var threadsOrDefault: Int { threads ?? 0 }
  public var unloadAfterOrDefault: Int { unloadAfter ?? 30 }
  public var engineOrDefault: EngineSettings { engine ?? EngineSettings() }
  public var matcherOrDefault: MatcherName { matcher ?? .policy }
  public var explorationOrDefault: Double { exploration ?? 0 }
  public var harvestOrDefault: HarvestSetting { harvest ?? .ask }
  public var mineOrDefault: MiningSetting { mine ?? .ask }
  public var historyDaysOrDefault: Int { historyDays ?? 365 }
  public var exemplarReadingOrDefault: ReadingSetting { exemplarReading ?? .together }
  public var formsOrDefault: Bool { forms ?? true }
  public var inlineCompletionOrDefault: InlineCompletionSettings {
    inlineCompletion ?? InlineCompletionSettings()
  }
  public var instructionsOrDefault: InstructionSettings { instructions ?? InstructionSettings() }
  public var exemplarsOrDefault: ExemplarSettings { exemplars ?? ExemplarSettings() }
  public var learningOrDefault: LearningSettings { learning ?? LearningSettings() }

  /// Every setting with its default.
  public static let defaults: PillowSettings = {
    let unset = PillowSettings()
    var settings = unset
    settings.starterPools = unset.starterPoolsOrDefault
    settings.shots = unset.shotsOrDefault
    settings.maxTokens = unset.maxTokensOrDefault
    settings.temperature = unset.temperatureOrDefault
    settings.model = unset.modelOrDefault
    settings.adapter = unset.adapterOrDefault
    settings.adapterScale = unset.adapterScaleOrDefault
    settings.chatTemplate = unset.chatTemplateOrDefault
    settings.threads = unset.threadsOrDefault
    settings.unloadAfter = unset.unloadAfterOrDefault
    settings.engine = .defaults
    settings.matcher = unset.matcherOrDefault
    settings.exploration = unset.explorationOrDefault
    settings.harvest = unset.harvestOrDefault
    settings.mine = unset.mineOrDefault
    settings.historyDays = unset.historyDaysOrDefault
    settings.exemplarReading = unset.exemplarReadingOrDefault
    settings.forms = unset.formsOrDefault
    settings.inlineCompletion = .defaults
    settings.instructions = .defaults
    settings.exemplars = .defaults
    settings.learning = .defaults
    return settings
  }()
}

extension EngineSettings {
  public var urlOrDefault: String { url ?? "" }
  public var modelOrDefault: String { model ?? "" }
  public var keyFileOrDefault: String { keyFile ?? "" }

  static let defaults: EngineSettings = {
    var settings = EngineSettings()
    settings.url = settings.urlOrDefault
    settings.model = settings.modelOrDefault
    settings.keyFile = settings.keyFileOrDefault
    return settings
  }()
}

extension InlineCompletionSettings {
  public var enabledOrDefault: Bool { enabled ?? true }
  public var candidatesOrDefault: Int { candidates ?? 3 }
  public var automaticCandidatesOrDefault: Int { automaticCandidates ?? 1 }
  public var debounceOrDefault: Int { debounce ?? 150 }
  public var eagernessOrDefault: EagernessSetting { eagerness ?? .balanced }

  static let defaults: InlineCompletionSettings = {
    var settings = InlineCompletionSettings()
    settings.enabled = settings.enabledOrDefault
    settings.candidates = settings.candidatesOrDefault
    settings.automaticCandidates = settings.automaticCandidatesOrDefault
    settings.debounce = settings.debounceOrDefault
    settings.eagerness = settings.eagernessOrDefault
    return settings
  }()
}

extension InstructionSettings {
  public var languagesOrDefault: [String: Bool] { languages ?? ["*": true] }
  public var excludeOrDefault: [String] { exclude ?? [] }
  public var respectGitignoreOrDefault: Bool { respectGitignore ?? true }
  public var inputTokensOrDefault: Int { inputTokens ?? 400 }

  static let defaults: InstructionSettings = {
    var settings = InstructionSettings()
    settings.languages = settings.languagesOrDefault
    settings.exclude = settings.excludeOrDefault
    settings.respectGitignore = settings.respectGitignoreOrDefault
    settings.inputTokens = settings.inputTokensOrDefault
    return settings
  }()
}

extension ExemplarSettings {
  public var menuOrDefault: Bool { menu ?? true }
  public var hoverOrDefault: Bool { hover ?? true }
  public var codeLensOrDefault: Bool { codeLens ?? true }

  static let defaults: ExemplarSettings = {
    var settings = ExemplarSettings()
    settings.menu = settings.menuOrDefault
    settings.hover = settings.hoverOrDefault
    settings.codeLens = settings.codeLensOrDefault
    return settings
  }()
}

extension LearningSettings {
  public var enabledOrDefault: Bool { enabled ?? true }
  public var standingTextOrDefault: Bool { standingText ?? true }
  public var standingTextDaysOrDefault: Int { standingTextDays ?? 180 }
  public var whenIdleOrDefault: Bool { whenIdle ?? true }

  static let defaults: LearningSettings = {
    var settings = LearningSettings()
    settings.enabled = settings.enabledOrDefault
    settings.standingText = settings.standingTextOrDefault
    settings.standingTextDays = settings.standingTextDaysOrDefault
    settings.whenIdle = settings.whenIdleOrDefault
    return settings
  }()
}
