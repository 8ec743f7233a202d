public import ArgumentParser
public import PromptPool

extension TeamRemote.Outcomes: ExpressibleByArgument {}
