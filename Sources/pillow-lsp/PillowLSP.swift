import ArgumentParser

@main
struct PillowLSP: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pillow-lsp",
    abstract: "A language server that completes instructions with matched exemplars.")
}
