public import ArgumentParser
public import PromptMatching

extension AnswerReward.Kind: ExpressibleByArgument {}
extension MatcherName: ExpressibleByArgument {}
