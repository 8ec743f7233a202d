/// Hyper-parameters of ``MatcherTraining``, with the reason for each default.
public struct TrainingOptions: Sendable, Codable, Equatable {
  /// Length m of a list.
  public var shots = 3
  /// Hidden units of both heads: 64 features of 384 are enough to rotate a metric, and few enough
  /// that some hundred queries do not overfit.
  public var hidden = 64
  /// Adam's step size. The second layers start at zero, so early steps have to be large enough to
  /// matter.
  public var learningRate = 1e-3
  /// Pulls parameters back to where they started, decoupled from Adam's scale (Loshchilov and
  /// Hutter, 2019): where rewards say nothing, the policy stays that of day zero.
  public var weightDecay = 0.01
  /// Queries per round.
  public var queriesPerRound = 16
  /// Lists per query; the leave-one-out baseline needs 2, and its variance falls with 1 / (K − 1).
  public var trajectories = 4
  /// Gradient steps per round. A reward costs a model call and a step costs milliseconds, so each
  /// reward is used several times, within ``clip``; 1 is plain REINFORCE.
  public var passes = 4
  /// The probability ratio beyond which a sample has no more influence (Schulman et al., 2017).
  public var clip = 0.2
  /// Weight of the entropy, divided by log of the number of actions so that it means the same in
  /// pools of 20 and of 10,000. Without it, related methods collapsed to constant choices.
  public var entropyWeight = 0.01
  /// The gradient is scaled down to this norm, since rewards of short answers have heavy tails.
  public var gradientNorm = 1.0
  /// Divides the scores: at 0.05 cosines that differ by 0.05 differ by e in odds.
  public var temperature = 0.05
  /// A running mean of the parameters is validated and kept; this is the share that a round
  /// retains. One round's few rewards move the policy more than they justify, and the mean of about
  /// ten rounds moves less (Polyak and Juditsky, 1992). 0 keeps the last parameters.
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
  /// Training stops after this many validations without an improvement.
  public var patience = 8
  public var maximumRounds = 400
  /// How many of the nearest exemplars the policy chooses among; nil for the number used in service
  /// (``Candidates``).
  public var candidates: Int?
  var candidateCount: Int { candidates ?? Candidates.count(shots: shots) }

  // MARK: The survey

  /// Computes the reward of every single candidate before the first round, and ascends the expected
  /// reward of a first pick exactly (``ExpectedReward``). In the same time, samples alone find only
  /// a part of the gain.
  public var surveys = true
  /// The most queries that are surveyed, beginning with the first; each costs as many model calls
  /// as it has candidates.
  public var surveyedQueries = 4096
  /// Share of the budget after which the survey ends with the queries it has. Nil means 0.9 with
  /// one shot, whose rounds draw what the survey has seen, and 0.6 with more, whose later shots are
  /// learned only in the rounds.
  public var surveyShare: Double?
  var surveyBudgetShare: Double { surveyShare ?? (shots == 1 ? 0.9 : 0.6) }
  /// Adam's step size in the survey: a third of that in the rounds, because there is no sampling
  /// noise to average out.
  public var surveyLearningRate = 3e-4
  /// Passes over all surveyed queries.
  public var surveyEpochs = 24
  /// Epochs between validations, which cost model calls if lists have more than one shot.
  public var surveyValidatesEvery = 3
  /// The share that the running mean of the parameters retains per epoch.
  public var surveyAveraging = 0.8

  public var seed: UInt64 = 0

  // MARK: Ablations

  /// If off, every list has as many exemplars as it can have.
  public var mayStop = true

  /// If off, rewards are used as they are.
  public var usesBaseline = true
  /// If off, earlier picks do not influence later ones.
  public var isSequential = true
  /// If off, second layers start at random, so the first policy is not the nearest neighbours.
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
      "The leave-one-out baseline needs at least 2 trajectories per query.")
    try require(queriesPerRound >= 1 && passes >= 1, "A round needs a query and a pass.")
    try require(learningRate > 0 && learningRate.isFinite, "The learning rate must be above 0.")
    try require(temperature > 0 && temperature.isFinite, "The temperature must be above 0.")
    try require((0..<1).contains(averaging), "The averaging must be in 0..<1.")
    try require((0...1).contains(epsilon), "Epsilon must be between 0 and 1.")
    try require((0..<1).contains(validationShare), "The validation share must be in 0..<1.")
    try require((0..<1).contains(promotionShare), "The promotion share must be in 0..<1.")
    try require((0..<1).contains(surveyBudgetShare), "The survey's share must be in 0..<1.")
    try require(
      surveyEpochs >= 0 && surveyValidatesEvery >= 1,
      "The survey's epochs must be 0 or more, and the epochs between validations 1 or more.")
    try require(surveyLearningRate > 0, "The survey's learning rate must be positive.")
    try require(
      validateEvery >= 1 && patience >= 1,
      "The validation interval and the patience must be above 0.")
    try require(
      candidateCount >= shots, "There must be at least as many candidates as shots.")
  }
}
