/// Hyper-parameters of ``MatcherTraining``; each default says why.
public struct TrainingOptions: Sendable, Codable, Equatable {
  /// Length m of a list.
  public var shots = 3
  /// Hidden units of both heads: 64 features of 384 are enough to turn a metric, and few enough
  /// that some hundred queries do not fit them by heart.
  public var hidden = 64
  /// Of Adam. The second layers start at zero, so early steps have to be large enough to matter.
  public var learningRate = 1e-3
  /// Pulls parameters back to where they started, decoupled from Adam's scale (Loshchilov and
  /// Hutter, 2019): where rewards say nothing the policy stays what day zero is.
  public var weightDecay = 0.01
  /// Queries of a round.
  public var queriesPerRound = 16
  /// Lists a query; the leave-one-out baseline needs 2, and its variance falls with 1 / (K − 1).
  public var trajectories = 4
  /// Gradient steps a round. Rewards cost a model call each and a step costs milliseconds, so each
  /// is used several times, under ``clip``; 1 is plain REINFORCE.
  public var passes = 4
  /// The probability ratio beyond which a sample has no more say (Schulman et al., 2017).
  public var clip = 0.2
  /// Weight of the entropy, divided by log of the number of actions so that it means the same in
  /// pools of 20 and of 10,000. Without it relatives of the method collapsed to constant choices.
  public var entropyWeight = 0.01
  /// The gradient is scaled down to this norm, since rewards of short answers have heavy tails.
  public var gradientNorm = 1.0
  /// Divides the scores: at 0.05 cosines that differ by 0.05 differ by e in odds.
  public var temperature = 0.05
  /// What is validated and kept is a running mean of the parameters, of which a round keeps so
  /// much: one round's few rewards move the policy more than they tell, and the mean of about ten
  /// rounds moves less (Polyak and Juditsky, 1992). 0 keeps the last parameters.
  public var averaging = 0.9
  /// Share of uniform exploration; the entropy bonus explores already.
  public var epsilon = 0.0
  /// Share of the queries that are kept for early stopping.
  public var validationShare = 0.2
  /// Share of the queries that take no part in the training, so that its result can be compared with
  /// another network on them.
  public var promotionShare = 0.0
  /// At most so many are scored at each validation.
  public var validationLimit = 192
  /// Rounds between validations.
  public var validateEvery = 5
  /// Validations without a better one after which training stops.
  public var patience = 8
  public var maximumRounds = 400
  /// How many of the nearest exemplars the policy chooses among; nil for what serves
  /// (``Candidates``).
  public var candidates: Int?
  var candidateCount: Int { candidates ?? Candidates.count(shots: shots) }

  // MARK: The survey

  /// Asks for the reward of every candidate alone before the first round, and ascends the expected
  /// reward of a first pick exactly (``ExpectedReward``). Samples alone find a part of what there
  /// is in the same time.
  public var surveys = true
  /// At most so many queries are surveyed, those that were given first; each costs as many model
  /// calls as it has candidates.
  public var surveyedQueries = 4096
  /// Share of the budget after which the survey ends with the queries that it has; nil for 0.9 with
  /// one shot, whose rounds draw what the survey has seen, and 0.6 with more, whose later shots are
  /// learned in the rounds alone.
  public var surveyShare: Double?
  var surveyBudgetShare: Double { surveyShare ?? (shots == 1 ? 0.9 : 0.6) }
  /// Of Adam. A third of the rounds': there is no noise of sampling to average out.
  public var surveyLearningRate = 3e-4
  /// Times that all surveyed queries are gone through.
  public var surveyEpochs = 24
  /// Epochs between validations, which cost model calls where lists have more than one shot.
  public var surveyValidatesEvery = 3
  /// What the running mean of the parameters keeps an epoch.
  public var surveyAveraging = 0.8

  public var seed: UInt64 = 0

  // MARK: Ablations

  /// Off: rewards are used as they are.
  public var usesBaseline = true
  /// Off: earlier picks have no say in later ones.
  public var isSequential = true
  /// Off: second layers start random, so the first policy is not the nearest neighbours.
  public var startsFromCosine = true

  public init() {}

  func validate() throws(TrainingError) {
    func require(_ holds: Bool, _ message: String) throws(TrainingError) {
      if !holds { throw .invalidOption(message) }
    }
    try require(shots >= 1, "Training needs at least 1 shot, not \(shots).")
    try require(hidden >= 1, "The network needs at least 1 hidden unit.")
    try require(
      trajectories >= 2 || !usesBaseline && trajectories == 1,
      "The leave-one-out baseline needs at least 2 trajectories a query.")
    try require(queriesPerRound >= 1 && passes >= 1, "A round needs a query and a pass.")
    try require(learningRate > 0 && learningRate.isFinite, "The learning rate must be over 0.")
    try require(temperature > 0 && temperature.isFinite, "The temperature must be over 0.")
    try require((0..<1).contains(averaging), "The averaging must be in 0..<1.")
    try require((0...1).contains(epsilon), "Epsilon must be between 0 and 1.")
    try require((0..<1).contains(validationShare), "The validation share must be in 0..<1.")
    try require((0..<1).contains(promotionShare), "The promotion share must be in 0..<1.")
    try require((0..<1).contains(surveyBudgetShare), "The survey's share must be in 0..<1.")
    try require(
      surveyEpochs >= 0 && surveyValidatesEvery >= 1,
      "The survey's epochs must be 0 or more, and validated every so many.")
    try require(surveyLearningRate > 0, "The survey's learning rate must be positive.")
    try require(validateEvery >= 1 && patience >= 1, "Validation and patience must be over 0.")
    try require(
      candidateCount >= shots, "There must be at least as many candidates as shots.")
  }
}
